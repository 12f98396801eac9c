"""The console's API: agents sign in, see their lists, take conversations and answer them."""

import asyncio
from typing import Any

from sqlalchemy.orm import Session

from handoff import states, stream
from handoff.console import (
    account,
    beside,
    canned,
    faces,
    files,
    front,
    later,
    notes,
    office,
    ratings,
    search,
    signs,
    verbs,
)
from handoff.console.bodies import ConversationOut, Me, Queue, Why
from handoff.console.guards import COOKIE, PREFIX, agent, signed_in
from handoff.http import Call, Endpoint
from handoff.routing import policy, presence
from handoff.rules import board, later_shown, mentions, staff
from handoff.stream import HEARTBEAT_S, Events
from handoff.tools.parts import Parts
from shop.ground import clock
from shop.ground.errors import Unauthorised
from shop.ground.settings import Settings

PAUSE_S = 0.05  # changes that come together are told together


def endpoints(settings: Settings) -> list[Endpoint]:
    return [
        *account.endpoints(settings),
        Endpoint("GET", f"{PREFIX}me", "Who is signed in", _me, signed_in, answer=Me, refusals=(401,)),
        Endpoint(
            "GET",
            f"{PREFIX}queue",
            "My conversations, my customers, the general queue",
            _queue,
            agent,
            answer=Queue,
            refusals=(401,),
        ),
        Endpoint(
            "GET",
            verbs.AT,
            "One conversation and its customer",
            _conversation,
            agent,
            answer=ConversationOut,
            refusals=(400, 401, 404),
            query=("after", "notes_after"),
        ),
        Endpoint("GET", f"{verbs.AT}/why", "Why it is where it is", _why, agent, answer=Why, refusals=(401, 404)),
        *verbs.endpoints(),
        *notes.endpoints(),
        *canned.endpoints(),
        *search.endpoints(),
        *office.endpoints(),
        *faces.endpoints(),
        *front.endpoints(),
        *beside.endpoints(),
        *files.endpoints(),
        *later.endpoints(),
        *ratings.endpoints(),
        *signs.endpoints(),
        Endpoint(
            "GET",
            f"{PREFIX}stream",
            "What changed: ids and versions",
            _stream,
            agent,
            media="text/event-stream",
            refusals=(401,),
        ),
    ]


async def _me(call: Call) -> dict[str, Any]:
    return {"agent": account.shown(call.who), "presence": call.who.presence, "away_reason": call.who.away_reason}


async def _queue(call: Call) -> dict[str, Any]:
    lists, mentioned = await call.parts.db.read(_lists, call.who.id)
    held_back = await call.parts.db.read(later_shown.held_back, call.who.id)
    queues = [{"name": name, "title": queue.title} for name, queue in policy.current().queues.items()]
    who = {"presence": call.who.presence, "away_reason": call.who.away_reason}
    more = {"mentions": mentioned, "queues": queues, "held_back": held_back}
    return {**vars(lists), **more, **who, "now": clock.iso(clock.now())}


def _lists(session: Session, agent_id: str) -> tuple[board.Board, list[dict[str, Any]]]:
    return board.lists(session, agent_id), mentions.of_agent(session, agent_id)


async def _conversation(call: Call, conversation_id: str) -> dict[str, Any]:
    after, notes_after = call.number("after"), call.number("notes_after")
    return await call.parts.db.read(board.conversation, call.who.id, conversation_id, after, notes_after)


async def _why(call: Call, conversation_id: str) -> dict[str, Any]:
    return {"decisions": await call.parts.db.read(board.why, call.who.id, conversation_id)}


async def _stream(call: Call) -> None:
    token = call.request.cookies.get(COOKIE) or ""

    async def feed(events: Events) -> None:
        async with stream.beside(signs.Page(events, call.parts, call.who.id).listen()):
            await _feed(call.parts, events, call.who.id, token)

    await stream.serve(call.request, feed)


async def _feed(parts: Parts, events: Events, agent_id: str, token: str) -> None:
    """Tell which conversations of this agent's lists changed, came or went, until the session ends."""
    with parts.bell.listening(states.CONSOLE_BELL) as listener:
        known = await parts.db.read(board.versions, agent_id)
        await events.send(
            "hello", {"agent": agent_id}
        )  # what the page fetches after this is no older than what we know
        while True:
            await events.beat()
            if await listener.wait(HEARTBEAT_S):
                await asyncio.sleep(PAUSE_S)
            try:
                await parts.db.read(staff.who, token)
            except Unauthorised:
                return
            if await parts.db.read(presence.is_due, agent_id):
                await parts.db.write(presence.renew, agent_id)
            before, known = known, await parts.db.read(board.versions, agent_id)
            for conversation_id in before.keys() | known.keys():
                if before.get(conversation_id) != known.get(conversation_id):
                    version = (known.get(conversation_id) or before[conversation_id])[0]
                    await events.send("changed", {"id": conversation_id, "version": version})
