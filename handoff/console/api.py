"""The console's API: agents sign in, see their lists, take conversations and answer them."""

from typing import Any

from sqlalchemy.orm import Session

from handoff.console import (
    account,
    beside,
    canned,
    changes,
    faces,
    files,
    front,
    later,
    notes,
    office,
    ratings,
    search,
    signing_in,
    signs,
    verbs,
)
from handoff.console.account_bodies import Me, shown
from handoff.console.bodies import ConversationOut, Queue, SaidOut, Why
from handoff.console.guards import PREFIX, agent, signed_in
from handoff.http import Call, Endpoint
from handoff.routing import policy
from handoff.rules import board, later_shown, mentions
from shop.ground import clock
from shop.ground.settings import Settings


def endpoints(settings: Settings) -> list[Endpoint]:
    return [
        *signing_in.endpoints(settings),
        *account.endpoints(),
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
        Endpoint(
            "GET",
            f"{verbs.AT}/said",
            "What is new in its thread",
            _said,
            agent,
            answer=SaidOut,
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
        *changes.endpoints(),
    ]


async def _me(call: Call) -> dict[str, Any]:
    return {"agent": shown(call.who), "presence": call.who.presence, "away_reason": call.who.away_reason}


async def _queue(call: Call) -> dict[str, Any]:
    lists = await call.parts.db.read(_lists, call.who.id)
    queues = [{"name": name, "title": queue.title} for name, queue in policy.current().queues.items()]
    who = {"presence": call.who.presence, "away_reason": call.who.away_reason}
    return {**lists, "queues": queues, **who, "now": clock.iso(clock.now())}


def _lists(session: Session, agent_id: str) -> dict[str, Any]:
    above = {"mentions": mentions.of_agent(session, agent_id), "held_back": later_shown.held_back(session, agent_id)}
    return {**vars(board.lists(session, agent_id)), **above}


async def _conversation(call: Call, conversation_id: str) -> dict[str, Any]:
    after, notes_after = call.number("after"), call.number("notes_after")
    return await call.parts.db.read(board.conversation, call.who.id, conversation_id, after, notes_after)


async def _said(call: Call, conversation_id: str) -> dict[str, Any]:
    after, notes_after = call.number("after"), call.number("notes_after")
    return await call.parts.db.read(board.said, call.who.id, conversation_id, after, notes_after)


async def _why(call: Call, conversation_id: str) -> dict[str, Any]:
    return {"decisions": await call.parts.db.read(board.why, call.who.id, conversation_id)}
