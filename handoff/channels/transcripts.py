"""A customer takes their own conversation along: as a file, or by e-mail to the address that is on file."""

from pydantic import BaseModel
from sanic import HTTPResponse
from sqlalchemy.orm import Session

from handoff.channels import web
from handoff.channels.bodies import Nothing
from handoff.http import Call, Endpoint
from handoff.rules import sessions, transcripts
from handoff.rules.transcripts import Paper
from handoff.tools.throttle import Throttle
from shop.ground.settings import Settings

RATE, MAIL_RATE = "20/minute", "3/hour"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cache-Control": "no-store",
}


class Mailed(BaseModel):
    to: str


def endpoints() -> list[Endpoint]:
    reads, mails = Throttle(RATE), Throttle(MAIL_RATE)

    async def text(call: Call) -> HTTPResponse:
        reads.check(call.who)
        return _file((await _paper(call)).text, "text/plain; charset=utf-8", "txt")

    async def page(call: Call) -> HTTPResponse:
        reads.check(call.who)
        return _file((await _paper(call)).html, "text/html; charset=utf-8", "html")

    async def mail(call: Call) -> dict[str, str]:
        mails.check(call.who)
        return {"to": await call.parts.db.write(_mail, call.who, call.parts.settings)}

    at, refusals = f"{web.PREFIX}transcript", (401, 403, 429)
    return [
        Endpoint("GET", f"{at}.txt", "My conversation as text", text, web.visitor, media="text/plain", refusals=refusals),
        Endpoint("GET", f"{at}.html", "My conversation to print", page, web.visitor, media="text/html", refusals=refusals),
        Endpoint("POST", at, "My conversation by e-mail to the address on file", mail, web.visitor, Nothing, Mailed, 202,
                 refusals=(400, 409, *refusals)),
    ]  # fmt: skip


async def _paper(call: Call) -> Paper:
    return await call.parts.db.read(_write, call.who, call.parts.settings)


def _write(session: Session, visitor: str, settings: Settings) -> Paper:
    return transcripts.write(session, sessions.web_address(session, visitor), settings.shop_name, settings.zone)


def _mail(session: Session, visitor: str, settings: Settings) -> str:
    return transcripts.mail(session, sessions.web_address(session, visitor), settings.shop_name, settings.zone)


def _file(body: str, media: str, ending: str) -> HTTPResponse:
    name = {"Content-Disposition": f"attachment; filename=conversation.{ending}"}
    return HTTPResponse(body, content_type=media, headers={**HEADERS, **name})
