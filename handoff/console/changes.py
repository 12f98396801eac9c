"""The console's stream: which conversations of an agent's lists changed, came or went, until their session ends. What there is
to see the page fetches."""

import asyncio
from collections.abc import Iterator

from sqlalchemy.orm import Session

from handoff import states, stream
from handoff.console import signs
from handoff.console.guards import PREFIX, agent, token
from handoff.http import Call, Endpoint
from handoff.routing import presence
from handoff.rules import listed, staff
from handoff.rules.listed import Version
from handoff.stream import HEARTBEAT_S, Events
from handoff.tools.parts import Parts
from shop.ground.errors import Unauthorised

REST_S = 0.05  # after a change was told: those that follow at once are told together


def endpoints() -> list[Endpoint]:
    return [
        Endpoint(
            "GET", f"{PREFIX}stream", "What changed: ids and versions", _stream, agent, media="text/event-stream",
            refusals=(401,),
        ),
    ]  # fmt: skip


async def _stream(call: Call) -> None:
    async def feed(events: Events) -> None:
        async with stream.beside(signs.Page(events, call.parts, call.who.id).listen()):
            await _feed(call.parts, events, call.who.id, token(call))

    await stream.serve(call.request, feed)


async def _feed(parts: Parts, events: Events, agent_id: str, cookie: str) -> None:
    with parts.bell.listening(states.CONSOLE_BELL) as listener:
        known = await parts.db.read(listed.versions, agent_id)
        await events.send(
            "hello", {"agent": agent_id}
        )  # what the page fetches after this is no older than what we know
        while True:
            await events.beat()
            rung = await listener.wait(HEARTBEAT_S)
            try:
                now, lease_is_due = await parts.db.read(_look, agent_id, cookie)
            except Unauthorised:
                return
            for conversation_id, version in _changed(known, now):
                await events.send("changed", {"id": conversation_id, "version": version})
            known = now
            if lease_is_due:
                await parts.db.write(presence.renew, agent_id)
            if rung:
                await asyncio.sleep(REST_S)


def _look(session: Session, agent_id: str, cookie: str) -> tuple[dict[str, Version], bool]:
    """What there is now, and whether a sign of life is due. Raises `Unauthorised` once the session has ended."""
    staff.signed_in(session, cookie)
    return listed.versions(session, agent_id), presence.is_due(session, agent_id)


def _changed(before: dict[str, Version], now: dict[str, Version]) -> Iterator[tuple[str, int]]:
    for conversation_id in before.keys() | now.keys():
        if before.get(conversation_id) != now.get(conversation_id):
            yield conversation_id, (now.get(conversation_id) or before[conversation_id]).version
