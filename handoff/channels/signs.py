"""Signs of life from a customer: that they write, what they write where they are told that it is seen, how far they have read."""

from sanic import HTTPResponse
from sqlalchemy.orm import Session

from handoff.channels import web
from handoff.channels.bodies import SeenUpTo, TypingIn
from handoff.http import Call, Endpoint
from handoff.rules import marks, peeking
from handoff.tools.signs import Sign
from handoff.tools.throttle import Throttle

RATE = "120/minute"
REFUSALS = (400, 401, 403, 429)


def endpoints() -> list[Endpoint]:
    pace = Throttle(RATE)

    async def typing(call: Call) -> HTTPResponse:
        pace.check(call.who)
        await _typing(call)
        return HTTPResponse(status=204)

    async def seen(call: Call) -> HTTPResponse:
        pace.check(call.who)
        await call.parts.db.write(_seen, call.who, call.body)
        return HTTPResponse(status=204)

    return [
        Endpoint("POST", f"{web.PREFIX}typing", "The customer is writing", typing, web.visitor, TypingIn,
                 status=204, refusals=REFUSALS),
        Endpoint("POST", f"{web.PREFIX}seen", "The customer has read up to a number", seen, web.visitor, SeenUpTo,
                 status=204, refusals=REFUSALS),
    ]  # fmt: skip


async def _typing(call: Call) -> None:
    """Nobody keeps it: who looks at the thread now is told. A draft goes to who answers, if the shop has turned that on."""
    settings, body = call.parts.settings, call.body
    conversation, agent = await call.parts.db.read(_answered_by, call.who)
    data = {"kind": "customer", "name": ""}
    if settings.typing_preview and agent and body.draft is not None:
        data |= peeking.sealed(settings.seal_secret, agent, body.draft)
    await call.parts.bell.tell(call.parts.db, Sign(conversation, "typing", data))


def _answered_by(session: Session, visitor: str) -> tuple[str, str | None]:
    conversation = web.conversation(session, visitor)
    return conversation, peeking.watcher(session, conversation)


def _seen(session: Session, visitor: str, body: SeenUpTo) -> None:
    marks.seen(session, web.conversation(session, visitor), "customer", body.seq)
