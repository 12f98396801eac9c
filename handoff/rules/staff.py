"""Agents and their sign-in: Argon2id passwords, sessions of which only the hash is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, AgentSession, Book
from handoff.routing import presence, shifts
from shop.ground import clock
from shop.ground.errors import Unauthorised

SESSION_LASTS = timedelta(hours=12)
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


def sign_in(session: Session, agent_id: str) -> str:
    """Open a session and come on shift; returns the cookie's token, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.execute(delete(AgentSession).where(AgentSession.expires_at <= now))
    session.add(AgentSession(token_hash=_hash(token), agent_id=agent_id, expires_at=now + SESSION_LASTS))
    shifts.come(session, agent_id)
    return token


def sign_out(session: Session, token: str) -> None:
    """End this session; the agent goes off shift with their last one."""
    row = session.get(AgentSession, _hash(token))
    if row is None:
        return
    agent_id = row.agent_id
    session.delete(row)
    session.flush()
    if not session.scalar(
        select(exists().where(AgentSession.agent_id == agent_id, AgentSession.expires_at > clock.now()))
    ):
        shifts.go(session, agent_id, "offline")


def who(session: Session, token: str) -> Member:
    """The agent behind a cookie. Raises `Unauthorised`."""
    row = session.get(AgentSession, _hash(token)) if token else None
    agent = session.get(Agent, row.agent_id) if row and row.expires_at > clock.now() else None
    if agent is None or agent.disabled_at is not None:
        raise Unauthorised("Please sign in.")
    return member(session, agent)


def member(session: Session, agent: Agent) -> Member:
    own = session.scalar(select(exists().where(Book.agent_id == agent.id, Book.until.is_(None))))
    shown = presence.shown(agent, clock.now())
    return Member(agent.id, agent.name, agent.role, bool(own), shown, agent.away_reason if shown == "away" else None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
