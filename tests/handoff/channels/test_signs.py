"""Signs of life between a customer and the agents: told while they are true, to whom they concern, and marks for good."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.handoff.channels.test_web_stream import until
from tests.handoff.gateway import Console, Gateway, Visitor, events


@pytest.fixture
def held(gateway: Gateway) -> tuple[Visitor, Console]:
    """A conversation that Alice holds."""
    visitor, alice = gateway.visitor(), gateway.agent("alice")
    visitor.taps("person")
    alice.takes(visitor.conversation)
    return visitor, alice


def sign(console: Console, visitor: Visitor, what: str, **body: Any) -> int:
    return console.http.post(f"/api/console/conversations/{visitor.conversation}/{what}", json=body).status_code


def page(console: Console) -> Any:
    return console.http.stream("GET", "/api/console/stream")


def test_who_writes_is_told_to_the_other_side(held: tuple[Visitor, Console]) -> None:
    visitor, alice = held
    with page(alice) as answer, visitor.stream() as chat:
        console: Iterator[dict[str, Any]] = events(answer)
        until(console, "hello")
        until(chat, "marks")
        assert visitor.http.post("/api/chat/typing", json={}).status_code == 204
        told = until(console, "typing")[-1]["data"]
        assert told == {"id": visitor.conversation, "kind": "customer", "name": ""}
        assert sign(alice, visitor, "typing") == 204
        assert until(chat, "typing")[-1]["data"] == {"kind": "agent", "name": "Alice"}


def test_a_passer_by_neither_writes_nor_reads_in_the_customers_eyes(
    gateway: Gateway, held: tuple[Visitor, Console]
) -> None:
    visitor, alice = held
    dana = gateway.agent("dana")
    alice.does("transfer", visitor.conversation, queue="general")
    dana.takes(visitor.conversation)
    with visitor.stream() as chat:
        until(chat, "marks")
        assert sign(alice, visitor, "typing") == 204  # she had it, and may look
        assert sign(alice, visitor, "seen", seq=1) == 200
        assert sign(dana, visitor, "typing") == 204
        told = [event["data"] for event in until(chat, "typing") if event["event"] == "typing"]
        assert told == [{"kind": "agent", "name": "Dana"}]
    assert visitor.thread()["marks"] == {"customer": 0, "agent": 0}


def test_who_looks_is_told_to_colleagues(gateway: Gateway, held: tuple[Visitor, Console]) -> None:
    visitor, alice = held
    with page(alice) as answer:
        console: Iterator[dict[str, Any]] = events(answer)
        until(console, "hello")
        assert sign(alice, visitor, "looking") == 204
        told = until(console, "looking")[-1]["data"]
    assert told["id"] == visitor.conversation and [one["name"] for one in told["agents"]] == ["Alice"]


def test_marks_move_forward_only_and_never_past_what_was_said(held: tuple[Visitor, Console]) -> None:
    visitor, alice = held
    said = visitor.writes("Still there?")
    with visitor.stream() as chat:
        until(chat, "marks", customer=0, agent=0)
        assert sign(alice, visitor, "seen", seq=said) == 200
        until(chat, "marks", agent=said)
        assert visitor.http.post("/api/chat/seen", json={"seq": 10_000}).status_code == 204
        last = len(visitor.messages())
        until(chat, "marks", customer=last, agent=said)
    assert visitor.http.post("/api/chat/seen", json={"seq": 1}).status_code == 204
    assert visitor.thread()["marks"] == {"customer": last, "agent": said}
    assert alice.reads(visitor.conversation).json()["marks"] == {"customer": last, "agent": said}


def test_the_bot_writes_while_it_is_asked(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    with visitor.stream() as chat:
        until(chat, "marks")
        visitor.writes("hello")
        assert until(chat, "typing")[-1]["data"]["kind"] == "bot"


def test_signs_are_refused_to_strangers_and_to_who_floods(gateway: Gateway, held: tuple[Visitor, Console]) -> None:
    visitor, _ = held
    assert gateway.client().post("/api/chat/typing", json={}).status_code == 401
    assert gateway.client().post("/api/chat/seen", json={"seq": 1}).status_code == 401
    assert visitor.http.post("/api/chat/seen", json={"seq": 0}).status_code == 400
    ben = gateway.agent("ben")
    elsewhere = gateway.client(Origin=gateway.url)
    for what in ("typing", "looking", "seen"):
        body = {"seq": 1} if what == "seen" else {}
        assert ben.http.post(f"/api/console/conversations/none/{what}", json=body).status_code == 404
        assert elsewhere.post(f"/api/console/conversations/none/{what}", json=body).status_code == 401
    stranger = gateway.visitor()
    answers = [stranger.http.post("/api/chat/typing", json={}).status_code for _ in range(121)]
    assert answers[0] == 204 and answers[-1] == 429
