"""How evenly the work was shared: what each agent was offered and carried on each day, and how long they waited for it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Conversation, Duty, Offer
from handoff.routing import presence

EARLIER = timedelta(days=2)  # what began so long before the first day is looked at too
Span = tuple[datetime, datetime]
Day = tuple[date, datetime, datetime]


@dataclass(frozen=True)
class Share:
    """An agent's day. Times are seconds. `taken`: without an offer; `load`: units of capacity times the seconds they were
    taken; `share`: of everybody's load that day; `longest_wait_s`: online with nothing to do and no offer."""

    day: date
    agent: str
    on_shift_s: int
    offers: int
    accepted: int
    declined: int
    missed: int
    taken: int
    busy_s: int
    load: int
    share: float
    longest_wait_s: int


@dataclass(frozen=True)
class Shares:
    """`gini`: of the load in an hour on shift over all agents and days: 0 is even, towards 1 is all on one. None: nobody
    was on shift."""

    each: list[Share]
    gini: float | None


def of(session: Session, first: date, last: date, zone: ZoneInfo, now: datetime) -> Shares:
    """The days from `first` to `last`, as they are where the shop is; today until now."""
    days = [_day(first + timedelta(days=n), zone, now) for n in range((last - first).days + 1)]
    theirs: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    for row in session.execute(_everything(days[0][1], days[-1][2])):
        theirs[row.agent, row.id].append(row)
    found = [share for (name, _), rows in theirs.items() for day in days for share in _of_day(name, rows, day)]
    total = Counter[date]()
    for share in found:
        total[share.day] += share.load
    found = [replace(one, share=one.load / total[one.day] if total[one.day] else 0.0) for one in found]
    each = sorted(found, key=lambda one: (one.day, one.agent))
    return Shares(each, gini([one.load / one.on_shift_s for one in each if one.on_shift_s]))


def gini(values: Sequence[float]) -> float | None:
    """Half the mean difference between two of them, as a part of the mean."""
    if not values:
        return None
    ordered, n = sorted(values), len(values)
    weighed = sum((2 * place - n - 1) * value for place, value in enumerate(ordered, start=1))
    return weighed / (n * sum(ordered)) if any(ordered) else 0.0


def _everything(since: datetime, until: datetime) -> Any:
    """Offers, conversations held and times on duty of everybody, in one statement."""
    next_one = func.lead(Assignment.at).over(partition_by=Assignment.conversation_id, order_by=Assignment.id)
    moves = (
        select(Assignment, next_one.label("ends"))
        .where(Assignment.at >= since - EARLIER, Assignment.at < until)
        .where(or_(Assignment.from_state != Assignment.to_state, Assignment.agent_id.is_not(None)))  # notes end nothing
        .subquery()
    )
    ends = func.lead(Duty.at).over(partition_by=Duty.agent_id, order_by=Duty.id)
    offered = select(
        Offer.agent_id.label("id"), literal("offer").label("kind"), Offer.made_at.label("begins"),
        Offer.ended_at.label("ends"), Offer.outcome.label("what"), Offer.channel.label("channel"),
    ).where(Offer.made_at >= since, Offer.made_at < until)  # fmt: skip
    held = (
        select(moves.c.agent_id, literal("held"), moves.c.at, moves.c.ends, moves.c.reason, Conversation.channel)
        .join(Conversation, Conversation.id == moves.c.conversation_id)
        .where(moves.c.to_state == "held")
    )
    there = select(Duty.agent_id, literal("duty"), Duty.at, ends, Duty.status, literal("")).where(Duty.at < until)
    rows = union_all(offered, held, there).subquery()
    return select(Agent.name.label("agent"), rows).join(Agent, Agent.id == rows.c.id).order_by(rows.c.begins)


def _of_day(name: str, rows: Sequence[Row[Any]], day: Day) -> Iterator[Share]:
    """What one agent did on a day, if they were there or had anything."""
    _, begins, ends = day
    there = _within(day, (row for row in rows if row.kind == "duty" and row.what in presence.WORKING))
    online = _within(day, (row for row in rows if row.kind == "duty" and row.what == "online"))
    held = [(row, span) for row in rows if row.kind == "held" for span in _within(day, [row])]
    offers = [row for row in rows if row.kind == "offer" and begins <= row.begins < ends]
    if not (there or held or offers):
        return
    busy, answers = _merged(span for _, span in held), Counter(row.what for row in offers)
    yield Share(
        day=day[0],
        agent=name,
        on_shift_s=_length(_merged(there)),
        offers=len(offers),
        accepted=answers["accepted"],
        declined=answers["declined"],
        missed=answers["missed"],
        taken=sum(row.what == "claimed" and begins <= row.begins for row, _ in held),
        busy_s=_length(busy),
        load=sum(presence.weight(row.channel) * _length([span]) for row, span in held),
        share=0.0,
        longest_wait_s=_longest_wait(_merged(online), busy, {row.begins for row in offers}),
    )


def _longest_wait(online: Sequence[Span], busy: Sequence[Span], offered: set[datetime]) -> int:
    """The longest piece of their time online in which they held nothing and were offered nothing."""
    cuts = sorted({moment for span in busy for moment in span} | offered)
    longest = timedelta(0)
    for begins, ends in online:
        for a, b in pairwise([begins, *(cut for cut in cuts if begins < cut < ends), ends]):
            if not any(start <= a < end for start, end in busy):
                longest = max(longest, b - a)
    return int(longest.total_seconds())


def _within(day: Day, rows: Iterable[Row[Any]]) -> list[Span]:
    """The parts of these rows' times that lie in a day; what has not ended goes on."""
    _, begins, ends = day
    spans = ((max(row.begins, begins), min(row.ends or ends, ends)) for row in rows)
    return [span for span in spans if span[0] < span[1]]


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time, with no part of it twice."""
    merged: list[Span] = []
    for begins, ends in sorted(spans):
        if merged and begins <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], ends)
        else:
            merged.append((begins, ends))
    return merged


def _length(spans: Iterable[Span]) -> int:
    return int(sum(((ends - begins) for begins, ends in spans), timedelta(0)).total_seconds())


def _day(day: date, zone: ZoneInfo, now: datetime) -> Day:
    begins, ends = (datetime.combine(each, datetime.min.time(), zone) for each in (day, day + timedelta(days=1)))
    return day, min(begins, now), min(ends, now)
