"""What a part of a run leaves behind, read from the tables that the rules wrote and from what was watched."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Assignment, Conversation, Target, Wait
from handoff.routing import clocks, policy, presence
from handoff.simulator.agents import Agents
from shop.ground import clock

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a person. Times in seconds; `free`: dedicated, and their representative was on shift with a free place."""

    day: int  # of its part, from 0
    tier: str
    lane: tuple[object, ...]  # whose members stand in one line
    range_of: str  # the lane whose pace the told range was found by
    came: float
    waited_s: float
    bound_s: float
    outcome: str | None  # held | abandoned | closed; None: it was still waiting when the run was ended
    own: bool  # served by their representative
    dedicated: bool
    free: bool
    by_team: bool  # taken in the line of a team, by an offer
    told: tuple[int, int] | None
    late: bool | None  # the first answer


@dataclass
class Record:
    """Parts are laid end to end by `add`."""

    conversations: int = 0
    days: float = 0
    parts: int = 0
    whole: bool = True  # False: ended before its time
    asked: list[Asked] = field(default_factory=list)
    left_waiting: int = 0
    never_answered: int = 0
    hours: dict[str, float] = field(default_factory=dict)  # on shift, by agent
    taken: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)  # reasons of changes
    events: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Record") -> None:
        self.conversations += other.conversations
        self.days += other.days
        self.parts += other.parts
        self.whole = self.whole and other.whole
        self.asked += other.asked
        self.left_waiting += other.left_waiting
        self.never_answered += other.never_answered
        for agent, hours in other.hours.items():
            self.hours[agent] = self.hours.get(agent, 0) + hours
        for name in ("taken", "units", "moved", "events"):
            getattr(self, name).update(getattr(other, name))


def take(session: Session, agents: Agents, part: int, days: int, *, whole: bool) -> Record:
    """The record of a part that began at `agents.begins`."""
    customers, now = agents.customers, clock.now()
    record = Record(customers.came, min(float(days), (now - agents.begins) / DAY), 1, whole)
    record.asked = _asked(session, agents, part)
    record.left_waiting = len(customers.watching.left_waiting)
    record.never_answered = customers.still_waiting(session) if whole else 0
    for agent, works in agents.town.works.items():
        ends = min(agents.begins + days * DAY, max(now, agents.begins))
        record.hours[agent] = works.open_between(agents.begins, ends) / timedelta(hours=1)
    for row in session.execute(select(Wait.agent_id, Wait.channel).where(Wait.outcome == "held")):
        record.taken[row.agent_id or ""] += 1
        record.units[row.agent_id or ""] += presence.weight(row.channel)
    record.moved.update(session.scalars(select(Assignment.reason)))
    record.events.update(agents.time.ran)
    return record


def _asked(session: Session, agents: Agents, part: int) -> list[Asked]:
    """Requests by customers; what agents pass on to each other stands in no line."""
    waits = session.scalars(select(Wait).where(Wait.position.is_not(None)).order_by(Wait.id)).all()
    first = select(Target.conversation_id, Target.began_at, Target.breached_at).where(Target.kind == clocks.FIRST)
    late = {(row.conversation_id, row.began_at): row.breached_at is not None for row in session.execute(first)}
    chosen = select(Assignment.conversation_id, Assignment.at).where(Assignment.reason == "claimed")
    claimed = {(row.conversation_id, row.at) for row in session.execute(chosen)}
    facts = {row.id: row.facts or {} for row in session.execute(select(Conversation.id, Conversation.facts))}
    found = []
    for wait in waits:
        then = agents.customers.watching.dedicated.get((wait.conversation_id, wait.began_at))
        own = wait.agent_id is not None and wait.agent_id == wait.representative_id
        told = None if wait.told_high_s is None else (wait.told_low_s or 0, wait.told_high_s)
        found.append(
            Asked(
                day=(wait.began_at - agents.begins) // DAY,
                tier=wait.tier,
                lane=(part, wait.queue, wait.channel, str(facts[wait.conversation_id].get("language"))),
                range_of=wait.lane or wait.queue,
                came=wait.began_at.timestamp(),
                waited_s=((wait.ended_at or clock.now()) - wait.began_at).total_seconds(),
                bound_s=policy.current().bound(wait.tier, wait.channel, wait.reason).total_seconds(),
                outcome=wait.outcome,
                own=own,
                dedicated=then is not None,
                free=then is not None and then.free,
                by_team=wait.stage == "team" and not own and (wait.conversation_id, wait.ended_at) not in claimed,
                told=told,
                late=late.get((wait.conversation_id, wait.began_at)),
            )
        )
    return found
