"""The client of the bot: what was certainly not asked is told apart from what came to nothing."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from handoff.tools.rasa import NotAsked, Rasa, Turn, TurnFailed
from tests import ports
from tests.handoff.stub_rasa import StubRasa, says

QUESTION = {"conversation": "c", "message_id": "c:1", "channel": "web", "text": "hello", "choice": None}


@pytest.fixture
def stub() -> Iterator[StubRasa]:
    served = StubRasa("secret")
    yield served
    served.close()


def ask(url: str, secret: str = "secret") -> Turn:
    async def once() -> Turn:
        rasa = Rasa(url, secret)
        try:
            return await rasa.ask(QUESTION)
        finally:
            await rasa.close()

    return asyncio.run(once())


def test_a_turn_with_everything_a_contract_allows_is_read(stub: StubRasa) -> None:
    choice = {"intent": "pick", "entities": []}
    part = {"text": "Which?", "options": [{"label": "This", "choice": choice}], "card": {"kind": "order"}, "new": 1}
    more = {"handoff": {"topic": "orders", "reason": "lost", "facts": {"a": 1}}, "challenge": "ch", "unknown": True}
    stub.behave = lambda turn: (200, {"message_id": turn["message_id"], "parts": [part], **more})
    turn = ask(stub.url)
    assert (turn.parts[0].text, turn.parts[0].options[0].choice, turn.parts[0].card) == (
        "Which?",
        choice,
        {"kind": "order"},
    )
    assert turn.handoff is not None
    assert (turn.handoff.topic, turn.handoff.facts, turn.challenge) == ("orders", {"a": 1}, "ch")
    assert stub.asked == [QUESTION]


def test_a_bot_that_is_not_there_or_not_ready_was_not_asked(stub: StubRasa) -> None:
    with pytest.raises(NotAsked):
        ask(f"http://127.0.0.1:{ports.free()}")
    stub.behave = lambda turn: (503, {})
    with pytest.raises(NotAsked):
        ask(stub.url)


def answer(*parts: dict[str, Any], message_id: str = "c:1") -> dict[str, Any]:
    return {"message_id": message_id, "parts": list(parts)}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, {}), (502, {}), (404, {}), (302, {}), (204, b""), (200, b""), (200, b"[]"), (200, b"<html>"), (200, {}),
        (200, {"message_id": "c:1"}), (200, {"parts": []}), (200, answer()), (200, answer({"text": ""})),
        (200, answer({"text": " \n"})), (200, answer({"card": {"kind": "order"}})), (200, answer({"text": 7})),
        (200, answer({"text": "hello"}, message_id="c:2")), (200, answer({"text": "x", "options": [{"label": "no choice"}]})),
    ],
)  # fmt: skip
def test_what_is_no_answer_to_this_message_is_a_failed_turn(stub: StubRasa, status: int, body: Any) -> None:
    stub.behave = lambda turn: (status, body)
    with pytest.raises(TurnFailed):
        ask(stub.url)
    assert len(stub.asked) == 1


def test_a_wrong_secret_is_a_failed_turn_and_asks_nothing(stub: StubRasa) -> None:
    with pytest.raises(TurnFailed):
        ask(stub.url, secret="wrong")
    assert stub.asked == []


def test_a_bot_that_hangs_up_in_the_middle_may_have_done_it(stub: StubRasa) -> None:
    def hang_up(turn: dict[str, Any]) -> tuple[int, Any]:
        raise ConnectionAbortedError

    stub.behave = hang_up
    with pytest.raises(TurnFailed):
        ask(stub.url)


def test_a_bot_that_takes_too_long_may_have_done_it(stub: StubRasa, monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()

    def slow(turn: dict[str, Any]) -> tuple[int, Any]:
        go_on.wait(30)
        return says(turn, "too late")

    monkeypatch.setattr("handoff.tools.rasa.TURN_TIMEOUT_S", 0.2)
    stub.behave = slow
    with pytest.raises(TurnFailed):
        ask(stub.url)
    go_on.set()


def test_handing_over_or_a_challenge_is_an_answer_without_words(stub: StubRasa) -> None:
    wishes: list[dict[str, Any]] = [{"handoff": {}}, {"challenge": "ch"}]
    for more in wishes:
        stub.behave = lambda turn, more=more: (200, {**answer(), **more})  # type: ignore[misc]
        assert ask(stub.url).parts == []


def test_ready_is_what_the_bot_s_door_says(stub: StubRasa) -> None:
    async def ready(url: str) -> bool:
        rasa = Rasa(url, "secret")
        try:
            return await rasa.ready()
        finally:
            await rasa.close()

    assert asyncio.run(ready(stub.url))
    assert not asyncio.run(ready(f"http://127.0.0.1:{ports.free()}"))
