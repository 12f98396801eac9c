"""Replies that go out later, over HTTP: planned, changed, sent at once, dropped."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field
from sanic import HTTPResponse
from sqlalchemy.orm import Session

from handoff.console.guards import writing_agent
from handoff.console.verb_bodies import ReplyTaken, moment_of
from handoff.console.verbs import AT, REFUSALS, seen
from handoff.http import Body, Call, Endpoint
from handoff.models import LaterReply
from handoff.routing import presence
from handoff.rules import files, inbox, later
from shop.ground import clock

ONE = f"{AT}/later/<reply_id:str>"


class WhenIn(Body):
    text: str = Field("", max_length=inbox.LONGEST)
    at: str = Field(min_length=1, max_length=40)

    def moment(self) -> datetime:
        """`BadInput` for what is no time with a zone."""
        return moment_of("at", self.at)


class LaterIn(WhenIn):
    client_id: str = Field(min_length=1, max_length=64)
    files: list[str] = Field(default_factory=list, max_length=files.IN_A_MESSAGE)
    park: bool = False  # until the customer writes


class ChangeIn(WhenIn):
    version: int = Field(ge=1)


class VersionIn(Body):
    version: int = Field(ge=1)


class Planned(BaseModel):
    id: str
    version: int
    at: str  # later than asked for where no text may go out at that time


def endpoints() -> list[Endpoint]:
    return [
        Endpoint("POST", f"{AT}/later", "Answer the customer later", _plan, writing_agent, LaterIn, Planned, 201,
                 refusals=REFUSALS),
        Endpoint("POST", f"{ONE}/change", "Other words, or another time", _change, writing_agent, ChangeIn, Planned,
                 refusals=REFUSALS),
        Endpoint("POST", f"{ONE}/send", "Do not wait", _send, writing_agent, VersionIn, ReplyTaken, refusals=REFUSALS),
        Endpoint("POST", f"{ONE}/drop", "It is not sent", _drop, writing_agent, VersionIn, status=204, refusals=REFUSALS),
    ]  # fmt: skip


async def _plan(call: Call, conversation_id: str) -> dict[str, Any]:
    body: LaterIn = call.body

    def write(session: Session) -> dict[str, Any]:
        conversation, who = seen(session, call.who.id, conversation_id), presence.lock_agent(session, call.who.id)
        key = f"{conversation.id}:{who.id}:{body.client_id}"
        text, at = body.text.strip(), body.moment()
        return _told(later.plan(session, conversation, who, text, at, key, brought=body.files, park=body.park))

    return await call.parts.db.write(write)


async def _change(call: Call, conversation_id: str, reply_id: str) -> dict[str, Any]:
    body: ChangeIn = call.body

    def write(session: Session) -> dict[str, Any]:
        conversation, who = seen(session, call.who.id, conversation_id), presence.lock_agent(session, call.who.id)
        changed = later.change(session, conversation, who, reply_id, body.version, body.text.strip(), body.moment())
        return _told(changed)

    return await call.parts.db.write(write)


async def _send(call: Call, conversation_id: str, reply_id: str) -> dict[str, int]:
    def write(session: Session) -> int:
        conversation, who = seen(session, call.who.id, conversation_id), presence.lock_agent(session, call.who.id)
        return later.send_now(session, conversation, who, reply_id, call.body.version)

    return {"seq": await call.parts.db.write(write)}


async def _drop(call: Call, conversation_id: str, reply_id: str) -> HTTPResponse:
    def write(session: Session) -> None:
        conversation, who = seen(session, call.who.id, conversation_id), presence.lock_agent(session, call.who.id)
        later.drop(session, conversation, who, reply_id, call.body.version)

    await call.parts.db.write(write)
    return HTTPResponse(status=204)


def _told(reply: LaterReply) -> dict[str, Any]:
    return {"id": reply.id, "version": reply.version, "at": clock.iso(reply.due_at)}
