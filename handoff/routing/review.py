"""A policy looked at before it is gone by: what it means for whoever waits, and what is probably not meant."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.routing.durations import words
from handoff.routing.policy import Policy

USUAL_CAPACITY = 6  # of an agent who was given no other (models.Agent)
OTHER = "any other"  # stands for a reason that has no points


@dataclass(frozen=True)
class Bound:
    """Within `longest` whoever waits like this has nobody in front who came later."""

    tier: str
    channel: str
    reason: str
    longest: timedelta


def bounds(policy: Policy) -> list[Bound]:
    """For every tier, channel and reason; nobody waits in a team queue without being first at last."""
    return [
        Bound(tier, channel, reason, policy.bound(tier, channel, reason))
        for tier in policy.tiers
        for channel in policy.channels
        for reason in (OTHER, *policy.reasons)
    ]


def disagreements(policy: Policy, tiers: tuple[str, ...]) -> Iterator[str]:
    """Tiers that one policy has and the other has not; `tiers` are those that customers can belong to."""
    for name in tiers:
        if name not in policy.tiers:
            yield f"tiers: {name} is missing here: the shop's policy says who belongs to it"
    for name in policy.tiers:
        if name not in tiers:
            yield f"tiers: {name}: nobody can belong to it: the shop's policy does not know it"


def warnings(policy: Policy, now: datetime) -> Iterator[str]:
    """What is allowed, and probably not meant."""
    yield from _about_tiers(policy)
    yield from _about_room(policy)
    yield from _about_queues(policy, now)


def _about_tiers(policy: Policy) -> Iterator[str]:
    for name, tier in policy.tiers.items():
        if tier.dedicated and not tier.steps:
            yield f"tiers.{name}: is dedicated, but waits for nobody in particular: wait_representative is 0 s"
        if not tier.dedicated and (tier.wait_representative or tier.wait_deputy or tier.raised):
            yield f"tiers.{name}: wait_representative, wait_deputy and raised mean nothing where dedicated is false"
        if tier.steps >= tier.first_reply:
            steps, promised = words(tier.steps), words(tier.first_reply)
            yield f"tiers.{name}: representative and deputy are waited for {steps}, an answer is promised in {promised}"
        for channel, rules in policy.channels.items():
            if tier.dedicated and timedelta(0) < tier.wait_representative < rules.offer:
                step, offer = words(tier.wait_representative), words(rules.offer)
                yield f"channels.{channel}.offer: stands {offer}, longer than {name} waits for a representative ({step})"


def _about_room(policy: Policy) -> Iterator[str]:
    for name, rules in policy.channels.items():
        if rules.weight > USUAL_CAPACITY:
            yield f"channels.{name}.weight: no agent with the usual {USUAL_CAPACITY} units has room for one"
        elif rules.weight > USUAL_CAPACITY - policy.capacity.kept_free:
            yield f"capacity.kept_free: a representative would take nothing by {name} but from her own customers"


def _about_queues(policy: Policy, now: datetime) -> Iterator[str]:
    for name, queue in policy.queues.items():
        over = queue.overflow
        if queue.hours.holidays and max(queue.hours.holidays) < now.astimezone(queue.hours.zone).date():
            yield f"queues.{name}.hours: all of its holidays are over"
        if queue.skills and over and over.wait is not None and over.wait <= queue.relax_after:
            yield f"queues.{name}: overflows after {words(over.wait)}, before others may take it at all (relax_after)"
        if (round_trip := _round(policy, name)) is not None:
            yield f"queues.{name}.overflow: goes round and round: {' to '.join(round_trip)}"
        if over and over.to in policy.queues and not policy.queues[over.to].hours.always and queue.hours.always:
            yield f"queues.{name}.overflow: goes to {over.to}, which is closed at times"


def _round(policy: Policy, start: str) -> list[str] | None:
    """The way along the overflows, if it comes back to where it began."""
    way = [start]
    while (over := policy.queues[way[-1]].overflow) and over.to in policy.queues:
        way.append(over.to)
        if over.to == start:
            return way
        if over.to in way[:-1]:
            return None
    return None
