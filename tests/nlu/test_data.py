"""The training data: enough of everything, what the flows need, and nothing of the held-out sentences."""

import re
from collections import defaultdict
from pathlib import Path

import yaml
from rasa.shared.utils.io import read_yaml_file

ROOT = Path(__file__).resolve().parents[2]
HELDOUT = Path(__file__).parent / "heldout"

# What the flows need, listed before they are written: what a customer may want at each point of each flow.
FLOWS = {
    "orders": {"track_order", "list_orders", "order_details"},
    "cancel": {"cancel_order"},
    "self-service after delivery": {"return_items", "exchange_items", "refund_status", "report_problem", "lost_parcel"},
    "self-service before delivery": {"change_items", "change_address", "change_payment"},
    "products": {"list_products", "product_info", "price_difference", "recommend"},
    "account": {"show_account", "gift_card_balance", "list_payments", "list_requests"},
    "proof of identity": {"sign_in", "resend_code"},
    "inside a flow": {"inform", "affirm", "deny", "stop", "correct", "resume"},
    "handoff": {"ask_person", "complain"},
    "knowledge": {"ask_info"},
    "small talk": {"greet", "thank", "goodbye", "ask_bot", "ask_help", "chitchat"},
    "not ours": {"out_of_scope"},
}
# Set by the gateway as a choice, never read from words.
CHOICES_ONLY = {"code_accepted", "code_refused", "article_helped", "article_not_helped", "nlu_fallback"}
ENTITIES = {
    "order pickers": {"order_id", "order_pick", "ordinal", "date", "product", "amount"},
    "item sets": {"item_set", "quantity", "ordinal", "product"},
    "options": {"option"},
    "reasons": {"cancel_reason", "problem"},
    "addresses": {"street", "unit", "city", "state", "zip", "address_scope"},
    "payments": {"payment", "last_four"},
    "finding a customer": {"email", "phone", "name", "zip", "order_id", "tracking_id"},
}


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip() or text


def trained() -> dict[str, list[str]]:
    examples: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for entry in yaml.safe_load(path.read_text())["nlu"]:
            examples[entry["intent"]] += [line.removeprefix("- ") for line in entry["examples"].splitlines()]
    return examples


def held_out() -> dict[str, list[str]]:
    own: dict[str, list[str]] = yaml.safe_load((HELDOUT / "intents.yml").read_text())
    return own


def strangers() -> list[str]:
    found: list[str] = yaml.safe_load((HELDOUT / "out_of_scope.yml").read_text())
    return found


def domain(part: str) -> set[str]:
    names: set[str] = set()
    for path in (ROOT / "bot" / "domain").glob("*.yml"):
        for item in read_yaml_file(path).get(part, []):
            names.add(item if isinstance(item, str) else next(iter(item)))
    return names


def test_every_flow_finds_its_intents() -> None:
    assert set(trained()) == set().union(*FLOWS.values())


def test_only_declared_intents_are_trained_and_all_declared_ones_are() -> None:
    assert set(trained()) == domain("intents") - CHOICES_ONLY


def test_the_entities_that_flows_read_are_declared() -> None:
    assert set().union(*ENTITIES.values()) <= domain("entities")


def test_at_least_forty_examples_an_intent() -> None:
    few = {intent: len(texts) for intent, texts in trained().items() if len({plain(t) for t in texts}) < 40}
    assert few == {}


def test_no_example_has_two_meanings() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for intent, texts in trained().items():
        for text in texts:
            meanings[plain(text)].add(intent)
    assert {text: intents for text, intents in meanings.items() if len(intents) > 1} == {}


def test_held_out_sentences_are_enough_and_never_trained_on() -> None:
    own = held_out()
    assert set(own) == set(trained()) - {"out_of_scope"}
    assert min(len(set(texts)) for texts in own.values()) >= 15
    assert len(set(strangers())) >= 200
    learned = {plain(text) for texts in trained().values() for text in texts}
    background = {plain(line) for line in (ROOT / "bot" / "nlu" / "background.txt").read_text().splitlines()}
    asked = {plain(text) for text in [*(t for texts in own.values() for t in texts), *strangers()]}
    assert asked & (learned | background) == set()
