"""The staff as the office sees and changes it. A row's mark says what somebody saw: who saw something else changes nothing."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, AgentSession
from handoff.routing import books, hours, policy, presence, shifts
from handoff.rules import audit, faces, second, staff
from shop.ground import clock
from shop.ground.errors import BadInput, Conflict, NotFound

ROLES = ("agent", "supervisor", "admin")
CHANGEABLE = ("name", "email", "role", "capacity", "room", "deputy_id", "queues", "skills", "languages", "hours")


@dataclass(frozen=True)
class Written:
    """What an admin wrote about an agent. `hours`: the week as it is typed; empty: whenever they are here."""

    name: str
    email: str
    role: str
    capacity: int
    room: int | None
    deputy: str | None
    queues: tuple[str, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    hours: str


def agents(session: Session) -> list[dict[str, Any]]:
    """Everybody who was ever on staff, those who are first, by name."""
    now = clock.now()
    rows = session.execute(
        select(Agent, books.size(now)).order_by(Agent.disabled_at.is_not(None), Agent.name, Agent.id)
    )
    found = [(agent, int(size)) for agent, size in rows]
    pictures = faces.every(session, {agent.id for agent, _ in found})
    return [_shown(agent, size, now, pictures.get(agent.id)) for agent, size in found]


def add(session: Session, by: str, written: Written, password_hash: str) -> dict[str, Any]:
    agent = Agent(name="", email="", password_hash=password_hash)
    columns = _checked(session, agent, written)
    for name, value in columns.items():
        setattr(agent, name, value)
    session.add(agent)
    session.flush()
    audit.note(session, by, "agent_added", f"agent:{agent.id}", email=agent.email, role=agent.role)
    return one(session, agent.id)


def change(session: Session, by: str, agent_id: str, mark: str, written: Written) -> dict[str, Any]:
    """`Conflict` where somebody else changed them meanwhile; `BadInput` names the field as its code."""
    agent = _locked(session, agent_id, mark)
    columns = _checked(session, agent, written)
    if agent.role == "admin" and columns["role"] != "admin":
        _another_admin(session, agent)
    changed = {name: [getattr(agent, name), value] for name, value in columns.items() if getattr(agent, name) != value}
    for name, (_, value) in changed.items():
        setattr(agent, name, value)
    session.flush()
    if changed:
        audit.note(session, by, "agent_changed", f"agent:{agent_id}", **changed)
    return one(session, agent_id)


def disable(session: Session, by: str, agent_id: str, mark: str) -> dict[str, Any]:
    """They can no longer sign in, and are signed out. What they did stays on record under their name."""
    agent = _locked(session, agent_id, mark)
    if agent.disabled_at is not None:
        raise Conflict("They have left already.")
    if by == f"agent:{agent_id}":
        raise BadInput("Nobody closes their own account: ask another admin.", code="self")
    if agent.role == "admin":
        _another_admin(session, agent)
    shifts.go(session, agent_id, "offline")
    agent.disabled_at = clock.now()
    for row in session.scalars(select(AgentSession).where(AgentSession.agent_id == agent_id)):
        session.delete(row)
    audit.note(session, by, "agent_disabled", f"agent:{agent_id}")
    return one(session, agent_id)


def set_password(session: Session, by: str, agent_id: str, mark: str, password_hash: str) -> dict[str, Any]:
    """A first password anew, told to them by the admin: lets who had left back in, and ends every session."""
    agent = _locked(session, agent_id, mark)
    agent.password_hash, agent.disabled_at = password_hash, None
    staff.end_others(session, agent_id, "")
    audit.note(session, by, "agent_password", f"agent:{agent_id}")
    return one(session, agent_id)


def reset_factor(session: Session, by: str, agent_id: str, mark: str) -> dict[str, Any]:
    agent = _locked(session, agent_id, mark)
    second.take_away(session, agent, by)
    staff.end_others(session, agent_id, "")
    return one(session, agent_id)


def one(session: Session, agent_id: str) -> dict[str, Any]:
    session.flush()
    now = clock.now()
    found = session.execute(select(Agent, books.size(now)).where(Agent.id == agent_id)).one()
    return _shown(found[0], int(found[1]), now, faces.of(session, agent_id))


def week(written: str, now: datetime) -> dict[str, Any]:
    """What typed hours mean: open now, when that changes, and the spans of the next seven days. `BadInput` says what is wrong."""
    zone = policy.current().default_queue.hours.zone
    try:
        return spans(hours.read(_week(written) or "always", zone), now)
    except ValueError as error:
        raise BadInput(f"{error}.", code="hours") from None


def spans(opens: hours.Hours, now: datetime) -> dict[str, Any]:
    """Is it open now, until when or from when on, and each day's spans from today on, in its own zone."""
    today = now.astimezone(opens.zone).date()
    days = []
    for n in range(7):
        day = today + timedelta(days=n)
        begins = datetime.combine(day, hours.MIDNIGHT, opens.zone)
        ends = datetime.combine(day + timedelta(days=1), hours.MIDNIGHT, opens.zone)
        days.append({"day": day.isoformat(), "spans": _spans(opens, begins, ends), "holiday": day in opens.holidays})
    is_open = opens.is_open(now)
    turns = None if opens.always else (opens.closes_at(now) if is_open else opens.next_open(now))
    return {
        "zone": opens.zone.key,
        "open_now": is_open,
        "changes_at": clock.iso(turns) if turns else None,
        "always": opens.always,
        "days": days,
    }


def _spans(opens: hours.Hours, begins: datetime, ends: datetime) -> list[list[str]]:
    """The times it is open between two midnights, as they are read off a clock; 24:00 is the second midnight."""
    found, at = [], begins
    while (start := opens.next_open(at)) and start < ends:
        stop = min(opens.closes_at(start) or ends, ends)
        last = "24:00" if stop >= ends else f"{stop.astimezone(opens.zone):%H:%M}"
        found.append([f"{start.astimezone(opens.zone):%H:%M}", last])
        at = stop
        if stop >= ends:
            break
    return found


def _shown(agent: Agent, customers: int, now: datetime, picture: str | None) -> dict[str, Any]:
    return {
        **{name: getattr(agent, name) for name in CHANGEABLE if name not in ("hours", "deputy_id")},
        "id": agent.id,
        "deputy": agent.deputy_id,
        "hours": "; ".join(f"{days}: {times}" for days, times in agent.hours["week"].items()) if agent.hours else "",
        "presence": "left" if agent.disabled_at else presence.shown(agent, now),
        "second_factor": agent.totp_secret is not None,
        "customers": customers,
        "picture": picture,
        "mark": _mark(agent),
    }


def _mark(agent: Agent) -> str:
    seen = [getattr(agent, name) for name in CHANGEABLE]
    seen += [agent.disabled_at is None, agent.totp_secret is None, agent.password_hash[-16:]]
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:20]


def _locked(session: Session, agent_id: str, mark: str) -> Agent:
    agent = session.scalar(
        select(Agent).where(Agent.id == agent_id).with_for_update().execution_options(populate_existing=True)
    )
    if agent is None:
        raise NotFound("There is no such agent.")
    if _mark(agent) != mark:
        raise Conflict("Somebody else has changed this agent since you opened the page.", code="stale")
    return agent


def _another_admin(session: Session, agent: Agent) -> None:
    others = Agent.role == "admin", Agent.disabled_at.is_(None), Agent.id != agent.id
    if not session.scalar(select(func.count()).select_from(Agent).where(*others)):
        raise BadInput("One admin has to stay: make another one first.", code="role")


def _checked(session: Session, agent: Agent, written: Written) -> dict[str, Any]:
    """The columns. `BadInput` has the field as its code."""
    email, name = written.email.strip(), " ".join(written.name.split())
    if not name:
        raise BadInput("A name is missing.", code="name")
    if "@" not in email.strip("@"):
        raise BadInput("This is no e-mail address.", code="email")
    taken = select(Agent.id).where(func.lower(Agent.email) == email.lower(), Agent.id != (agent.id or ""))
    if session.scalar(taken.limit(1)):
        raise BadInput("Somebody else has this e-mail address.", code="email")
    if written.role not in ROLES:
        raise BadInput(f"The role is one of {', '.join(ROLES)}.", code="role")
    if unknown := [queue for queue in written.queues if queue not in policy.current().queues]:
        raise BadInput(f"There is no queue {unknown[0]}.", code="queues")
    return {
        "name": name,
        "email": email,
        "role": written.role,
        "capacity": written.capacity,
        "room": written.room,
        "deputy_id": _deputy(session, agent, written.deputy),
        "queues": sorted(set(written.queues)),
        "skills": _words(written.skills),
        "languages": _words(written.languages),
        "hours": _hours(written.hours),
    }


def _deputy(session: Session, agent: Agent, deputy_id: str | None) -> str | None:
    if not deputy_id or deputy_id == agent.deputy_id:
        return deputy_id or None
    found = session.get(Agent, deputy_id)
    if found is None or found.disabled_at is not None:
        raise BadInput("This deputy is not on staff.", code="deputy")
    if found is agent:
        raise BadInput("Nobody stands in for themselves.", code="deputy")
    return found.id


def _hours(written: str) -> dict[str, Any] | None:
    given = _week(written)
    if given is not None:
        try:
            hours.read(given, policy.current().default_queue.hours.zone)
        except ValueError as error:
            raise BadInput(f"{error}.", code="hours") from None
    return given


def _week(written: str) -> dict[str, Any] | None:
    if not written.strip():
        return None
    parts = (part.partition(":") for part in written.split(";") if part.strip())
    return {"week": {days.strip(): times.strip() for days, _, times in parts}}


def _words(given: tuple[str, ...]) -> list[str]:
    return sorted({word.strip().lower() for word in given if word.strip()})
