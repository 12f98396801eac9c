"""The routing policy as data: `handoff/policy.yml`, which explains the fields, or the file that ROUTING_FILE names."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from handoff.routing import terms
from handoff.routing.terms import (
    Capacity,
    ChannelRules,
    Closing,
    Count,
    GaveUp,
    Name,
    Offers,
    Part,
    Points,
    Presence,
    Queue,
    Ramp,
    Ratings,
    Span,
    Tier,
)
from shop.ground import marked
from shop.ground.marked import Problem
from shop.ground.settings import BadSetting, Settings

PATH = Path(__file__).parents[1] / "policy.yml"
ASKED_AGAIN, GAVE_UP = "asked_again", "gave_up"
BESIDE = (ASKED_AGAIN, GAVE_UP)  # reasons whose points count beside another's: what happened before the request

Channel = Literal["web", "sms"]
Instead = Literal["message", "bot"]  # what an overflow offers where it names no queue


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


class Policy(Part):
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
    gave_up: GaveUp = Field(default_factory=GaveUp)
    closing: Closing = Field(default_factory=Closing)
    ratings: Ratings = Field(default_factory=Ratings)
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
        """What a request can have at most, raised for every cause there is: its step, the same asked again, the last wait
        given up, two promises that are late (an answer's and the end's)."""
        tier = max(tier.priority + tier.raised for tier in self.tiers.values())
        channel = max(channel.priority for channel in self.channels.values())
        beside = sum(self.reasons.get(name, 0) for name in BESIDE)
        reason = max((points for name, points in self.reasons.items() if name not in BESIDE), default=0)
        return tier + channel + reason + beside + 2 * self.breach

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
    policy, problems = marked.check(Policy, text, {terms.ZONE: zone})
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
    return load(PATH, terms.shop_zone())
