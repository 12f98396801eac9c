"""Agents and their sign-in: Argon2id passwords, sessions of which only the hash is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, AgentSession, Book
from handoff.routing import presence, shifts
from handoff.rules import audit, second
from shop.ground import clock
from shop.ground.errors import NotFound, Unauthorised

SESSION_LASTS = timedelta(hours=12)
HANDLE = 16  # characters by which the list of sessions names one: of the hash, so no way in
_hasher = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
_nobody = _hasher.hash(secrets.token_hex(16))  # an unknown e-mail takes as long as a wrong password


@dataclass(frozen=True)
class Member:
    """An agent as the console shows them."""

    id: str
    name: str
    role: str
    representative: bool
    presence: str
    away_reason: str | None = None
    must_enrol: bool = False  # nothing else before a second factor is set up


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def password_hash(session: Session, email: str) -> tuple[str | None, str]:
    """The agent's id and hash; for an unknown e-mail a hash that no password fits."""
    agent = session.scalar(
        select(Agent).where(func.lower(Agent.email) == email.strip().lower(), Agent.disabled_at.is_(None))
    )
    return (agent.id, agent.password_hash) if agent else (None, _nobody)


def fits(hashed: str, password: str) -> bool:
    """Does the password fit? Takes about 30 ms: not for the event loop."""
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def sign_in(session: Session, agent_id: str, device: str = "", address: str = "") -> str:
    """Open a session and come on shift; returns the cookie's token, which is kept nowhere. Who still has to set up a second
    factor comes on shift when that is done."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.execute(delete(AgentSession).where(AgentSession.expires_at <= now))
    session.add(
        AgentSession(
            token_hash=_hash(token),
            agent_id=agent_id,
            expires_at=now + SESSION_LASTS,
            device=device[:300],
            address=address[:60],
        )
    )
    if not second.missing(session, session.get_one(Agent, agent_id)):
        shifts.come(session, agent_id)
    return token


def sign_out(session: Session, token: str) -> None:
    """End this session; the agent goes off shift with their last one."""
    row = session.get(AgentSession, _hash(token))
    if row is not None:
        _end(session, row.agent_id, [row])


def sessions(session: Session, agent_id: str, token: str) -> list[dict[str, Any]]:
    """Where the agent is signed in, the last used first. `current`: the one with this token."""
    rows = select(AgentSession).where(AgentSession.agent_id == agent_id, AgentSession.expires_at > clock.now())
    own = _hash(token)
    return [
        {
            "id": row.token_hash[:HANDLE],
            "device": row.device,
            "address": row.address,
            "since": clock.iso(row.created_at),
            "used_at": clock.iso(row.last_used_at),
            "current": row.token_hash == own,
        }
        for row in session.scalars(rows.order_by(AgentSession.last_used_at.desc(), AgentSession.token_hash))
    ]


def end_session(session: Session, agent_id: str, handle: str) -> None:
    """Sign out elsewhere. `NotFound` for what is not theirs."""
    if len(handle) != HANDLE:
        raise NotFound("There is no such session.")
    where = AgentSession.agent_id == agent_id, AgentSession.token_hash.startswith(handle, autoescape=True)
    rows = session.scalars(select(AgentSession).where(*where)).all()
    if not rows:
        raise NotFound("There is no such session.")
    _end(session, agent_id, rows)


def end_others(session: Session, agent_id: str, token: str) -> int:
    """Sign out everywhere but here. Returns in how many places."""
    where = AgentSession.agent_id == agent_id, AgentSession.token_hash != _hash(token)
    rows = session.scalars(select(AgentSession).where(*where)).all()
    _end(session, agent_id, rows)
    return len(rows)


def change_password(session: Session, agent_id: str, hashed: str, token: str) -> None:
    """The new one counts at once; whoever is signed in elsewhere is signed out."""
    session.get_one(Agent, agent_id).password_hash = hashed
    end_others(session, agent_id, token)
    audit.note(session, f"agent:{agent_id}", "password_changed", f"agent:{agent_id}")


def sign_of_life(session: Session, agent_id: str, token: str) -> None:
    """The agent's page is open: their presence is renewed, their session was used."""
    presence.renew(session, agent_id)
    row = session.get(AgentSession, _hash(token))
    if row is not None:
        row.last_used_at = clock.now()


def _end(session: Session, agent_id: str, rows: Sequence[AgentSession]) -> None:
    for row in rows:
        session.delete(row)
    session.flush()
    if not session.scalar(
        select(exists().where(AgentSession.agent_id == agent_id, AgentSession.expires_at > clock.now()))
    ):
        shifts.go(session, agent_id, "offline")


def who(session: Session, token: str) -> Member:
    """The agent behind a cookie, as the console shows them. Raises `Unauthorised`."""
    return member(session, signed_in(session, token))


def signed_in(session: Session, token: str) -> Agent:
    """The agent behind a cookie. Raises `Unauthorised`."""
    row = session.get(AgentSession, _hash(token)) if token else None
    agent = session.get(Agent, row.agent_id) if row and row.expires_at > clock.now() else None
    if agent is None or agent.disabled_at is not None:
        raise Unauthorised("Please sign in.")
    return agent


def member(session: Session, agent: Agent) -> Member:
    own = session.scalar(select(exists().where(Book.agent_id == agent.id, Book.until.is_(None))))
    shown = presence.shown(agent, clock.now())
    why = agent.away_reason if shown == "away" else None
    return Member(agent.id, agent.name, agent.role, bool(own), shown, why, second.missing(session, agent))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
