"""The two files of a simulation: who comes (traffic), and who is there for them (agents). Checked like a policy."""

from datetime import date, timedelta
from math import log
from pathlib import Path
from random import Random
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, Field, model_validator

from handoff.routing import hours
from handoff.routing.hours import Hours
from handoff.routing.terms import Name, Part, Span
from shop.ground import marked
from shop.ground.settings import BadSetting

AGENTS, TRAFFIC = (Path(__file__).with_name(f"{name}.yml") for name in ("agents", "traffic"))
VISITOR = "visitor"  # somebody whom nobody knows
M = TypeVar("M", bound=BaseModel)


def _zone(name: object) -> str:
    hours.read({"zone": name, "week": {"mon": "9:00-10:00"}}, ZoneInfo("UTC"))  # says so if it is none
    return str(name)


def _some(parts: dict[Any, float]) -> dict[Any, float]:
    if sum(parts.values()) <= 0:
        raise ValueError("all parts are 0")
    return parts


Share = Annotated[float, Field(ge=0, strict=False)]
Parts = Annotated[dict[Name, Share], Field(min_length=1), AfterValidator(_some)]
Zone = Annotated[str, AfterValidator(_zone)]
Percent = Annotated[float, Field(ge=0, le=100, strict=False)]


class Lasts(Part):
    """A time that differs from one to the next: log-normal, by its median and how far it spreads."""

    median: Span
    spread: Annotated[float, Field(ge=0, le=3, strict=False)]

    def draw(self, random: Random) -> timedelta:
        return timedelta(seconds=random.lognormvariate(log(max(self.median.total_seconds(), 0.001)), self.spread))


NO_TIME = Lasts(median=timedelta(0), spread=0)


class Traffic(Part):
    """The fields are explained in `traffic.yml`."""

    zone: Zone
    begins: date
    customers: Annotated[int, Field(ge=1, le=1_000_000)]
    a_day: Annotated[float, Field(gt=0, le=1_000_000, strict=False)]
    days: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Share]
    hours: Annotated[list[Share], Field(min_length=24, max_length=24)]
    who: Parts
    channels: Annotated[dict[Literal["web", "sms"], Share], AfterValidator(_some)]
    topics: Parts
    reasons: Parts
    languages: Parts
    patience: dict[Literal["web", "sms"], Lasts]
    handling: dict[Literal["web", "sms"], Lasts]
    exchange: Span
    come_back: Percent = 0
    write_again: Percent = 0
    returns_after: Lasts = NO_TIME

    @model_validator(mode="after")
    def _whole(self) -> "Traffic":
        if sum(self.hours) <= 0 or sum(self.days.values()) <= 0:
            raise ValueError("hours and days: nobody comes at all")
        for name, lasts in (("patience", self.patience), ("handling", self.handling)):
            if missing := [channel for channel in self.channels if channel not in lasts]:
                raise ValueError(f"{name}: {missing[0]} is missing")
        return self


class Line(Part):
    """Agents who work alike."""

    names: Annotated[list[str], Field(min_length=1)]
    shifts: dict[str, str]
    room: Annotated[int, Field(ge=0)] = 0
    deputy: Literal["next"] | None = None
    queues: list[Name] = []
    skills: list[Name] = []
    languages: list[Name] = []
    capacity: Annotated[int, Field(ge=1)] = 6

    def works(self, zone: str) -> Hours:
        return hours.read({"week": self.shifts}, ZoneInfo(zone))

    @model_validator(mode="after")
    def _readable(self) -> "Line":
        self.works("UTC")
        return self


class Leave(Part):
    """A day of each week on which somebody does not come."""

    name: str
    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    deputy: str | None = None


class Staff(Part):
    """The fields are explained in `agents.yml`."""

    zone: Zone
    agents: Annotated[list[Line], Field(min_length=1)]
    accepts: Lasts
    declines: Percent
    misses: Percent
    back_after: Span
    first_words: Lasts
    claims: Percent = 0
    looks_after: Lasts = NO_TIME
    passes_on: Percent = 0
    declines_passed_on: Percent = 0
    parks: Percent = 0
    parked_for: Lasts = NO_TIME
    pauses: Percent = 0
    pause: Lasts = NO_TIME
    leave: list[Leave] = []

    @model_validator(mode="after")
    def _one_of_each(self) -> "Staff":
        names = [name.lower() for line in self.agents for name in line.names]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"agents: {twice[0]} stands twice")
        named = [name for one in self.leave for name in (one.name, one.deputy) if name]
        if strange := [name for name in named if name.lower() not in names]:
            raise ValueError(f"leave: there is no agent {strange[0]}")
        return self


def load(model: type[M], path: Path, option: str) -> M:
    """A file of either kind. Raises `BadSetting`, with every error and its line."""
    try:
        found, problems = marked.check(model, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{option}: {path}: {' '.join(str(error).split())}.") from None
    if found is None:
        raise BadSetting("\n".join(f"{option}: {path}: {problem}" for problem in problems))
    return found
