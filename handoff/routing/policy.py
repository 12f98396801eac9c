"""The routing policy as data: `handoff/policy.yml`, which explains the fields, or the file that ROUTING_FILE names."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    model_validator,
)

from handoff.routing import durations, hours
from handoff.routing.hours import Hours
from shop.ground import marked
from shop.ground.marked import Problem
from shop.ground.settings import BadSetting, Settings

PATH = Path(__file__).parents[1] / "policy.yml"
ZONE = "zone"  # in the context of a validation: where queues open that name no zone

Channel = Literal["web", "sms"]
Instead = Literal["message", "bot"]  # what an overflow offers where it names no queue


def _opening(given: object, info: ValidationInfo) -> Hours:
    return given if isinstance(given, Hours) else hours.read(given, (info.context or {}).get(ZONE) or _shop_zone())


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


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class Tier(_Part):
    dedicated: bool
    first_reply: Span
    next_reply: Span
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


class ChannelRules(_Part):
    weight: Count
    offer: Span
    priority: Points
    idle_warn: Span
    idle_close: Span


class Offers(_Part):
    misses_until_away: Count
    rest: Span
    transfer: Span
    a_minute: Count


class Capacity(_Part):
    idle: Span
    kept_free: Annotated[int, Field(ge=0)]


class Presence(_Part):
    away_after: Span
    offline_after: Span

    @model_validator(mode="after")
    def _in_order(self) -> "Presence":
        if self.away_after >= self.offline_after:
            raise ValueError("offline_after must be longer than away_after")
        return self


class Ramp(_Part):
    over: Span
    share: Annotated[float, Field(gt=0, le=1)]


class Overflow(_Part):
    length: Count | None = None
    wait: Span | None = None
    to: Name

    @model_validator(mode="after")
    def _when(self) -> "Overflow":
        if self.length is None and self.wait is None:
            raise ValueError("says when: length (so many wait), wait (so long), or both")
        return self


class Queue(_Part):
    title: Words
    topics: list[Name]
    hours: Opening
    mode: Literal["push", "pull", "both"]
    cherry_picking: bool
    offered_to: Annotated[int, Field(ge=1, le=20)]
    skills: list[Name]
    relax_after: Span
    overflow: Overflow | None

    @property
    def push(self) -> bool:
        return self.mode != "pull"

    @property
    def pull(self) -> bool:
        return self.mode != "push"


def _served_once(queues: dict[str, Queue]) -> dict[str, Queue]:
    topics = [topic for queue in queues.values() for topic in queue.topics]
    if twice := [topic for topic in topics if topics.count(topic) > 1]:
        raise ValueError(f"the topic {twice[0]} stands in two places")
    for name, queue in queues.items():
        to = queue.overflow.to if queue.overflow else None
        if to and (to == name or to not in (*queues, *get_args(Instead))):
            raise ValueError(f"{name}: what overflows goes to another queue, message or bot, not to {to}")
    if taken := [name for name in queues if name in get_args(Instead)]:
        raise ValueError(f"{taken[0]} means something else in an overflow; give the queue another name")
    return queues


def _whole(channels: dict[str, ChannelRules]) -> dict[str, ChannelRules]:
    if missing := [name for name in get_args(Channel) if name not in channels]:
        raise ValueError(f"{missing[0]} is missing")
    return channels


def _one_default(queues: dict[str, Queue]) -> dict[str, Queue]:
    for_the_rest = [name for name, queue in queues.items() if not queue.topics]
    if len(for_the_rest) != 1:
        raise ValueError(f"exactly one queue has no topics and takes what no other names; here {len(for_the_rest)} do")
    return queues


class Policy(_Part):
    """The fields are explained in `handoff/policy.yml`."""

    tiers: dict[Name, Tier] = Field(min_length=1)
    ageing: Count
    reasons: dict[Name, Points]
    breach: Points
    language: Annotated[str, Field(pattern="^[a-z]{2}$")]
    channels: Annotated[dict[Channel, ChannelRules], AfterValidator(_whole)]
    offers: Offers
    capacity: Capacity
    presence: Presence
    ramp: Ramp
    sticky: Span | None
    queues: Annotated[dict[Name, Queue], AfterValidator(_one_default), AfterValidator(_served_once)]

    def queue_for(self, topic: str | None) -> str:
        """The queue that names the topic, or else the one that takes the rest."""
        return next((name for name, queue in self.queues.items() if topic in queue.topics), self._rest)

    @property
    def default_queue(self) -> Queue:
        """The queue of whatever no other one names."""
        return self.queues[self._rest]

    def points(self, tier: str, channel: str, reason: str) -> int:
        """The priority that a request begins with."""
        return self.tiers[tier].priority + self._channel(channel).priority + self.reasons.get(reason, 0)

    def head_start(self, points: int) -> timedelta:
        """By how much earlier a wait counts as begun."""
        return timedelta(minutes=points / self.ageing)

    def bound(self, tier: str, channel: str, reason: str) -> timedelta:
        """Who has waited so long is passed by nobody who comes later, whatever they have in their favour."""
        return self.head_start(self.most_points - self.points(tier, channel, reason))

    @property
    def most_points(self) -> int:
        """What a request can have at most, raised for every cause there is."""
        tier = max(tier.priority + tier.raised for tier in self.tiers.values())
        channel = max(channel.priority for channel in self.channels.values())
        return tier + channel + max(self.reasons.values(), default=0) + self.breach

    @property
    def body(self) -> dict[str, Any]:
        """The whole policy in the words of its file."""
        return self.model_dump(mode="json")

    @property
    def digest(self) -> str:
        """The same for the same policy, however its file is laid out."""
        return hashlib.sha256(json.dumps(self.body, sort_keys=True).encode()).hexdigest()

    @property
    def _rest(self) -> str:
        return next(name for name, queue in self.queues.items() if not queue.topics)

    def _channel(self, name: str) -> ChannelRules:
        return self.channels[name]  # type: ignore[index]


_started: list[Policy] = []  # the last one counts


def path(settings: Settings) -> Path:
    """Where the policy lies by these settings."""
    return Path(settings.routing_file) if settings.routing_file else PATH


def check(text: str, zone: ZoneInfo) -> tuple[Policy | None, list[Problem]]:
    """The policy of a text, or everything that is wrong with it. `zone`: of queues that name none."""
    policy, problems = marked.check(Policy, text, {ZONE: zone})
    return policy, problems


def load(path: Path, zone: ZoneInfo) -> Policy:
    """The policy of a file. Raises `BadSetting` with one line that names the first field that is wrong."""
    try:
        policy, problems = check(path.read_text(encoding="utf-8"), zone)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"ROUTING_FILE: {path}: {' '.join(str(error).split())}. Mend the setting.") from None
    if policy is None:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        raise BadSetting(f"ROUTING_FILE: {path}: {problems[0]}{more}. Mend the file; `rapport policy check` shows all.")
    return policy


def start(settings: Settings) -> Policy:
    """Read the policy that these settings name, and let everybody in this process go by it. Raises `BadSetting`."""
    _started[:] = [load(path(settings), settings.zone)]
    return _started[0]


def current() -> Policy:
    """The policy of this process."""
    return _started[-1] if _started else _shipped()


@contextmanager
def using(policy: Policy) -> Iterator[None]:
    """Let everybody in this process go by another policy, for tests and simulations."""
    _started.append(policy)
    try:
        yield
    finally:
        _started.pop()


@cache
def _shipped() -> Policy:
    return load(PATH, _shop_zone())


def _shop_zone() -> ZoneInfo:
    return ZoneInfo(Settings.model_fields["shop_timezone"].default)
