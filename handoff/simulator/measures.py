"""What a run comes to: waits, who served whom, promises kept, fairness, and whether anybody was forgotten."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from handoff.routing import policy
from handoff.simulator.record import Asked, Record

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
    were served by her. `covered_percent`: of the ranges that were told, so many held the wait; by lane, and by day of the
    part (1: the day on which nothing was known before). `left_waiting`: dedicated customers beyond the sum of their steps whom
    somebody free could have been offered. `starved`: never answered though they stayed, or passed by who came later than the
    bound."""

    conversations: int
    days: float
    parts: int
    whole: bool
    tiers: dict[str, Waits]
    dedicated: int
    with_free_representative: int
    own_percent: float | None
    left_waiting: int
    starved: int
    told: int
    covered_percent: float | None
    covered_by_lane: dict[str, tuple[int, float]]
    covered_by_day: dict[str, tuple[int, float]]
    below_percent: float
    agents: dict[str, dict[str, float]]
    gini: float
    least_to_most: float
    moved: dict[str, int]
    events: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def figures(record: Record) -> Figures:
    told = [one for one in record.asked if one.told is not None and one.outcome == "held"]
    dedicated = [one for one in record.asked if one.dedicated]
    served = [one for one in dedicated if one.free and one.outcome == "held"]
    agents = _agents(record)
    rates: list[float] = [agent["units_an_hour"] for agent in agents.values()]
    most: float = max(rates, default=0.0)
    return Figures(
        conversations=record.conversations,
        days=round(record.days, 2),
        parts=record.parts,
        whole=record.whole,
        tiers=_by_tier(record.asked),
        dedicated=len(dedicated),
        with_free_representative=len(served),
        own_percent=_percent(sum(one.own for one in served), len(served)),
        left_waiting=record.left_waiting,
        starved=record.never_answered + _passed(record.asked),
        told=len(told),
        covered_percent=_percent(sum(map(_covered, told)), len(told)),
        covered_by_lane=_coverage((one.range_of, one) for one in told),
        covered_by_day=_coverage((str(one.day + 1), one) for one in told),
        below_percent=_percent(sum(one.waited_s < one.told[0] for one in told if one.told), len(told)) or 0.0,
        agents=agents,
        gini=round(gini(rates), 3),
        least_to_most=round(min(rates, default=0.0) / most, 3) if most else 0.0,
        moved=dict(sorted(record.moved.items())),
        events=dict(sorted(record.events.items())),
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


def _by_tier(asked: list[Asked]) -> dict[str, Waits]:
    grouped: dict[str, list[Asked]] = {name: [] for name in policy.current().tiers}
    for one in asked:
        grouped[one.tier].append(one)
    return {name: _waits(members) for name, members in grouped.items() if members}


def _waits(asked: list[Asked]) -> Waits:
    times = sorted(one.waited_s for one in asked if one.outcome == "held")
    promised = [one.late for one in asked if one.late is not None]
    return Waits(
        asked=len(asked),
        answered=len(times),
        gave_up=sum(one.outcome == "abandoned" for one in asked),
        mean_s=round(sum(times) / len(times), 1) if times else 0.0,
        p50_s=round(quantile(times, 0.5), 1),
        p90_s=round(quantile(times, 0.9), 1),
        p99_s=round(quantile(times, 0.99), 1),
        longest_s=round(times[-1], 1) if times else 0.0,
        sla_percent=_percent(promised.count(False), len(promised)),
        curve=[round(bisect_left(times, limit) / len(times), 4) if times else 0.0 for limit in CURVE],
    )


def _agents(record: Record) -> dict[str, dict[str, float]]:
    """What each took, by the hour on shift, in units of capacity."""
    return {
        agent: {
            "hours": round(hours, 1),
            "taken": record.taken[agent],
            "units_an_hour": round(record.units[agent] / hours, 3),
        }
        for agent, hours in record.hours.items()
        if hours
    }


def _passed(asked: list[Asked]) -> int:
    """How many of a team's line were passed for longer than the policy's bound, by others of the same lane. Whom an agent
    chose out of the list was not put before anybody by the rules."""
    lanes: dict[Hashable, list[tuple[float, float, float]]] = defaultdict(list)
    for one in asked:
        if one.outcome == "held" and one.by_team:
            lanes[one.lane].append((one.came, one.came + one.waited_s, one.bound_s))
    return sum(map(passed, lanes.values()))


def _coverage(told: Iterable[tuple[str, Asked]]) -> dict[str, tuple[int, float]]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for name, one in told:
        groups[name].append(_covered(one))
    return {name: (len(held), _percent(sum(held), len(held)) or 0.0) for name, held in sorted(groups.items())}


def _covered(one: Asked) -> bool:
    return one.told is not None and one.told[0] <= one.waited_s <= one.told[1]


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
