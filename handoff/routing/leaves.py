"""The leave calendar: who is away when, and who stands in for them."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Absence, Agent
from handoff.routing import books, policy, ready, shifts
from shop.ground import clock, jobs
from shop.ground.errors import BadInput, Conflict

DUE = "leave_due"  # the job at the beginning and at the end of a leave


def add(
    session: Session, agent: Agent, since: datetime, until: datetime, *, reason: str = "", deputy: Agent | None = None
) -> Absence:
    """The agent is on leave from `since` until before `until`. Raises `Conflict` where they are on leave already."""
    if until <= since:
        raise BadInput("A leave ends after it has begun.")
    if until <= clock.now():
        raise BadInput("This leave is over already.")
    if deputy is agent:
        raise BadInput("Nobody stands in for themselves: name another deputy.")
    overlapping = Absence.agent_id == agent.id, Absence.since < until, Absence.until > since
    if session.scalar(select(Absence.id).where(*overlapping, Absence.until > Absence.since).limit(1)):
        raise Conflict(f"{agent.name} is on leave in that time already.")
    leave = Absence(agent_id=agent.id, since=since, until=until, reason=reason, deputy_id=deputy and deputy.id)
    session.add(leave)
    session.flush()
    for moment in (since, until):
        _owe(session, agent.id, moment)
    return leave


def end(session: Session, agent: Agent) -> Absence | None:
    """The leave they are on ends now; with none, the next one is called off. Returns it."""
    now = clock.now()
    leave = books.on_leave(session, agent.id, now) or _next(session, agent, now)
    if leave is not None:
        leave.until = max(leave.since, now)
        session.flush()
        _owe(session, agent.id, now)
    return leave


def calendar(session: Session, now: datetime) -> list[tuple[Absence, Agent]]:
    """Every leave that is not over, the next to begin first."""
    rows = select(Absence, Agent).join(Agent, Agent.id == Absence.agent_id)
    not_over = Absence.until > now, Absence.until > Absence.since
    return [
        (leave, agent) for leave, agent in session.execute(rows.where(*not_over).order_by(Absence.since, Agent.name))
    ]


def gaps(session: Session, agent: Agent, since: datetime, until: datetime, deputy: Agent | None) -> list[str]:
    """What to know of this leave, in words: who stands in for the agent's customers, and where nobody does."""
    customers = session.scalar(select(books.size(since)).where(Agent.id == agent.id)) or 0
    stands_in = deputy or (session.get(Agent, agent.deputy_id) if agent.deputy_id else None)
    if not customers:
        return []
    if stands_in is None or stands_in.disabled_at is not None:
        return [f"Nobody stands in: {customers} customers go to the team, but for those with a deputy of their own."]
    away = Absence.agent_id == stands_in.id, Absence.since < until, Absence.until > since
    if session.scalar(select(Absence.id).where(*away, Absence.until > Absence.since).limit(1)):
        return [f"{stands_in.name} stands in for {customers} customers, but is on leave for a part of that time too."]
    return [f"{stands_in.name} stands in for {customers} customers."]


def due(session: Session, agent_id: str) -> None:
    """A leave begins: nothing is in front of them any more, and what they hold goes on with somebody else as soon as its
    customer writes. It ends: whoever is here already is asked again, and for more when they are no longer eased in."""
    agent = session.get_one(Agent, agent_id)
    if books.on_leave(session, agent_id, clock.now()) is None:
        _ease_in(session, agent_id)
        shifts.ready_again(session, agent_id)
    elif agent.status in ("online", "transfers"):
        shifts.go(session, agent_id, "away", why="on_leave", conversations=shifts.REPLIES)


def _ease_in(session: Session, agent_id: str) -> None:
    over = Absence.agent_id == agent_id, Absence.until <= clock.now(), Absence.until > Absence.since
    leave = session.scalar(select(Absence).where(*over).order_by(Absence.until.desc()).limit(1))
    if leave is not None:
        ready.at(session, agent_id, leave.until + min(policy.current().ramp.over, leave.until - leave.since))


def _next(session: Session, agent: Agent, now: datetime) -> Absence | None:
    coming = Absence.agent_id == agent.id, Absence.since > now, Absence.until > Absence.since
    return session.scalar(select(Absence).where(*coming).order_by(Absence.since).limit(1))


def _owe(session: Session, agent_id: str, at: datetime) -> None:
    key = f"{DUE}:{agent_id}:{clock.iso(at)}"
    jobs.owe(session, DUE, f"timer:{key}", {"agent": agent_id}, due_at=at, key=key)
