"""The web channel: a session's token leads to its conversation; messages come in, and go out as pages and as a stream."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from sanic import HTTPResponse, Request, Sanic
from sqlalchemy.orm import Session

from handoff import states, stream
from handoff.channels.bodies import MessageIn, MessageTaken, Nothing, SessionMade, SessionWish, ThreadOut
from handoff.http import FILE_NAME, Call, Endpoint
from handoff.rules import inbox, peeking, reach, sessions, thread
from handoff.rules.inbox import Inbound
from handoff.stream import HEARTBEAT_S, Events
from handoff.tools.parts import Parts
from handoff.tools.signs import Signs
from handoff.tools.throttle import Throttle
from shop import codes, identity
from shop.ground.clock import iso
from shop.ground.errors import BadInput, Forbidden, Unauthorised
from shop.ground.settings import Settings

PREFIX = "/api/chat/"
POSITION_S = 3.0  # while in line the place is looked up this often: it moves without a message


async def visitor(call: Call) -> str:
    """The visitor whom the Bearer token stands for. Raises `Unauthorised`, or `Forbidden` for a page that is not ours."""
    _allowed_origin(call)
    scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
    known = _stands_for(call.parts.settings, token) if scheme.lower() == "bearer" else None
    if known is None:
        raise Unauthorised("Open a session first and send its token as `Authorization: Bearer ...`.")
    return known


async def public(call: Call) -> None:
    """Anybody on an allowed page may ask for a session; it opens nothing but a thread of their own."""
    _allowed_origin(call)


def endpoints(settings: Settings) -> list[Endpoint]:
    openings, writings = Throttle(settings.rate_sessions), Throttle(settings.rate_messages)

    async def open_session(call: Call) -> dict[str, Any]:
        openings.check(call.request.remote_addr or call.request.ip)
        opened = await call.parts.db.write(_open, call.parts.settings, call.body)
        return _made(call, opened)

    async def renew_session(call: Call) -> dict[str, Any]:
        openings.check(call.request.remote_addr or call.request.ip)
        return _made(call, await call.parts.db.write(sessions.renew, call.who))

    async def post_message(call: Call) -> dict[str, Any]:
        body: MessageIn = call.body
        if (body.text is None and not body.files) == (body.option is None):
            raise BadInput("Send either a text, with or without files, or an option.")
        writings.check(call.who)
        accepted = await call.parts.db.write(_accept, call.who, body, call.parts.settings)
        return {"seq": accepted.seq, "conversation": accepted.conversation}

    return [
        Endpoint(
            "POST",
            f"{PREFIX}session",
            "Open a chat session",
            open_session,
            public,
            SessionWish,
            SessionMade,
            201,
            refusals=(400, 401, 403, 413, 429),
        ),
        Endpoint(
            "POST",
            f"{PREFIX}session/renew",
            "A visitor's session lasts longer",
            renew_session,
            visitor,
            Nothing,
            SessionMade,
            refusals=(400, 401, 403, 429),
        ),
        Endpoint(
            "POST",
            f"{PREFIX}messages",
            "Write a message or tap an option",
            post_message,
            visitor,
            MessageIn,
            MessageTaken,
            202,
            refusals=(400, 401, 403, 409, 413, 429),
        ),
        Endpoint(
            "GET",
            f"{PREFIX}messages",
            "What was said after a number",
            _messages,
            visitor,
            answer=ThreadOut,
            refusals=(400, 401, 403),
            query=("after",),
        ),
        Endpoint(
            "GET",
            f"{PREFIX}stream",
            "The same as a stream of events",
            _stream,
            visitor,
            media="text/event-stream",
            refusals=(400, 401, 403),
            query=("after",),
        ),
    ]


def allow_origins(app: Sanic[Any, Any], settings: Settings, served: list[Endpoint]) -> None:
    """CORS for the chat alone, and only for the shop's own pages."""

    async def preflight(request: Request) -> HTTPResponse:
        return HTTPResponse(status=204)

    # One by one: a route for all below the prefix would lose against the exact ones, which do not know OPTIONS.
    for path in sorted({one.path for one in served if one.path.startswith(PREFIX)}):
        name = path.removeprefix(PREFIX).replace("/", "-").replace("<", "").replace(">", "").replace(":", "-")
        app.add_route(preflight, path, methods=["OPTIONS"], name=f"preflight-{name}")

    @app.on_response  # type: ignore[untyped-decorator]
    async def _cors(request: Request, response: HTTPResponse) -> None:
        origin = request.headers.get("origin", "")
        if request.path.startswith(PREFIX) and origin in settings.origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, POST"
                response.headers["Access-Control-Allow-Headers"] = f"Authorization, Content-Type, {FILE_NAME}"
                response.headers["Access-Control-Max-Age"] = "600"


async def _messages(call: Call) -> thread.Thread:
    return await call.parts.db.read(_thread, call.parts.settings, call.who, call.number("after"))


async def _stream(call: Call) -> None:
    after = call.number("after")
    found = await call.parts.db.read(_thread, call.parts.settings, call.who, after)
    await stream.serve(call.request, lambda events: _feed(call.parts, events, call.who, found.conversation, after))


async def _feed(parts: Parts, events: Events, visitor: str, conversation: str, after: int) -> None:
    """Send what is new and where the conversation stands, whenever the bell rings. Follows a thread that goes on elsewhere."""
    standing: dict[str, Any] | None = None
    told: dict[int, int] = {}  # how many files of a text were sent along with it
    while True:
        with parts.bell.listening(states.bell(conversation)) as listener:
            async with stream.beside(_signs(parts.bell.signs, events, conversation)):
                while (
                    found := await parts.db.read(_thread, parts.settings, visitor, after)
                ).conversation == conversation:
                    before, standing = (
                        standing,
                        {"conversation": conversation, "state": found.state, "status": found.status},
                    )
                    if before is None:
                        await events.send("state", standing)
                        await events.send("marks", found.marks)
                    for message in found.late:
                        if told.get(message["seq"]) != len(message["files"]):
                            await events.send("message", message)
                    for message in found.messages:
                        after = message["seq"]
                        await events.send("message", message, after)
                    told |= {one["seq"]: len(one.get("files", [])) for one in [*found.late, *found.messages]}
                    if before is not None and standing != before:
                        await events.send("state", standing)
                    await events.beat()
                    await listener.wait(_soon(found.status) or HEARTBEAT_S)
        conversation, after, standing, told = found.conversation, 0, None, {}


async def _signs(signs: Signs, events: Events, conversation: str) -> None:
    """What an agent or the bot lets the customer know meanwhile."""
    with signs.hearing(conversation) as heard:
        while True:
            sign = await heard.get()
            if sign.kind == "marks":
                await events.send("marks", sign.data)
            elif sign.kind == "typing" and sign.data.get("shown"):
                await events.send("typing", {"kind": sign.data["kind"], "name": sign.data["name"]})


def _open(session: Session, settings: Settings, wish: SessionWish) -> sessions.Opened:
    signed = identity.signed_customer(session, settings, wish.identity) if wish.identity is not None else None
    place = sessions.Place(wish.zone, wish.locale)
    keep = _stands_for(settings, wish.keep) if wish.keep else None
    return sessions.open_web(session, signed, timedelta(days=settings.reopen_days), place, keep)


def _made(call: Call, opened: sessions.Opened) -> dict[str, Any]:
    token = str(_serializer(call.parts.settings).dumps(opened.visitor))
    return {"token": token, "conversation": opened.conversation, "expires_at": iso(opened.expires_at)}


def _stands_for(settings: Settings, token: str) -> str | None:
    """The visitor whose session this token is; None when it is none of ours."""
    try:
        known = _serializer(settings).loads(token)
    except BadSignature:
        return None
    return known if isinstance(known, str) else None


def _soon(status: dict[str, Any]) -> float | None:
    """When to look at the place again: the further back, the less often, as it tells less there."""
    return min(HEARTBEAT_S, POSITION_S * max(1, status["position"] / 10)) if status["position"] else None


def _accept(session: Session, visitor: str, body: MessageIn, settings: Settings) -> inbox.Accepted:
    address = sessions.web_address(session, visitor)
    inbound = Inbound("web", body.client_id, body.text or "", body.option, tuple(body.files))
    accepted = inbox.accept(session, address.id, inbound, timedelta(days=settings.reopen_days), codes.key(settings))
    if accepted.created:
        reach.offer_start(session, states.lock(session, accepted.conversation))
    return accepted


def conversation(session: Session, visitor: str) -> str:
    """Which one is this visitor's."""
    return sessions.web_address(session, visitor).conversation_id


def _thread(session: Session, settings: Settings, visitor: str, after: int) -> thread.Thread:
    found = thread.read(session, conversation(session, visitor), after)
    peeks = settings.typing_preview and peeking.watched(found.state)
    return replace(found, status={**found.status, "peeks": peeks})


def _serializer(settings: Settings) -> URLSafeSerializer:
    return URLSafeSerializer(list(settings.identity_secrets), salt="web-session")


def _allowed_origin(call: Call) -> None:
    origin = call.request.headers.get("origin")
    if origin is not None and origin not in call.parts.settings.origins:
        raise Forbidden("This page's origin is not in ALLOWED_ORIGINS.", code="wrong_origin")
