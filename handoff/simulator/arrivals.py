"""Who comes when, and what they are like: drawn from the traffic file and a seed alone, so the same for every policy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import TypeVar
from zoneinfo import ZoneInfo

from handoff.routing.hours import DAYS
from handoff.simulator.files import Traffic

K = TypeVar("K", bound=str)
HOUR = 3600


@dataclass(frozen=True)
class Arrival:
    """Somebody who asks for a person. `luck` decides what only shows later: which customer they are, say."""

    number: int
    at: datetime
    who: str
    channel: str
    topic: str
    reason: str
    language: str
    patience: timedelta
    handling: timedelta
    luck: Random


def arrivals(traffic: Traffic, begins: date, days: int, seed: int) -> Iterator[Arrival]:
    """Everybody who comes in so many days, in order."""
    for number, at in enumerate(_moments(traffic, begins, days, seed), 1):
        yield _one(traffic, number, at, Random(f"{seed}:arrival:{number}"))


def _moments(traffic: Traffic, begins: date, days: int, seed: int) -> Iterator[datetime]:
    """A Poisson process whose rate changes with the hour."""
    by_day: dict[str, float] = dict(zip(traffic.days, traffic.days.values(), strict=True))
    average = sum(by_day.get(day, 0) for day in DAYS) / len(DAYS)
    for day in range(days):
        this = begins + timedelta(days=day)
        today = traffic.a_day * by_day.get(DAYS[this.weekday()], 0) / average
        midnight = datetime.combine(this, time(), ZoneInfo(traffic.zone)).astimezone(UTC)
        for hour, share in enumerate(traffic.hours):
            a_second = today * share / sum(traffic.hours) / HOUR
            random, seconds = Random(f"{seed}:{day}:{hour}"), 0.0
            while a_second > 0 and (seconds := seconds + random.expovariate(a_second)) < HOUR:
                yield midnight + timedelta(hours=hour, seconds=seconds)


def _one(traffic: Traffic, number: int, at: datetime, random: Random) -> Arrival:
    channel = pick(random, traffic.channels)
    return Arrival(
        number=number,
        at=at,
        who=pick(random, traffic.who),
        channel=channel,
        topic=pick(random, traffic.topics),
        reason=pick(random, traffic.reasons),
        language=pick(random, traffic.languages),
        patience=traffic.patience[channel].draw(random),
        handling=traffic.handling[channel].draw(random),
        luck=random,
    )


def pick(random: Random, parts: Mapping[K, float]) -> K:
    return random.choices(list(parts), list(parts.values()))[0]
