"""The books of business and the leave calendar, as the office sees and changes them."""

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Absence, Agent
from handoff.routing import leaves, moves, reports
from handoff.routing.moves import Plan
from handoff.rules import audit
from shop import customers
from shop.ground import clock
from shop.ground.errors import BadInput, Conflict, NotFound


def every(session: Session) -> dict[str, Any]:
    """Who keeps a book or could, and the leaves that are not over."""
    now = clock.now()
    ids = {agent.email: agent.id for agent in session.scalars(select(Agent))}
    books = [
        {
            "agent": {"id": ids[shelf.email], "name": shelf.name},
            "customers": shelf.customers,
            "room": shelf.room,
            "worth": str(shelf.worth),
            "deputy": shelf.deputy,
            "on_leave_until": clock.iso(shelf.on_leave_until) if shelf.on_leave_until else None,
        }
        for shelf in reports.shelves(session, now)
    ]
    return {"books": books, "leaves": [_leave(session, *row) for row in leaves.calendar(session, now)]}


def entries(session: Session, agent_id: str) -> list[dict[str, Any]]:
    """The customers of a book, the highest spend first."""
    found = reports.entries(session, _agent(session, agent_id, "from"), clock.now())
    names = customers.names(session, [entry.customer_id for entry in found])
    return [
        {
            "customer": {"id": entry.customer_id, "name": names.get(entry.customer_id, entry.customer_id)},
            "spent": str(entry.spent),
            "since": clock.iso(entry.since),
            "deputy": entry.deputy,
            "why": entry.why,
        }
        for entry in found
    ]


def preview(session: Session, agent_id: str, to: str) -> dict[str, Any]:
    """What giving a book to others would do; nothing is changed. `mark` is what was seen."""
    return _planned(session, _plan(session, agent_id, to))


def reassign(session: Session, by: str, agent_id: str, to: str, why: str, mark: str) -> dict[str, Any]:
    """As it was shown. `Conflict` where the book, or the room of others, changed meanwhile."""
    planned = _plan(session, agent_id, to)
    if _mark(planned) != mark:
        raise Conflict("The books have changed since you looked: look again.", code="stale")
    if not planned.to:
        raise BadInput("No customer would change hands.", code="from")
    shown = _planned(session, planned)
    moves.carry_out(session, planned, clock.now(), by=by, why=why or "book reassigned")
    audit.note(session, by, "book_reassigned", f"agent:{agent_id}", counts=planned.counts, why=why)
    return shown


def add_leave(
    session: Session, by: str, agent_id: str, since: datetime, until: datetime, deputy: str, reason: str
) -> list[str]:
    """Returns what to know of it, in sentences."""
    agent = _agent(session, agent_id, "agent")
    stands_in = _agent(session, deputy, "deputy") if deputy else None
    leaves.add(session, agent, since, until, reason=reason, deputy=stands_in)
    detail = {"since": clock.iso(since), "until": clock.iso(until), "deputy": deputy}
    audit.note(session, by, "leave_added", f"agent:{agent_id}", **detail)
    return leaves.gaps(session, agent, since, until, stands_in)


def end_leave(session: Session, by: str, agent_id: str, leave_id: int) -> None:
    """The leave that was seen ends now, or is called off."""
    agent = _agent(session, agent_id, "agent")
    leave = session.get(Absence, leave_id)
    if leave is None or leave.agent_id != agent_id or leave.until <= max(leave.since, clock.now()):
        raise Conflict("This leave is over already.", code="stale")
    ended = leaves.end(session, agent)
    if ended is None or ended.id != leave_id:
        raise Conflict("An earlier leave of theirs comes first: end that one.", code="earlier")
    audit.note(session, by, "leave_ended", f"agent:{agent_id}", leave=leave_id)


def _leave(session: Session, leave: Absence, agent: Agent) -> dict[str, Any]:
    deputy = session.get(Agent, leave.deputy_id or agent.deputy_id or "")
    return {
        "id": leave.id,
        "agent": {"id": agent.id, "name": agent.name},
        "since": clock.iso(leave.since),
        "until": clock.iso(leave.until),
        "deputy": deputy.name if deputy else "",
        "reason": leave.reason,
    }


def _plan(session: Session, agent_id: str, to: str) -> Plan:
    receiver = _agent(session, to, "to") if to else None
    return moves.plan(session, _agent(session, agent_id, "from"), receiver, clock.now())


def _planned(session: Session, planned: Plan) -> dict[str, Any]:
    counts = [
        {"agent": {"id": agent_id, "name": session.get_one(Agent, agent_id).name}, "customers": number}
        for agent_id, number in planned.counts.items()
    ]
    return {"counts": counts, "left": len(planned.left), "talking": planned.talking, "mark": _mark(planned)}


def _mark(planned: Plan) -> str:
    seen = json.dumps([planned.agent_id, planned.to, planned.left], sort_keys=True)
    return hashlib.sha256(seen.encode()).hexdigest()[:20]


def _agent(session: Session, agent_id: str, field: str) -> Agent:
    found = session.get(Agent, agent_id)
    if found is None:
        raise NotFound("There is no such agent.", code=field)
    return found
