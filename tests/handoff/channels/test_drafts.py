"""What a customer types before it is sent: for who answers them alone, only where the shop turned it on, and kept nowhere."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.channels import signs
from handoff.channels.bodies import TypingIn
from handoff.http import Call
from handoff.models import Conversation
from handoff.rules import peeking
from handoff.tools.live import Doorbell
from shop.ground.db import Base, Database
from tests.conftest import development
from tests.handoff import world
from tests.handoff.channels.test_signs import held, page
from tests.handoff.channels.test_web_stream import until
from tests.handoff.gateway import Console, Gateway, Visitor, events

__all__ = ["held"]
THOUGHT = "a thought of mine that I never send"


def drafts(visitor: Visitor, draft: str) -> int:
    return visitor.http.post("/api/chat/typing", json={"draft": draft}).status_code


def next_draft(told: Iterator[dict[str, Any]], before: str) -> str:
    """A sign may be told twice."""
    signs = (event["data"] for event in told if event["event"] == "typing")
    return next(str(sign["draft"]) for sign in signs if sign["draft"] != before)


def kept(session: Session) -> str:
    """Everything that any table holds."""
    return "".join(repr(session.execute(select(table)).all()) for table in Base.metadata.sorted_tables)


def test_who_answers_sees_it_nobody_else_does_and_it_is_kept_nowhere(
    gateway: Gateway, held: tuple[Visitor, Console]
) -> None:
    visitor, alice = held
    dana = gateway.agent("dana")
    alice.does("transfer", visitor.conversation, queue="general")
    assert visitor.thread()["status"]["peeks"] is False  # nobody has it before them
    dana.takes(visitor.conversation)
    assert visitor.thread()["status"]["peeks"] is True
    with page(alice) as passing, page(dana) as answering, visitor.stream() as chat:
        hers, theirs = events(answering), events(passing)
        for told in (hers, theirs):
            until(told, "hello")
        assert until(chat, "state")[-1]["data"]["status"]["peeks"] is True
        assert drafts(visitor, THOUGHT) == 204
        plain = {"id": visitor.conversation, "kind": "customer", "name": ""}
        assert until(hers, "typing")[-1]["data"] == plain | {"draft": THOUGHT}
        assert until(theirs, "typing")[-1]["data"] == plain  # she had it, and may look
        longest = 'Straße 日本 😀\\\n"\x1f' * 250
        assert drafts(visitor, longest) == 204
        end = next_draft(hers, THOUGHT)
        assert longest.endswith(end) and len(end) > 1_000
        assert drafts(visitor, "x" * (peeking.LONGEST + 1)) == 400
        assert drafts(visitor, "") == 204
        assert next_draft(hers, end) == ""
    with gateway.db.transaction() as session:
        assert THOUGHT not in kept(session)
    assert THOUGHT not in gateway.log.read_text()


@pytest.mark.parametrize(
    ("shop_wants_it", "state", "seen"),
    [(False, "held", False), (True, "held", True), (True, "bot", False), (True, "parked", False)],
)
def test_it_is_dropped_unless_the_shop_wants_it_and_a_person_is_there(
    sqlite_db: Database, tmp_path: Path, shop_wants_it: bool, state: str, seen: bool
) -> None:
    more = {"typing_preview": True} if shop_wants_it else {}
    settings = development(tmp_path / "var", **more)
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        opened = world.visitor(session)
        row = session.get_one(Conversation, opened.conversation)
        row.state, row.held_by = state, alice if state != "bot" else None

    async def scene() -> dict[str, Any]:
        bell = Doorbell()
        parts: Any = SimpleNamespace(settings=settings, db=sqlite_db, bell=bell)
        call = Call(request=None, parts=parts, who=opened.visitor, body=TypingIn(draft=THOUGHT))  # type: ignore[arg-type]
        typing = next(one for one in signs.endpoints() if one.path.endswith("typing"))
        with bell.signs.hearing(opened.conversation) as heard:
            await typing.handle(call)
            return heard.get_nowait().data

    data = asyncio.run(scene())
    assert THOUGHT not in json.dumps(data)  # sealed, should anybody write down what the bell carries
    assert peeking.opened(settings.seal_secret, alice, data).get("draft") == (THOUGHT if seen else None)
    assert "draft" not in peeking.opened(settings.seal_secret, "somebody else", data)
