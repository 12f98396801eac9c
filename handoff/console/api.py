"""The console's API: agents sign in, see their lists, take conversations and answer them."""

import asyncio
from typing import Any

from sanic import HTTPResponse
from sqlalchemy.orm import Session

from handoff import states, stream
from handoff.console.bodies import (
    Changed,
    ConversationOut,
    Credentials,
    Me,
    MemberOut,
    Presence,
    PresenceWish,
    Queue,
    ReplyIn,
    ReplyTaken,
    SignedIn,
    Verb,
)
from handoff.http import Call, Endpoint, json, same_origin_json
from handoff.routing import holding, presence, shifts
from handoff.rules import board, outbox, staff
from handoff.stream import HEARTBEAT_S, Events
from handoff.tools.parts import Parts
from handoff.tools.throttle import Throttle
from shop.ground import clock
from shop.ground.errors import BadInput, NotFound, Unauthorised
from shop.ground.settings import Settings

PREFIX = "/api/console/"
COOKIE = "rapport_console"
PAUSE_S = 0.05  # changes that come together are told together


async def agent(call: Call) -> staff.Member:
    """The agent behind the cookie, who thereby gave a sign of life."""
    member = await call.parts.db.read(staff.who, call.request.cookies.get(COOKIE) or "")
    if await call.parts.db.read(presence.is_due, member.id):
        await call.parts.db.write(presence.renew, member.id)
    return member


async def writing_agent(call: Call) -> staff.Member:
    """The same, for what changes something: only JSON from the console's own page."""
    same_origin_json(call)
    return await agent(call)


async def own_page(call: Call) -> None:
    """Signing in: only from the console's own page."""
    same_origin_json(call)


def endpoints(settings: Settings) -> list[Endpoint]:
    attempts = Throttle(settings.rate_logins)

    async def login(call: Call) -> HTTPResponse:
        credentials: Credentials = call.body
        attempts.check(f"{call.request.remote_addr or call.request.ip} {credentials.email.lower()}")
        agent_id, hashed = await call.parts.db.read(staff.password_hash, credentials.email)
        fits = await asyncio.to_thread(staff.fits, hashed, credentials.password)
        if agent_id is None or not fits:
            raise Unauthorised("The e-mail or the password is wrong.")
        token = await call.parts.db.write(staff.sign_in, agent_id)
        member = await call.parts.db.read(staff.who, token)
        answer = json(SignedIn(agent=_member(member)))
        _set_cookie(answer, settings, token, int(staff.SESSION_LASTS.total_seconds()))
        return answer

    async def logout(call: Call) -> HTTPResponse:
        await call.parts.db.write(staff.sign_out, call.request.cookies.get(COOKIE) or "")
        answer = HTTPResponse(status=204)
        _set_cookie(answer, settings, "", 0)
        return answer

    at = f"{PREFIX}conversations/<conversation_id:str>"
    refusals = (400, 401, 403, 404, 409)
    return [
        Endpoint(
            "POST",
            f"{PREFIX}login",
            "Sign in and come on shift",
            login,
            own_page,
            Credentials,
            SignedIn,
            refusals=(400, 401, 403, 429),
        ),
        Endpoint("POST", f"{PREFIX}logout", "Sign out", logout, writing_agent, status=204, refusals=(401, 403)),
        Endpoint("GET", f"{PREFIX}me", "Who is signed in", _me, agent, answer=Me, refusals=(401,)),
        Endpoint(
            "POST",
            f"{PREFIX}presence",
            "Be online, or away",
            _presence,
            writing_agent,
            PresenceWish,
            Presence,
            refusals=(400, 401, 403),
        ),
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
            at,
            "One conversation and its customer",
            _conversation,
            agent,
            answer=ConversationOut,
            refusals=(400, 401, 404),
            query=("after",),
        ),
        Endpoint(
            "POST",
            f"{at}/reply",
            "Answer the customer",
            _reply,
            writing_agent,
            ReplyIn,
            ReplyTaken,
            201,
            refusals=refusals,
        ),
        *(
            Endpoint(
                "POST",
                f"{at}/{verb}",
                (rule.__doc__ or verb).splitlines()[0],
                _verb(verb),
                writing_agent,
                Verb,
                Changed,
                refusals=refusals,
            )
            for verb, rule in holding.VERBS.items()
        ),
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
    return {"agent": _member(call.who), "presence": call.who.presence}


async def _presence(call: Call) -> dict[str, str]:
    wish: PresenceWish = call.body
    if wish.status == "online":
        await call.parts.db.write(shifts.come, call.who.id)
    else:
        await call.parts.db.write(shifts.go, call.who.id, "away")
    return {"presence": wish.status}


async def _queue(call: Call) -> dict[str, Any]:
    lists = await call.parts.db.read(board.lists, call.who.id)
    return {**vars(lists), "presence": call.who.presence, "now": clock.iso(clock.now())}


async def _conversation(call: Call, conversation_id: str) -> dict[str, Any]:
    return await call.parts.db.read(board.conversation, call.who.id, conversation_id, call.number("after"))


async def _reply(call: Call, conversation_id: str) -> dict[str, int]:
    body: ReplyIn = call.body
    return {"seq": await call.parts.db.write(_say, call.who.id, conversation_id, body)}


def _verb(verb: str) -> Any:
    async def handle(call: Call, conversation_id: str) -> dict[str, Any]:
        return await call.parts.db.write(_act, verb, call.who.id, conversation_id, call.body)

    return handle


async def _stream(call: Call) -> None:
    token = call.request.cookies.get(COOKIE) or ""
    await stream.serve(call.request, lambda events: _feed(call.parts, events, call.who.id, token))


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


def _act(session: Session, verb: str, agent_id: str, conversation_id: str, body: Verb) -> dict[str, Any]:
    conversation = states.lock(session, conversation_id)
    _visible(session, agent_id, conversation)
    states.expect(conversation, body.version)
    locked = presence.lock_agent(session, agent_id)
    holding.VERBS[verb](session, conversation, locked, body.reason)
    return {"id": conversation.id, "state": conversation.state, "version": conversation.version}


def _say(session: Session, agent_id: str, conversation_id: str, body: ReplyIn) -> int:
    conversation = states.lock(session, conversation_id)
    _visible(session, agent_id, conversation)
    text = body.text.strip()
    if not text:
        raise BadInput("The reply is empty.")
    key = f"agent:{conversation.id}:{agent_id}:{body.client_id}"
    return outbox.seq_of(session, key, text) or holding.reply(
        session, conversation, presence.lock_agent(session, agent_id), text, key
    )


def _visible(session: Session, agent_id: str, conversation: Any) -> None:
    if not board.may_see(session, agent_id, conversation):
        raise NotFound("There is no such conversation.")


def _member(member: staff.Member) -> MemberOut:
    return MemberOut(id=member.id, name=member.name, role=member.role, representative=member.representative)


def _set_cookie(answer: HTTPResponse, settings: Settings, token: str, max_age_s: int) -> None:
    answer.add_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="Strict",
        secure=settings.public_url.startswith("https://"),
        max_age=max_age_s,
        path="/",
    )
