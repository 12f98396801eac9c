"""What agents do about their own account: password, second factor, where they are signed in."""

import asyncio
from typing import Any

import segno
from sanic import HTTPResponse
from sqlalchemy.orm import Session

from handoff.console.account_bodies import (
    Account,
    Begun,
    FactorCode,
    Handle,
    NewPassword,
    Password,
    RecoveryCodes,
    shown,
)
from handoff.console.guards import PREFIX, own_account, signed_in, token
from handoff.http import Body, Call, Endpoint
from handoff.models import Agent
from handoff.routing import shifts
from handoff.rules import audit, brakes, faces, second, staff, totp
from handoff.rules.brakes import Tries
from shop.ground.errors import BadInput

AT = f"{PREFIX}account"


def endpoints() -> list[Endpoint]:
    return [
        Endpoint("GET", AT, "My account, and where I am signed in", _account, signed_in, answer=Account, refusals=(401,)),
        _posted("password", "A new password", _password, NewPassword),
        _posted("sessions/end", "Sign out elsewhere: one place, or all of them", _end, Handle, more=(404,)),
        _posted("second-factor/begin", "Begin with a second factor", _begin, Password, Begun, more=(409,)),
        _posted("second-factor/confirm", "It counts from now on", _confirm, FactorCode, RecoveryCodes, more=(409,)),
        _posted("second-factor/off", "Go without a second factor", _off, Password),
        _posted("second-factor/codes", "New recovery codes", _codes, Password, RecoveryCodes),
    ]  # fmt: skip


def _posted(
    path: str, summary: str, handle: Any, body: type[Body], answer: Any = None, more: tuple[int, ...] = ()
) -> Endpoint:
    status, refusals = (200 if answer else 204), (400, 401, 403, 429, *more)
    return Endpoint("POST", f"{AT}/{path}", summary, handle, own_account, body, answer, status, refusals=refusals)


async def _account(call: Call) -> dict[str, Any]:
    return await call.parts.db.read(_read, call.who, token(call))


def _read(session: Session, who: staff.Member, cookie: str) -> dict[str, Any]:
    agent = session.get_one(Agent, who.id)
    return {
        "agent": shown(who),
        "email": agent.email,
        "picture": faces.of(session, who.id),
        "second_factor": agent.totp_secret is not None,
        "required": agent.role in second.roles(session),
        "codes_left": second.left(session, who.id),
        "sessions": staff.sessions(session, who.id, cookie),
    }


async def _end(call: Call) -> HTTPResponse:
    body: Handle = call.body
    if body.id:
        await call.parts.db.write(staff.end_session, call.who.id, body.id)
    else:
        await call.parts.db.write(staff.end_others, call.who.id, token(call))
    return HTTPResponse(status=204)


async def _password(call: Call) -> HTTPResponse:
    body: NewPassword = call.body
    await _proved(call, body.password)
    hashed = await asyncio.to_thread(staff.hash_password, body.new)
    await call.parts.db.write(staff.change_password, call.who.id, hashed, token(call))
    return HTTPResponse(status=204)


async def _begin(call: Call) -> dict[str, Any]:
    await _proved(call, call.body.password)
    settings = call.parts.settings
    secret = await call.parts.db.write(second.begin, call.who.id, settings.seal_secret)
    email = await call.parts.db.read(_email, call.who.id)
    link = totp.link(secret, settings.shop_name, email)
    return {"secret": secret, "link": link, "picture": segno.make(link, error="m").svg_inline(scale=5, border=2)}


async def _confirm(call: Call) -> dict[str, Any]:
    await call.parts.db.write(brakes.begin, _own_tries(call))
    return {"codes": await call.parts.db.write(_confirmed, call.who, call.parts.settings.seal_secret, call.body.code)}


def _confirmed(session: Session, who: staff.Member, key: str, code: str) -> list[str]:
    codes = second.confirm(session, who.id, key, code)
    brakes.passed(session, _tries_of(who.id))
    if who.must_enrol:
        shifts.come(session, who.id)
    return codes


async def _off(call: Call) -> HTTPResponse:
    await _proved(call, call.body.password)
    await call.parts.db.write(second.off, call.who.id)
    return HTTPResponse(status=204)


async def _codes(call: Call) -> dict[str, Any]:
    await _proved(call, call.body.password)
    return {"codes": await call.parts.db.write(_renewed, call.who.id)}


def _renewed(session: Session, agent_id: str) -> list[str]:
    audit.note(session, f"agent:{agent_id}", "recovery_codes_renewed", f"agent:{agent_id}")
    return second.renew_codes(session, agent_id)


async def _proved(call: Call, password: str) -> None:
    """It is the agent, and not who found their browser open."""
    await call.parts.db.write(brakes.begin, _own_tries(call))
    email = await call.parts.db.read(_email, call.who.id)
    _, hashed = await call.parts.db.read(staff.password_hash, email)
    if not await asyncio.to_thread(staff.fits, hashed, password):
        raise BadInput("This is not your password.", code="password")
    await call.parts.db.write(brakes.passed, _own_tries(call))


def _own_tries(call: Call) -> Tries:
    return _tries_of(call.who.id)


def _tries_of(agent_id: str) -> Tries:
    return Tries("", "", f"own-{agent_id}")


def _email(session: Session, agent_id: str) -> str:
    return session.get_one(Agent, agent_id).email
