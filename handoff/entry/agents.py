"""The staff list on the command line: who is there, a new agent, a new password, and who has left."""

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from handoff.entry.supervisor import CannotStart
from handoff.models import Agent, AgentSession, Book
from handoff.routing import shifts
from handoff.rules import staff
from shop.ground import clock

ROLES = ("agent", "supervisor", "admin")
SHORTEST = 10


def listed(session: Session) -> list[tuple[str, str, str, int, str]]:
    """Name, e-mail, role, size of the book and presence of each, by name."""
    books = select(func.count()).where(Book.agent_id == Agent.id, Book.until.is_(None)).scalar_subquery()
    rows = session.execute(select(Agent, books).order_by(Agent.name))
    return [(a.name, a.email, a.role, held, "left" if a.disabled_at else a.status) for a, held in rows]


def add(session: Session, name: str, email: str, role: str, password: str) -> None:
    if role not in ROLES:
        raise CannotStart(f"The role is one of {', '.join(ROLES)}.")
    if "@" not in email:
        raise CannotStart(f"{email} is not an e-mail address.")
    if session.scalar(_by_email(email)):
        raise CannotStart(f"{email} is taken. For a new password: rapport agents password {email}")
    session.add(Agent(name=name, email=email, role=role, password_hash=_hashed(password)))


def set_password(session: Session, email: str, password: str) -> None:
    """The new password counts at once: whoever is signed in with the old one is signed out."""
    agent = _known(session, email)
    agent.password_hash = _hashed(password)
    agent.disabled_at = None
    session.execute(delete(AgentSession).where(AgentSession.agent_id == agent.id))


def disable(session: Session, email: str) -> None:
    """They can no longer sign in; what they did stays on record under their name."""
    agent = _known(session, email)
    shifts.go(session, agent.id, "offline")
    agent.disabled_at = clock.now()
    session.execute(delete(AgentSession).where(AgentSession.agent_id == agent.id))


def _hashed(password: str) -> str:
    if len(password) < SHORTEST:
        raise CannotStart(f"A password has at least {SHORTEST} characters.")
    return staff.hash_password(password)


def _known(session: Session, email: str) -> Agent:
    agent = session.scalar(_by_email(email))
    if agent is None:
        raise CannotStart(f"Nobody has the e-mail address {email}: see rapport agents list.")
    return agent


def _by_email(email: str) -> Select[Agent]:
    return select(Agent).where(func.lower(Agent.email) == email.strip().lower())
