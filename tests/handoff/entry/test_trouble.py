"""When the bot or the gateway is in trouble: nothing is lost, nothing is asked twice, and the customer is told."""

import threading
from typing import Any

from tests.handoff.gateway import SOON_S, Gateway, eventually
from tests.handoff.stub_rasa import StubRasa, Turn, echo, says


def starting(turn: Turn) -> tuple[int, Any]:
    return 503, {"error": "starting"}


def test_while_the_bot_is_away_the_customer_is_told_and_later_answered(gateway: Gateway, rasa: StubRasa) -> None:
    rasa.behave = starting
    visitor = gateway.visitor()
    visitor.writes("where is my order?")
    told = visitor.hears("I'm slow at the moment", "system")
    assert [option["id"] for option in told["options"]] == ["person"]
    rasa.behave = echo
    visitor.hears("You said: where is my order?", "bot")
    assert len(visitor.messages("system")) == len(visitor.messages("bot")) == 1


def test_while_the_bot_is_away_the_bare_word_brings_a_person(gateway: Gateway, rasa: StubRasa) -> None:
    rasa.behave = starting
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.writes("where is my order?")
    visitor.writes("person")
    eventually(lambda: visitor.thread()["state"] == "offered")
    alice.takes(visitor.conversation)
    rasa.behave = echo
    alice.replies(visitor.conversation, "Alice here")
    visitor.hears("Alice here")
    assert visitor.messages("bot") == []


def test_a_turn_that_failed_is_told_with_the_option_of_a_person(gateway: Gateway, rasa: StubRasa) -> None:
    failures: list[tuple[int, Any]] = [
        (500, {"error": "failed"}), (200, {"parts": []}), (200, b"no json"), (401, {}), (200, {"message_id": "x", "parts": []}),
    ]  # fmt: skip
    for failure in failures:
        visitor = gateway.visitor()
        rasa.behave = lambda turn, failure=failure: failure  # type: ignore[misc]
        visitor.writes("hello")
        told = visitor.hears("couldn't finish answering", "system")
        assert [option["id"] for option in told["options"]] == ["person"]
        rasa.behave = echo
        visitor.writes("again")
        visitor.hears("You said: again")
        visitor.taps("person")
        assert visitor.thread()["state"] in ("waiting", "offered")
    assert rasa.texts() == ["hello", "again"] * len(failures)


def test_an_answer_that_says_nothing_is_a_failed_turn(gateway: Gateway, rasa: StubRasa) -> None:
    for silence in ([], [{"text": ""}], [{"text": "", "card": {"kind": "order"}}], [{"text": "  \n"}]):
        visitor = gateway.visitor()
        rasa.behave = lambda turn, parts=silence: (200, {"message_id": turn["message_id"], "parts": parts})  # type: ignore[misc]
        visitor.writes("hello")
        visitor.hears("couldn't finish answering", "system")
        assert visitor.messages("bot") == []


def test_the_bot_s_handoff_brings_a_person(gateway: Gateway, rasa: StubRasa) -> None:
    wish = {"topic": "cancel", "reason": "too_late", "facts": {"order": "#W1"}}
    rasa.behave = lambda turn: says(turn, "I'll bring somebody.", handoff=wish)
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.writes("cancel it!")
    eventually(lambda: visitor.thread()["state"] == "offered")
    shown = alice.reads(visitor.conversation).json()
    assert {name: shown[name] for name in wish} == wish
    assert visitor.texts("bot") == ["I'll bring somebody."]


def test_killed_between_message_and_turn_it_answers_exactly_once_after_the_restart(
    gateway: Gateway, rasa: StubRasa
) -> None:
    rasa.behave = starting
    visitor = gateway.visitor()
    visitor.writes("hello")
    gateway.kill()
    rasa.reset()
    gateway.start()
    visitor.hears("You said: hello")
    visitor.writes("and now?")
    visitor.hears("You said: and now?")
    assert rasa.texts() == ["hello", "and now?"]
    assert visitor.texts("bot") == ["You said: hello", "You said: and now?"]


def test_killed_in_the_middle_of_a_turn_it_tells_so_once_and_never_asks_again(gateway: Gateway, rasa: StubRasa) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(turn: Turn) -> tuple[int, Any]:
        asked.set()
        go_on.wait(SOON_S)
        return says(turn, "nobody hears this")

    rasa.behave = slow
    visitor = gateway.visitor()
    visitor.writes("cancel my order")
    assert asked.wait(SOON_S)
    gateway.kill()
    go_on.set()
    rasa.behave = echo
    gateway.start()
    visitor.hears("couldn't finish answering")
    visitor.writes("are you back?")
    visitor.hears("You said: are you back?")
    assert rasa.texts() == ["cancel my order", "are you back?"]
    assert len(visitor.messages("system")) == 1


def test_killed_while_people_talk_nothing_they_said_is_lost(gateway: Gateway, rasa: StubRasa) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    alice.replies(visitor.conversation, "Alice here", key="r1")
    gateway.kill()
    gateway.start()
    again = alice.replies(visitor.conversation, "Alice here", key="r1")  # the browser tries again
    assert again.status_code == 201
    visitor.writes("still there?")
    assert visitor.texts("agent") == ["Alice here"]
    assert alice.sees(visitor.conversation)
    assert rasa.asked == []


def test_asked_to_stop_it_stops_cleanly_though_streams_are_open(gateway: Gateway) -> None:
    before = len(gateway.log.read_text())
    with gateway.visitor().stream() as events:
        assert next(events)["event"] == "state"
        assert gateway.stop() == 0
    gateway.start()
    assert "Traceback" not in gateway.log.read_text()[before:]
