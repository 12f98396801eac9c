"""Signs of life between agents and customers: who writes, who looks, who has read how far. Told while it is true."""

import asyncio
import contextlib
import time
from typing import Any

from sanic import HTTPResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.channels.bodies import Nothing
from handoff.console.guards import PREFIX, writing_agent
from handoff.console.verb_bodies import Changed, SeenIn
from handoff.http import Call, Endpoint
from handoff.models import Conversation
from handoff.routing import holding, presence
from handoff.rules import board, marks, peeking
from handoff.stream import Events
from handoff.tools.parts import Parts
from handoff.tools.signs import Sign
from handoff.tools.throttle import Throttle
from shop.ground.errors import BadInput, NotFound

AT = f"{PREFIX}conversations/<conversation_id:str>"
REFUSALS = (400, 401, 403, 404, 429)
RATE = "240/minute"  # an agent with many windows open
LOOK_AGAIN_S = 5.0  # so soon it is told that nobody looks any more


def endpoints() -> list[Endpoint]:
    pace = Throttle(RATE)

    def told(path: str, summary: str, handle: Any) -> Endpoint:
        async def paced(call: Call, conversation_id: str) -> HTTPResponse:
            pace.check(call.who.id)
            await handle(call, conversation_id)
            return HTTPResponse(status=204)

        return Endpoint("POST", f"{AT}/{path}", summary, paced, writing_agent, Nothing, status=204, refusals=REFUSALS)

    async def seen(call: Call, conversation_id: str) -> dict[str, Any]:
        pace.check(call.who.id)
        return await call.parts.db.write(_seen, call.who.id, conversation_id, call.body)

    return [
        told("typing", "I am writing", _typing),
        told("looking", "I have it before me", _looking),
        Endpoint(
            "POST", f"{AT}/seen", "I have read up to `seq`; or, with a `version`, looked at what a colleague did",
            seen, writing_agent, SeenIn, Changed, refusals=(*REFUSALS, 409),
        ),
    ]  # fmt: skip


class Page:
    """What one agent's page is told: of the conversations that they may see, and of who looks at one when that changes."""

    def __init__(self, events: Events, parts: Parts, agent_id: str) -> None:
        self._events, self._parts, self._agent = events, parts, agent_id
        self._signs = parts.bell.signs
        self._looking: dict[str, list[dict[str, str]]] = {}
        self._may_see: dict[str, tuple[bool, float]] = {}

    async def listen(self) -> None:
        """Until cancelled."""
        with self._signs.hearing() as heard:
            while True:
                for conversation in list(self._looking):
                    await self._tell_looking(conversation)
                with contextlib.suppress(TimeoutError):
                    await self._tell(await asyncio.wait_for(heard.get(), LOOK_AGAIN_S))

    async def _tell(self, sign: Sign) -> None:
        if sign.data.get("kind") == "bot" or not await self._allowed(sign.conversation):
            return
        if sign.kind == "looking":
            await self._tell_looking(sign.conversation)
        else:
            data = peeking.opened(self._parts.settings.seal_secret, self._agent, sign.data)
            data.pop("shown", None)
            await self._events.send(sign.kind, {"id": sign.conversation, **data})

    async def _tell_looking(self, conversation: str) -> None:
        agents = self._signs.looking(conversation)
        if agents == self._looking.get(conversation, []):
            return
        self._looking[conversation] = agents
        if not agents:
            del self._looking[conversation]
        await self._events.send("looking", {"id": conversation, "agents": agents})

    async def _allowed(self, conversation: str) -> bool:
        """May they see it? Asked again every few seconds: who writes gives many signs."""
        now = time.monotonic()
        self._may_see = {key: known for key, known in self._may_see.items() if known[1] > now}
        if conversation not in self._may_see:
            allowed = await self._parts.db.read(_may_see, self._agent, conversation)
            self._may_see[conversation] = allowed, now + LOOK_AGAIN_S
        return self._may_see[conversation][0]


async def _typing(call: Call, conversation_id: str) -> None:
    """The customer is told only of who answers them; colleagues of everybody."""
    holder = await call.parts.db.read(_holder, call.who.id, conversation_id)
    data = {"kind": "agent", "name": call.who.name, "shown": holder == call.who.id}
    await call.parts.bell.tell(call.parts.db, Sign(conversation_id, "typing", data))


async def _looking(call: Call, conversation_id: str) -> None:
    await call.parts.db.read(_holder, call.who.id, conversation_id)
    data = {"id": call.who.id, "name": call.who.name}
    await call.parts.bell.tell(call.parts.db, Sign(conversation_id, "looking", data))


def _seen(session: Session, agent_id: str, conversation_id: str, body: SeenIn) -> dict[str, Any]:
    _holder(session, agent_id, conversation_id)
    if body.seq is None and body.version is None:
        raise BadInput("Send the seq that you have read up to, or the version that you saw.")
    if body.seq is not None:
        marks.seen_by(session, conversation_id, agent_id, body.seq)
    if body.version is not None:
        conversation = states.lock(session, conversation_id)
        states.expect(conversation, body.version)
        holding.seen(session, conversation, presence.lock_agent(session, agent_id), body.reason)
    now = session.get_one(Conversation, conversation_id)
    return {"id": now.id, "state": now.state, "version": now.version}


def _holder(session: Session, agent_id: str, conversation_id: str) -> str | None:
    """Who answers it. `NotFound` for who may not see it."""
    if not _may_see(session, agent_id, conversation_id):
        raise NotFound("There is no such conversation.")
    return session.scalar(select(Conversation.held_by).where(Conversation.id == conversation_id))


def _may_see(session: Session, agent_id: str, conversation_id: str) -> bool:
    conversation = session.get(Conversation, conversation_id)
    return conversation is not None and board.may_see(session, agent_id, conversation)
