"""What a run comes to: waits, who served whom, promises kept, fairness, and whether anybody was forgotten."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Assignment, Conversation, Target, Wait
from handoff.routing import clocks, policy, presence
from handoff.simulator.people import People

CURVE = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 420, 600, 900, 1200, 1800, 2700, 3600, 7200)  # seconds


@dataclass(frozen=True)
class Waits:
    """Of those who were answered, in seconds; `curve`: what share was answered within each time of `CURVE`."""

    asked: int
    answered: int
    gave_up: int
    mean_s: float
    p50_s: float
    p90_s: float
    p99_s: float
    longest_s: float
    sla_percent: float | None
    curve: list[float]


@dataclass(frozen=True)
class Figures:
    """`own_percent`: of dedicated customers whose representative was on shift with a free place when they asked, so many
    were served by her. `covered_percent`: of the ranges that were told, so many held the wait. `left_waiting`: dedicated
    customers beyond the sum of their steps whom somebody free could have been offered. `starved`: never answered though they
    stayed, or passed by who came later than the bound."""

    conversations: int
    days: int
    tiers: dict[str, Waits]
    dedicated: int
    with_free_representative: int
    own_percent: float | None
    left_waiting: int
    starved: int
    told: int
    covered_percent: float | None
    covered_by_lane: dict[str, tuple[int, float]]
    below_percent: float
    agents: dict[str, dict[str, float]]
    gini: float
    least_to_most: float
    moved: dict[str, int]
    events: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def figures(session: Session, people: People, days: int, events: dict[str, int]) -> Figures:
    """Read from the tables that the rules wrote, and from what was watched."""
    waits = list(session.scalars(select(Wait).order_by(Wait.id)))
    first = list({wait.conversation_id: wait for wait in reversed(waits)}.values())[::-1]
    told = [wait for wait in waits if wait.told_high_s is not None and wait.outcome == "held"]
    below = sum(_waited(wait) < (wait.told_low_s or 0) for wait in told)
    free = [one for one, then in people.watching.dedicated.items() if then.free]
    by = {wait.conversation_id: wait for wait in first}
    served = [by[one] for one in free if by[one].outcome == "held"]
    own = sum(wait.agent_id == wait.representative_id for wait in served)
    agents = _agents(session, people, days)
    rates: list[float] = [agent["units_an_hour"] for agent in agents.values()]
    most: float = max(rates, default=0.0)
    return Figures(
        conversations=len(first),
        days=days,
        tiers=_by_tier(session, first),
        dedicated=len(people.watching.dedicated),
        with_free_representative=len(served),
        own_percent=_percent(own, len(served)),
        left_waiting=len(people.watching.left_waiting),
        starved=people.still_waiting(session) + _passed(session, first),
        told=len(told),
        covered_percent=_percent(sum(map(_covered, told)), len(told)),
        covered_by_lane=_coverage(told),
        below_percent=_percent(below, len(told)) or 0.0,
        agents=agents,
        gini=round(gini(rates), 3),
        least_to_most=round(min(rates, default=0.0) / most, 3) if most else 0.0,
        moved=_moved(session),
        events=events,
    )


def gini(shares: Sequence[float]) -> float:
    """0: everybody has the same; near 1: one has all."""
    total, number = sum(shares), len(shares)
    if not total:
        return 0.0
    weighted = sum(place * share for place, share in enumerate(sorted(shares), 1))
    return 2 * weighted / (number * total) - (number + 1) / number


def quantile(sorted_values: Sequence[float], share: float) -> float:
    return sorted_values[min(int(share * len(sorted_values)), len(sorted_values) - 1)] if sorted_values else 0.0


def passed(line: Iterable[tuple[float, float, float]]) -> int:
    """Of those who stood in a line (came, taken, bound, in seconds): how many were passed by who came later than their bound?"""
    by_coming = sorted(line)
    comings = [came for came, _, _ in by_coming]
    soonest = [float("inf")] * (len(by_coming) + 1)  # taken first of those who came from there on
    for place in range(len(by_coming) - 1, -1, -1):
        soonest[place] = min(soonest[place + 1], by_coming[place][1])
    return sum(soonest[bisect_left(comings, came + bound + 0.001)] < taken for came, taken, bound in by_coming)


def _by_tier(session: Session, waits: list[Wait]) -> dict[str, Waits]:
    rows = session.execute(select(Target.conversation_id, Target.breached_at).where(Target.kind == clocks.FIRST))
    late = {row.conversation_id: row.breached_at is not None for row in rows}
    grouped: dict[str, list[Wait]] = {name: [] for name in policy.current().tiers}
    for wait in waits:
        grouped[wait.tier].append(wait)
    return {name: _waits(members, late) for name, members in grouped.items() if members}


def _waits(waits: list[Wait], late: dict[str, bool]) -> Waits:
    times = sorted(_waited(wait) for wait in waits if wait.outcome == "held")
    promised = [late[wait.conversation_id] for wait in waits if wait.conversation_id in late]
    return Waits(
        asked=len(waits),
        answered=len(times),
        gave_up=sum(wait.outcome == "abandoned" for wait in waits),
        mean_s=round(sum(times) / len(times), 1) if times else 0.0,
        p50_s=round(quantile(times, 0.5), 1),
        p90_s=round(quantile(times, 0.9), 1),
        p99_s=round(quantile(times, 0.99), 1),
        longest_s=round(times[-1], 1) if times else 0.0,
        sla_percent=_percent(promised.count(False), len(promised)),
        curve=[round(bisect_left(times, limit) / len(times), 4) if times else 0.0 for limit in CURVE],
    )


def _agents(session: Session, people: People, days: int) -> dict[str, dict[str, float]]:
    """What each took, by the hour on shift, in units of capacity."""
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    held = select(Wait.agent_id, Wait.channel).where(Wait.outcome == "held")
    for row in session.execute(held):
        taken[row.agent_id or ""][row.channel] += 1
    found = {}
    for agent, works in people.town.works.items():
        hours = works.open_between(people.begins, people.begins + timedelta(days=days)) / timedelta(hours=1)
        units = sum(number * presence.weight(name) for name, number in taken[agent].items())
        found[agent] = {
            "hours": round(hours, 1),
            "taken": taken[agent].total(),
            "units_an_hour": round(units / hours, 3) if hours else 0.0,
        }
    return {agent: one for agent, one in found.items() if one["hours"]}


def _passed(session: Session, waits: list[Wait]) -> int:
    """How many of a team's line were passed for longer than the policy's bound, by others of the same lane."""
    lanes: dict[tuple[str, str, str], list[tuple[float, float, float]]] = defaultdict(list)
    facts = {row.id: row.facts or {} for row in session.execute(select(Conversation.id, Conversation.facts))}
    for wait in waits:
        if (
            wait.outcome == "held"
            and wait.stage == "team"
            and wait.agent_id != wait.representative_id
            and wait.ended_at
        ):
            spoken = str(facts[wait.conversation_id].get("language"))
            bound = policy.current().bound(wait.tier, wait.channel, wait.reason).total_seconds()
            came = wait.began_at.timestamp()
            lanes[wait.queue, wait.channel, spoken].append((came, wait.ended_at.timestamp(), bound))
    return sum(map(passed, lanes.values()))


def _moved(session: Session) -> dict[str, int]:
    """What became of requests on their way: reasons of changes, counted."""
    reasons = Counter(session.scalars(select(Assignment.reason)))
    return dict(sorted(reasons.items()))


def _coverage(told: list[Wait]) -> dict[str, tuple[int, float]]:
    lanes: dict[str, list[bool]] = defaultdict(list)
    for wait in told:
        lanes[wait.lane or wait.queue].append(_covered(wait))
    return {name: (len(held), _percent(sum(held), len(held)) or 0.0) for name, held in sorted(lanes.items())}


def _covered(wait: Wait) -> bool:
    return (wait.told_low_s or 0) <= _waited(wait) <= (wait.told_high_s or 0)


def _waited(wait: Wait) -> float:
    return ((wait.ended_at or wait.began_at) - wait.began_at).total_seconds()


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
