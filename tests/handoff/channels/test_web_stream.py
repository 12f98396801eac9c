"""The stream: where it stands first, then exactly what is missing, then what is new, wherever the thread goes on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from handoff import states
from handoff.models import Conversation
from handoff.rules import files
from handoff.rules.files import Stored
from shop.ground import clock
from tests.handoff.gateway import Gateway, eventually

Event = dict[str, Any]


def until(events: Iterator[Event], kind: str, **wanted: Any) -> list[Event]:
    """The events up to and with the first of this kind whose data hold what is wanted."""
    seen: list[Event] = []
    for event in events:
        seen.append(event)
        if event["event"] == kind and all(event["data"][name] == value for name, value in wanted.items()):
            return seen
    raise AssertionError(f"the stream ended after {seen}")


def test_a_new_stream_says_where_the_conversation_stands_and_all_that_was_said(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    visitor.writes("hello")
    visitor.hears("You said: hello")
    with visitor.stream() as events:
        state, marks, first, second = until(events, "message", seq=2)
    assert (state["event"], marks["event"]) == ("state", "marks")
    assert "id" not in state and "id" not in marks
    assert state["data"]["conversation"] == visitor.conversation
    assert (state["data"]["state"], state["data"]["status"]["agent"]) == ("bot", None)
    assert state["data"]["status"]["team"]["open"] is True
    assert [(event["id"], event["data"]["text"]) for event in (first, second)] == [
        ("1", "hello"), ("2", "You said: hello"),
    ]  # fmt: skip


def test_what_is_said_comes_by_itself(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    with visitor.stream() as events:
        until(events, "state")
        visitor.writes("hello")
        texts = [event["data"]["text"] for event in until(events, "message", seq=2) if event["event"] == "message"]
    assert texts == ["hello", "You said: hello"]


def test_a_reconnect_gets_exactly_what_was_missed(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    for n in range(4):
        visitor.writes(f"m{n}")
    eventually(lambda: len(visitor.messages()) == 8)
    for after in (0, 3, 7):
        with visitor.stream(after=after) as events:
            messages = [event for event in until(events, "message", seq=8) if event["event"] == "message"]
        assert [event["data"]["seq"] for event in messages] == list(range(after + 1, 9))
        assert [event["data"] for event in messages] == visitor.thread(after)["messages"]


def test_a_text_s_picture_is_told_when_it_has_come_and_to_who_comes_back(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    visitor.writes("hello")
    visitor.hears("You said: hello")
    with visitor.stream(after=2) as events:
        until(events, "marks")
        with gateway.db.transaction() as session:
            conversation = states.lock(session, visitor.conversation)
            key = f"media:{conversation.id}:1:0"
            files.keep(session, conversation, Stored("0" * 64, "image/png", 10), "1-1", seq=1, key=key)
        told = until(events, "message", seq=1)[-1]
        assert "id" not in told and [file["type"] for file in told["data"]["files"]] == ["image/png"]
        visitor.writes("again")
        numbers = [event["data"]["seq"] for event in until(events, "message", seq=4) if event["event"] == "message"]
    assert numbers == [3, 4], "once for each stream"
    with visitor.stream(after=4) as events:
        assert until(events, "message", seq=1)[-1]["data"]["text"] == "hello"
    thread = visitor.thread(after=4)
    assert thread["messages"] == [] and [message["seq"] for message in thread["late"]] == [1]
    assert visitor.thread()["late"] == []


def test_two_devices_hear_the_same(gateway: Gateway) -> None:
    phone, laptop = gateway.visitor("mia"), gateway.visitor("mia")
    with phone.stream() as here, laptop.stream() as there:
        until(here, "state"), until(there, "state")
        phone.writes("hello")
        assert until(here, "message", seq=2)[-1] == until(there, "message", seq=2)[-1]


def test_a_change_of_who_answers_is_told(gateway: Gateway) -> None:
    visitor, alice = gateway.visitor(), gateway.agent("alice")
    with visitor.stream() as events:
        until(events, "state", state="bot")
        visitor.taps("person")
        waiting = until(events, "state", state="offered")[-1]["data"]["status"]
        assert (waiting["queue"], waiting["position"], waiting["agent"]) == ("general", 1, None)
        assert waiting["waiting_since"].endswith("Z")
        assert (waiting["outcome"], waiting["ways"]) == ("asked", ["leave-message", "bot", "cancel-request"])
        alice.takes(visitor.conversation)
        seen = until(events, "state", state="held")
        assert seen[-1]["data"]["status"]["agent"] == {"name": "Alice", "dedicated": False}
        alice.replies(visitor.conversation, "Alice here")
        until(events, "message", text="Alice here")
        alice.does("hand-back", visitor.conversation)
        until(events, "state", state="bot")


def test_the_own_representative_is_named_while_they_are_waited_for(gateway: Gateway) -> None:
    gateway.agent("dana")
    visitor = gateway.visitor("mia")
    with visitor.stream() as events:
        visitor.taps("person")
        status = until(events, "state", state="offered")[-1]["data"]["status"]
    assert (status["agent"], status["queue"], status["position"]) == (
        {"name": "Dana", "dedicated": True},
        "dedicated",
        None,
    )


def test_a_stream_follows_a_thread_that_goes_on_elsewhere(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    visitor.writes("long ago")
    visitor.hears("You said: long ago")
    with gateway.db.transaction() as session:
        over = {"state": "closed", "closed_at": clock.now() - timedelta(days=8), "version": 2}
        session.execute(update(Conversation).where(Conversation.id == visitor.conversation).values(**over))
    with visitor.stream(after=2) as events:
        until(events, "state", state="closed")
        answer = visitor.post(text="today").json()
        assert answer["conversation"] != visitor.conversation
        assert answer["seq"] == 1
        seen = until(events, "message", text="You said: today")
    anew = next(event for event in seen if event["event"] == "state")
    assert anew["data"]["conversation"] == answer["conversation"]
    assert [event["data"]["seq"] for event in seen if event["event"] == "message"] == [1, 2]
    assert visitor.texts() == ["today", "You said: today"]


def test_a_stream_is_not_kept_by_anything_on_the_way(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    with visitor.http.stream("GET", "/api/chat/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
