"""The staff list on the command line: who is there, a new agent, a new password, and who has left."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from handoff.entry.supervisor import CannotStart
from handoff.models import Agent, AgentSession, Book
from handoff.routing import books, hours, policy, ready, shifts
from handoff.rules import second, staff
from shop.ground import clock

ROLES = ("agent", "supervisor", "admin")
SHORTEST = 10
NONE = ("none", "nobody", "")  # how a person says that there is none


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


def totp_reset(session: Session, email: str) -> bool:
    """Their second factor is gone, with its recovery codes, and they are signed out. False: they had none."""
    agent = _known(session, email)
    had = agent.totp_secret is not None
    second.take_away(session, agent, "command line")
    session.execute(delete(AgentSession).where(AgentSession.agent_id == agent.id))
    shifts.go(session, agent.id, "offline")
    return had


def describe(session: Session, email: str, **given: Any) -> list[str]:
    """Change what an agent can be asked for; what is None stays. Returns what is true of them now, a line each."""
    agent = _known(session, email)
    for name, value in given.items():
        if value is not None:
            setattr(agent, *_COLUMNS[name](session, agent, value))
    session.flush()
    ready.at(session, agent.id, clock.now())  # who is here may be asked for something else from now on
    deputy = session.get(Agent, agent.deputy_id) if agent.deputy_id else None
    week = agent.hours and "; ".join(f"{days}: {times}" for days, times in agent.hours["week"].items())
    return [
        f"capacity   {agent.capacity} units",
        f"room       {'a book by hand alone' if agent.room is None else f'{agent.room} customers'}",
        f"deputy     {deputy.name if deputy else 'nobody'}",
        f"queues     {', '.join(agent.queues) or 'all'}",
        f"skills     {', '.join(agent.skills) or 'none'}",
        f"languages  {', '.join(agent.languages) or 'the own one of the shop'}",
        f"hours      {week or 'whenever they are here'}",
    ]


def disable(session: Session, email: str) -> int:
    """They can no longer sign in; what they did stays on record under their name. Returns how many customers are theirs."""
    agent = _known(session, email)
    shifts.leave_for_good(session, agent.id)
    session.execute(delete(AgentSession).where(AgentSession.agent_id == agent.id))
    return session.scalar(select(books.size(clock.now())).where(Agent.id == agent.id)) or 0


def _deputy(session: Session, agent: Agent, email: str) -> tuple[str, str | None]:
    deputy = _known(session, email) if email not in NONE else None
    if deputy is agent:
        raise CannotStart("Nobody stands in for themselves: name another deputy.")
    return "deputy_id", deputy.id if deputy else None


def _room(session: Session, agent: Agent, written: str) -> tuple[str, int | None]:
    if written not in NONE and not written.isdecimal():
        raise CannotStart(f"{written} is no room: write a number of customers, or 'none'.")
    return "room", None if written in NONE else int(written)


def _queues(session: Session, agent: Agent, written: str) -> tuple[str, list[str]]:
    queues = _words(written)
    if unknown := [name for name in queues if name not in policy.current().queues]:
        raise CannotStart(f"{unknown[0]} is no queue: there are {', '.join(policy.current().queues)}.")
    return "queues", queues


def _week(session: Session, agent: Agent, written: str) -> tuple[str, dict[str, Any] | None]:
    if written in ("always", *NONE):
        return "hours", None
    parts = (part.partition(":") for part in written.split(";"))
    week = {"week": {days.strip(): times.strip() for days, _, times in parts}}
    try:
        hours.read(week, policy.current().default_queue.hours.zone)
    except ValueError as error:
        raise CannotStart(f"Hours: {error}.") from None
    return "hours", week


def _words(written: str) -> list[str]:
    return [] if written in NONE else sorted({word.strip() for word in written.split(",") if word.strip()})


_COLUMNS: dict[str, Callable[[Session, Agent, Any], tuple[str, Any]]] = {
    "capacity": lambda session, agent, units: ("capacity", units),
    "room": _room,
    "deputy": _deputy,
    "queues": _queues,
    "skills": lambda session, agent, written: ("skills", _words(written)),
    "languages": lambda session, agent, written: ("languages", _words(written)),
    "hours": _week,
}


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
