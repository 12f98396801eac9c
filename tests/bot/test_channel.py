"""The door itself: who may knock, what is asked, and that a failure is never taken for silence."""

from pathlib import Path

import pytest
import requests
from rasa.shared.exceptions import RasaException

from bot import channel, turn
from bot.channel import GatewayInput
from tests.bot.world import SECRET, Json, World

GOOD: Json = {"conversation": "c", "message_id": "m", "channel": "web", "text": "say_thank"}


def test_no_secret_no_start() -> None:
    for credentials in (None, {}, {"secret": ""}, {"secret": None}):
        with pytest.raises(RasaException, match="GATEWAY_SECRET"):
            GatewayInput.from_credentials(credentials)


def test_ready(world: World) -> None:
    response = requests.get(world.url, timeout=30)
    assert (response.status_code, response.json()["status"]) == (200, "ready")


def test_without_a_model(tmp_path: Path) -> None:
    with World(None, tmp_path / "t.db") as bare:
        assert requests.get(bare.url, timeout=30).status_code == 503
        assert bare.post(GOOD).status_code == 503
        assert bare.post(GOOD, secret="wrong").status_code == 401


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "\u00fc"])
def test_only_with_the_secret(world: World, secret: str | None) -> None:
    response = world.post(GOOD, secret=secret and secret.encode().decode("latin-1"))
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "unauthorised"


def test_rasas_own_doors_are_shut(world: World) -> None:
    base = world.url.removesuffix("webhooks/gateway/")
    for path in ("webhooks/rest/webhook", "model/parse", "conversations/c/tracker", "domain", "status"):
        assert requests.get(base + path, timeout=30).status_code == 404
        assert requests.post(base + path, json={}, timeout=30).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"conversation": ""},
        {"conversation": 7},
        {"conversation": "c" * 65},
        {"message_id": None},
        {"message_id": ""},
        {"message_id": True},
        {"channel": "email"},
        {"channel": ["web"]},
        {"text": ""},
        {"text": " "},
        {"text": None},
        {"text": "a" * 4_001},
        {"choice": "greet"},
        {"choice": {}},
        {"choice": {"intent": "no_such_intent"}},
        {"choice": {"intent": ["greet"]}},
        {"choice": {"intent": "restart"}},
        {"choice": {"intent": "session_start"}},
        {"choice": {"intent": "greet", "entities": {}}},
        {"choice": {"intent": "greet", "entities": ["plan"]}},
        {"choice": {"intent": "greet", "entities": [{"entity": "plan"}]}},
    ],
)
def test_bad_turns(world: World, wrong: Json) -> None:
    response = world.post(GOOD | wrong)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_input")
    assert world.called == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'"text"'])
def test_bad_bodies(world: World, body: bytes) -> None:
    response = requests.post(f"{world.url}turn", data=body, headers={"X-Gateway-Secret": SECRET}, timeout=30)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "bad_input")


def test_the_message_is_named_in_the_answer(world: World) -> None:
    assert world.post(GOOD | {"message_id": "m-77"}).json()["message_id"] == "m-77"


def test_what_an_action_is_told(world: World) -> None:
    seen: list[Json] = []
    answer = world.act
    world.act = lambda body: seen.append(body) or answer(body)  # type: ignore[func-returns-value]
    world.post({"conversation": "c-told", "message_id": "m-8", "channel": "sms", "text": "say_greet", "address": "17"})
    tracker = seen[0]["tracker"]
    assert tracker["sender_id"] == "c-told"
    assert tracker["latest_input_channel"] == "sms"
    assert tracker["latest_message"]["metadata"] == {"message_id": "m-8", "channel": "sms", "address": "17"}
    assert tracker["latest_message"]["message_id"] == "m-8"


def test_options_carry_choices_and_cards_come_along(world: World) -> None:
    listed = world.turn("say_list_orders")["parts"]
    assert listed[0]["options"] == [
        {
            "label": "#W1234567, 1 lamp",
            "choice": {"intent": "order_details", "entities": [{"entity": "order_id", "value": "#W1234567"}]},
        }
    ]
    details = world.turn("A label", listed[0]["options"][0]["choice"])
    assert details["parts"][0]["card"] == {"kind": "order", "id": "#W1234567"}
    assert "1 lamp" in details["parts"][0]["text"]
    order = {"entity": "order_id", "value": "#W1234567"}
    assert details["understood"] == {"intent": "order_details", "confidence": 1.0, "others": [], "entities": [order]}


def test_a_channel_has_its_own_words(world: World) -> None:
    world.act = lambda body: {"events": [], "responses": [{"response": "utter_sign_in_ask"}]}
    web, sms = (world.turn("say_track_order", channel=name)["parts"][0] for name in ("web", "sms"))
    assert "Write me the e-mail address" in web["text"]
    assert "Text me" in sms["text"]
    assert [option["choice"]["intent"] for option in sms["options"]] == ["ask_person"]


def test_a_handoff_is_an_answer_without_words(world: World) -> None:
    answered = world.turn("say_ask_person")
    assert answered["parts"] == []
    assert answered["handoff"] == {"topic": "general", "reason": "customer_asked", "facts": {}}


def test_a_challenge_is_passed_on(world: World) -> None:
    world.act = lambda body: {"events": [], "responses": [{"custom": {"challenge": "ch-1"}}]}
    assert world.turn("say_track_order")["challenge"] == "ch-1"


@pytest.mark.parametrize(
    "broken",
    [
        {"status": 500, "error": "it broke"},
        {"status": 404},
        {"events": "none", "responses": []},
        {"events": [], "responses": []},
        {"events": [], "responses": [{"response": "utter_no_such_words"}]},
        {"events": [], "responses": [{"text": "x", "buttons": [{"title": "x", "payload": "words"}]}]},
        {"events": [], "responses": [{"custom": {"card": {"kind": "order"}}}]},
    ],
)
def test_a_failed_action_is_a_failed_turn(world: World, broken: Json) -> None:
    world.act = lambda body: broken
    response = world.ask("say_track_order")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "failed")


def test_the_turn_after_a_failed_one_is_answered_as_if_it_never_was(world: World) -> None:
    world.tap("cancel_order", order_id="#W1234567")
    act = world.act
    world.act = lambda body: {"status": 500}
    assert world.ask("A label", {"intent": "cancel_order", "entities": []}).status_code == 500
    world.act = act
    assert "Which reason fits?" in world.turn("say_cancel_order")["parts"][-1]["text"]


def test_a_failing_form_check_is_a_failed_turn(world: World) -> None:
    world.act = lambda body: {"status": 500}
    assert world.ask("say_cancel_order").status_code == 500


def test_a_slow_action_is_a_failed_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (turn.ACTION_S, channel.TURN_S) == (7, 8)
    monkeypatch.setattr(turn, "ACTION_S", 0.2)
    world.act = lambda body: {"events": [], "responses": [], "wait_s": 5}
    assert world.ask("say_track_order").status_code == 500
    assert world.called == ["action_track_order"]


def test_a_slow_turn_is_a_failed_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel, "TURN_S", 0.2)
    world.act = lambda body: {"events": [], "responses": [], "wait_s": 2}
    assert world.ask("say_track_order").status_code == 500


def test_a_broken_tracker_store_is_a_failed_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert world.agent
    rows = world.agent.tracker_store._tracker_store.rows
    monkeypatch.setattr(rows, "get", lambda key: 1 / 0)
    assert world.ask("say_thank").status_code == 500
