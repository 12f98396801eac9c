"""The parts of the routing policy and the units they are written in; `handoff/policy.yml` explains the fields."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationInfo, model_validator

from handoff.routing import durations, hours
from handoff.routing.hours import Hours
from shop.ground.settings import Settings

ZONE = "zone"  # in the context of a validation: where queues open that name no zone


def shop_zone() -> ZoneInfo:
    """Where a shop stands that says nothing else."""
    return ZoneInfo(Settings.model_fields["shop_timezone"].default)


def _opening(given: object, info: ValidationInfo) -> Hours:
    return given if isinstance(given, Hours) else hours.read(given, (info.context or {}).get(ZONE) or shop_zone())


def _money(given: object) -> Decimal:
    if not isinstance(given, str | Decimal):
        raise ValueError('write the amount between quotes, such as "50.00"')
    try:
        return Decimal(given)
    except ArithmeticError:
        raise ValueError(f'{given} is no amount; write one such as "50.00"') from None


Span = Annotated[
    timedelta, BeforeValidator(durations.read), PlainSerializer(durations.words, when_used="json"), Field(strict=False)
]
Points = Annotated[int, Field(ge=0, le=100_000)]
Count = Annotated[int, Field(ge=1, le=100_000)]
Words = Annotated[str, Field(min_length=1, max_length=80)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Money = Annotated[
    Decimal, BeforeValidator(_money), Field(ge=0, decimal_places=2), PlainSerializer(str, when_used="json")
]
Opening = Annotated[Hours, BeforeValidator(_opening), PlainSerializer(hours.written, when_used="json")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class Tier(Part):
    dedicated: bool
    first_reply: Span
    next_reply: Span
    resolution: Span
    wait_representative: Span = timedelta(0)
    wait_deputy: Span = timedelta(0)
    priority: Points
    raised: Points = 0
    proactive_a_month: Annotated[int, Field(ge=0)]
    goodwill_a_year: Money

    @property
    def steps(self) -> timedelta:
        """How long a dedicated customer waits for anybody in particular, all in all."""
        return self.wait_representative + self.wait_deputy if self.dedicated else timedelta(0)


class ChannelRules(Part):
    weight: Count
    offer: Span
    priority: Points
    idle_warn: Span
    idle_close: Span


class Offers(Part):
    misses_until_away: Count
    rest: Span
    transfer: Span
    a_minute: Count


class Capacity(Part):
    idle: Span
    kept_free: Annotated[int, Field(ge=0)]
    wrap_up: bool = True  # while an agent wraps up, the place stays taken


class Closing(Part):
    """What agents say of a conversation that they close."""

    codes: dict[Name, Words] = Field(default_factory=dict)
    tags: list[Name] = Field(default_factory=list)


class Ratings(Part):
    """Where customers are asked how they were served."""

    web: bool = True
    sms: bool = True


class Presence(Part):
    away_after: Span
    offline_after: Span
    relieved_after: Span = timedelta(hours=1)

    @model_validator(mode="after")
    def _in_order(self) -> "Presence":
        if self.away_after >= self.offline_after:
            raise ValueError("offline_after must be longer than away_after")
        if self.offline_after > self.relieved_after:
            raise ValueError("relieved_after can't be shorter than offline_after")
        return self


class GaveUp(Part):
    """What follows when somebody gives up waiting and says no more."""

    follow_up: Literal["none", "note", "text"] = "note"
    after: Span = timedelta(minutes=15)
    waited: Span = timedelta(minutes=2)
    within: Span = timedelta(days=1)


class Ramp(Part):
    over: Span
    share: Annotated[float, Field(gt=0, le=1)]


class Overflow(Part):
    length: Count | None = None
    wait: Span | None = None
    to: Name

    @model_validator(mode="after")
    def _when(self) -> "Overflow":
        if self.length is None and self.wait is None:
            raise ValueError("says when: length (so many wait), wait (so long), or both")
        return self


class Queue(Part):
    title: Words
    topics: list[Name]
    hours: Opening
    mode: Literal["push", "pull", "both"]
    cherry_picking: bool
    offered_to: Annotated[int, Field(ge=1, le=20)]
    skills: list[Name]
    relax_after: Span
    overflow: Overflow | None
    code_required: bool = False
    wrap_up: Span | None = None

    @property
    def push(self) -> bool:
        return self.mode != "pull"

    @property
    def pull(self) -> bool:
        return self.mode != "push"
