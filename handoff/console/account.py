"""Signing in and out, and what agents do about their own account: password, second factor, where they are signed in."""

import asyncio
import secrets
from typing import Any

import segno
from itsdangerous import BadSignature, URLSafeTimedSerializer
from pydantic import BaseModel, Field
from sanic import HTTPResponse
from sqlalchemy.orm import Session

from handoff.console.bodies import Credentials, MemberOut, SignedIn
from handoff.console.guards import COOKIE, PREFIX, own_account, own_page, signed_in, token
from handoff.http import Body, Call, Endpoint, json
from handoff.models import Agent
from handoff.routing import shifts
from handoff.rules import audit, brakes, faces, second, staff, totp
from handoff.rules.brakes import Tries
from handoff.tools.throttle import Throttle
from shop.ground.errors import BadInput, Unauthorised
from shop.ground.settings import Settings

KNOWN = "rapport_known"  # a browser in which this agent has signed in before
KNOWN_S = 180 * 24 * 3600
WRONG = "The e-mail or the password is wrong."
AT = f"{PREFIX}account"
SHORTEST = 10


class NewPassword(Body):
    password: str = Field(min_length=1, max_length=200)
    new: str = Field(min_length=SHORTEST, max_length=200)


class Password(Body):
    password: str = Field(min_length=1, max_length=200)


class FactorCode(Body):
    code: str = Field(min_length=6, max_length=20)


class Handle(Body):
    id: str = Field("", max_length=64)  # empty: everywhere but here


class SessionOut(BaseModel):
    id: str
    device: str
    address: str
    since: str
    used_at: str
    current: bool


class Account(BaseModel):
    agent: MemberOut
    email: str
    picture: str | None
    second_factor: bool
    required: bool
    codes_left: int
    sessions: list[SessionOut]


class Begun(BaseModel):
    secret: str
    link: str
    picture: str  # an SVG


class RecoveryCodes(BaseModel):
    codes: list[str]


def endpoints(settings: Settings) -> list[Endpoint]:
    attempts = Throttle(settings.rate_logins)
    seal = URLSafeTimedSerializer(settings.seal_secret, salt="known-browser")

    async def login(call: Call) -> HTTPResponse:
        credentials: Credentials = call.body
        address = call.request.remote_addr or call.request.ip
        attempts.check(f"{address} {credentials.email.lower()}")
        agent_id, hashed = await call.parts.db.read(staff.password_hash, credentials.email)
        tries = Tries(credentials.email, address, _known(seal, call, agent_id))
        await call.parts.db.write(brakes.begin, tries)
        fits = await asyncio.to_thread(staff.fits, hashed, credentials.password)
        if agent_id is None or not fits:
            raise Unauthorised(WRONG)
        await call.parts.db.write(_second, agent_id, settings.seal_secret, credentials.code)
        device = call.request.headers.get("user-agent", "")
        opened = await call.parts.db.write(_open, tries, agent_id, device, address)
        member = await call.parts.db.read(staff.who, opened)
        answer = json(SignedIn(agent=shown(member)))
        _set_cookie(answer, settings, COOKIE, opened, int(staff.SESSION_LASTS.total_seconds()))
        browser = tries.browser or secrets.token_hex(8)
        _set_cookie(answer, settings, KNOWN, str(seal.dumps([agent_id, browser])), KNOWN_S)
        return answer

    async def logout(call: Call) -> HTTPResponse:
        await call.parts.db.write(staff.sign_out, token(call))
        answer = HTTPResponse(status=204)
        _set_cookie(answer, settings, COOKIE, "", 0)
        return answer

    return [
        Endpoint(
            "POST", f"{PREFIX}login", "Sign in and come on shift", login, own_page, Credentials, SignedIn,
            refusals=(400, 401, 403, 429),
        ),
        Endpoint("POST", f"{PREFIX}logout", "Sign out", logout, own_account, status=204, refusals=(401, 403)),
        Endpoint("GET", AT, "My account, and where I am signed in", _account, signed_in, answer=Account, refusals=(401,)),
        _posted("password", "A new password", _password, NewPassword),
        _posted("sessions/end", "Sign out elsewhere: one place, or all of them", _end, Handle, more=(404,)),
        _posted("second-factor/begin", "Begin with a second factor", _begin, Password, Begun, more=(409,)),
        _posted("second-factor/confirm", "It counts from now on", _confirm, FactorCode, RecoveryCodes, more=(409,)),
        _posted("second-factor/off", "Go without a second factor", _off, Password),
        _posted("second-factor/codes", "New recovery codes", _codes, Password, RecoveryCodes),
    ]  # fmt: skip


def shown(member: staff.Member) -> MemberOut:
    return MemberOut(
        id=member.id,
        name=member.name,
        role=member.role,
        representative=member.representative,
        must_enrol=member.must_enrol,
    )


def _posted(
    path: str, summary: str, handle: Any, body: type[Body], answer: Any = None, more: tuple[int, ...] = ()
) -> Endpoint:
    status, refusals = (200 if answer else 204), (400, 401, 403, 429, *more)
    return Endpoint("POST", f"{AT}/{path}", summary, handle, own_account, body, answer, status, refusals=refusals)


def _known(seal: URLSafeTimedSerializer, call: Call, agent_id: str | None) -> str:
    """The browser's mark, if this agent has signed in there before; nobody else's counts."""
    try:
        known, browser = seal.loads(call.request.cookies.get(KNOWN) or "", max_age=KNOWN_S)
    except (BadSignature, ValueError, TypeError):
        return ""
    return str(browser) if known == agent_id else ""


def _second(session: Session, agent_id: str, key: str, code: str) -> None:
    """A wrong code is one more failed try: it was counted already."""
    if session.get_one(Agent, agent_id).totp_secret is None:
        return
    if not code:
        raise Unauthorised("Enter the code that your authenticator shows.", code="second_factor")
    if not second.take(session, agent_id, key, code):
        raise Unauthorised("This code does not fit, or was used already.", code="second_factor_wrong")


def _open(session: Session, tries: Tries, agent_id: str, device: str, address: str) -> str:
    brakes.passed(session, tries)
    return staff.sign_in(session, agent_id, device, address)


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


def _set_cookie(answer: HTTPResponse, settings: Settings, name: str, value: str, max_age_s: int) -> None:
    secure = settings.public_url.startswith("https://")
    answer.add_cookie(name, value, httponly=True, samesite="Strict", secure=secure, max_age=max_age_s, path="/")
