"""Signing in and out: the password, the second factor where there is one, and the cookies."""

import asyncio
import secrets

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sanic import HTTPResponse
from sqlalchemy.orm import Session

from handoff.console.account_bodies import Credentials, SignedIn, shown
from handoff.console.guards import COOKIE, PREFIX, own_account, own_page, token
from handoff.http import Call, Endpoint, json
from handoff.models import Agent
from handoff.rules import brakes, second, staff
from handoff.rules.brakes import Tries
from handoff.tools.throttle import Throttle
from shop.ground.errors import Unauthorised
from shop.ground.settings import Settings

KNOWN = "rapport_known"  # a browser in which this agent has signed in before
KNOWN_S = 180 * 24 * 3600
WRONG = "The e-mail or the password is wrong."


def endpoints(settings: Settings) -> list[Endpoint]:
    attempts = Throttle(settings.rate_logins)
    seal = URLSafeTimedSerializer(list(settings.seal_secrets), salt="known-browser")

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
    ]  # fmt: skip


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


def _set_cookie(answer: HTTPResponse, settings: Settings, name: str, value: str, max_age_s: int) -> None:
    secure = settings.public_url.startswith("https://")
    answer.add_cookie(name, value, httponly=True, samesite="Strict", secure=secure, max_age=max_age_s, path="/")
