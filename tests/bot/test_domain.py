"""The words of the bot: complete, plain, and never a trap on a phone."""

import asyncio
import re
from typing import Any

import pytest
import yaml
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.turn import option
from tests.bot.world import ROOT

DOMAIN = Domain.load(str(ROOT / "bot" / "domain"))
RESPONSES = [(name, words) for name, variants in DOMAIN.responses.items() for words in variants]
TOPICS = sorted(path.stem for path in (ROOT / "bot" / "domain").glob("*.yml"))
# What a carrier takes for itself when it is a whole message.
CARRIER = {"stop", "end", "quit", "cancel", "unsubscribe", "stopall", "revoke", "optout", "start", "yes", "unstop"}
MOODS = ("angry", "stuck", "refused", "repeated")
EVENTS = ("delivered", "sent", "refund")
# Named like questions of a request, but none: what is answered to the customer's own questions.
NO_QUESTIONS = ("utter_ask_info", "utter_ask_bot", "utter_ask_help")
FACTS = (
    *("order_id", "status_line", "count", "shown", "lines", "head", "total", "payment", "name", "plan", "receipt"),
    *("why", "doing", "hint", "tries_left", "missing", "orders"),
    *("quiet", "tracking", "address", "balance", "product", "products", "unknown", "unavailable"),
    *("price", "available", "have", "one", "other", "difference"),
    *("when", "amount"),
    *("word", "words", "items", "item", "ways", "gone", "new"),
    *("title", "passage"),
)


def rules() -> list[dict[str, Any]]:
    files = (ROOT / "data" / "rules").glob("*.yml")
    return [rule for path in files for rule in yaml.safe_load(path.read_text())["rules"]]


def steps(key: str) -> set[str]:
    return {step[key] for rule in rules() for step in rule["steps"] if key in step}


def test_every_intent_has_a_rule() -> None:
    own = {"restart", "back", "session_start"}
    assert set(DOMAIN.intents) - own == steps("intent")


def test_every_intent_of_recognition_is_known() -> None:
    files = (ROOT / "data" / "nlu").glob("*.yml")
    taught = {
        entry["intent"] for path in files for entry in yaml.safe_load(path.read_text())["nlu"] if "intent" in entry
    }
    assert taught <= set(DOMAIN.intents)


def test_every_response_is_said_somewhere() -> None:
    actions = "".join(path.read_text() for path in (ROOT / "actions").rglob("*.py"))
    spoken = steps("action") | set(re.findall(r"utter_\w+", actions))
    spoken |= {f"{name}_again" for name in spoken if name in DOMAIN.responses}
    spoken |= {f"utter_person_{mood}" for mood in MOODS} | {f"utter_greet_{event}" for event in EVENTS}
    assert set(DOMAIN.responses) <= spoken


def test_open_questions_are_worded_twice() -> None:
    """The second wording names the same facts and has the same options."""
    asked = re.compile(r"utter_(ask_\w+|sign_in_ask|sign_in_more|code_waiting|code_waiting_claim)")
    of_requests = [n for n in DOMAIN.responses if asked.fullmatch(n) and n not in NO_QUESTIONS and n[-6:] != "_again"]
    assert len(of_requests) > 20
    for name in of_requests:
        first, again = DOMAIN.responses[name][0], DOMAIN.responses[f"{name}_again"][0]
        assert first["text"] != again["text"]
        assert set(re.findall(r"{\w+}", again["text"])) <= set(re.findall(r"{\w+}", first["text"])) | {"{order_id}"}
        assert first.get("buttons") == again.get("buttons")


def test_every_response_that_is_said_exists() -> None:
    actions = "".join(path.read_text() for path in (ROOT / "actions").rglob("*.py"))
    named = {a for a in steps("action") if a.startswith("utter_")} | set(re.findall(r'"(utter_\w+)"', actions))
    assert named <= set(DOMAIN.responses)


def test_a_topic_has_one_name() -> None:
    for path in [*(ROOT / "data" / "rules").glob("*.yml"), *(ROOT / "tests" / "stories").glob("*.yml")]:
        assert path.stem in TOPICS


@pytest.mark.parametrize(("name", "words"), RESPONSES, ids=[name for name, _ in RESPONSES])
def test_words(name: str, words: dict[str, Any]) -> None:
    text = words["text"]
    assert "!" not in text
    assert len(text) <= 320
    for button in words.get("buttons", []):
        assert button["title"].lower().strip(" ?.") not in CARRIER
        assert len(button["title"]) <= 32


@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("name", list(DOMAIN.responses))
def test_facts_fill_every_gap(name: str, channel: str) -> None:
    """Every fact that a response names is one that actions give, and every button leads to an intent."""
    facts = dict.fromkeys(FACTS, "#W1234567")
    tracker = DialogueStateTracker.from_events("c", [], DOMAIN.slots)
    nlg = TemplatedNaturalLanguageGenerator(DOMAIN.responses)
    said = asyncio.run(nlg.generate(name, tracker, channel, **facts))
    assert said and not re.search(r"[{}]", said["text"])
    for button in said.get("buttons", []):
        choice = option(button)["choice"]
        assert choice["intent"] in DOMAIN.intents
        assert all(entity["entity"] in DOMAIN.entities for entity in choice["entities"])


def test_the_gateway_decides_when_a_conversation_ends() -> None:
    assert DOMAIN.session_config.session_expiration_time == 0


def test_no_slot_grants_anything() -> None:
    assert {slot.name for slot in DOMAIN.slots} <= {
        "order_id",
        "topic",
        "patience",
        "offered",
        "product_id",
        "request",
        "request_answer",
        "requested_slot",
        "session_started_metadata",
    }
