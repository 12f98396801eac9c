"""The chat on the website goes on by text: ask for it, type the code that came, or have the answers back on the page."""

import re

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from handoff import wording
from handoff.channels.web import PREFIX, visitor
from handoff.http import Body, Call, Endpoint
from handoff.rules import moving, sessions
from handoff.rules.moving import Moved, Terms
from shop import codes
from shop.ground.errors import BadInput, Conflict
from shop.ground.settings import Settings

AT = f"{PREFIX}text-me"


class NumberIn(Body):
    number: str | None = Field(None, min_length=4, max_length=40)  # none: the one on file


class CodeIn(Body):
    code: str = Field(pattern=r"^\D*(\d\D*){6}$", max_length=40)


class ByText(BaseModel):
    """Numbers are hinted at by their last digits. `on_file`: to this one without a code."""

    possible: bool
    state: str = Field(pattern="^(off|code|on)$")
    number: str | None
    on_file: str | None
    expires_at: str | None


def endpoints() -> list[Endpoint]:
    return [
        Endpoint("GET", AT, "Do answers go to a phone, and can they", _standing, visitor, answer=ByText, refusals=(401, 403)),
        Endpoint(
            "POST", AT, "Go on by text: at once to the number on file, elsewhere after a code", _ask, visitor, NumberIn,
            ByText, refusals=(400, 401, 403, 409, 429),
        ),
        Endpoint(
            "POST", f"{AT}/confirm", "The code that came by text", _confirm, visitor, CodeIn, ByText,
            refusals=(400, 401, 403, 409),
        ),
        Endpoint("POST", f"{AT}/stop", "Answers come to the page again", _stop, visitor, answer=ByText, refusals=(401, 403)),
    ]  # fmt: skip


async def _standing(call: Call) -> Moved:
    return await call.parts.db.read(_read, call.who)


async def _ask(call: Call) -> Moved:
    body: NumberIn = call.body
    asker = call.request.remote_addr or call.request.ip
    return await call.parts.db.write(_asked, call.who, body.number, asker, _terms(call.parts.settings))


async def _confirm(call: Call) -> Moved:
    body: CodeIn = call.body
    why = await call.parts.db.write(_confirmed, call.who, re.sub(r"\D", "", body.code), _terms(call.parts.settings))
    if why == "wrong":
        raise BadInput(wording.say("text_me_wrong"), code="wrong_code")
    if why:
        raise Conflict(wording.say(f"text_me_{why}"), code=f"code_{why}")
    return await _standing(call)


async def _stop(call: Call) -> Moved:
    return await call.parts.db.write(_stopped, call.who)


def _read(session: Session, who: str) -> Moved:
    return moving.standing(session, sessions.web_address(session, who))


def _asked(session: Session, who: str, number: str | None, asker: str, terms: Terms) -> Moved:
    return moving.ask(session, sessions.web_address(session, who), number, asker, terms)


def _confirmed(session: Session, who: str, digits: str, terms: Terms) -> str:
    return moving.confirm(session, sessions.web_address(session, who), digits, terms)


def _stopped(session: Session, who: str) -> Moved:
    return moving.stop(session, sessions.web_address(session, who))


def _terms(settings: Settings) -> Terms:
    return Terms(settings.text_countries, settings.sms_new_numbers_per_day, codes.key(settings), settings.shop_name)
