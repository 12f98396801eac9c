"""Promised times: when a person's first answer, their next one and the end of the matter are due, and what follows when
they are late.

A target runs in its queue's open hours, and only while it is we who are waited for. Each has one timer at a time: at 80 %
everybody who watches is warned; at the end the conversation's priority rises, and the supervisors see it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation, Target
from handoff.routing import policy, priority
from handoff.routing.hours import Hours
from handoff.routing.terms import Tier
from shop.ground import clock, jobs

FIRST, NEXT, RESOLUTION = "first_reply", "next_reply", "resolution"
WARNED_AT = 0.8  # of the time that was allowed
_OPEN = select(Target).where(Target.conversation_id == bindparam("of"), Target.ended_at.is_(None))


def recount(session: Session, conversation: Conversation, *, answered: bool = False) -> None:
    """Bring the targets in step with what just happened to the conversation: begin, let run, let rest, or end them.
    `answered`: an agent just wrote."""
    found = of(session, conversation.id)
    if conversation.state in ("bot", "closed"):
        _end(session, found.values())
    elif conversation.state == "parked":
        _rest(session, found.values())
    else:
        _keep(session, conversation, found, answered)
    _note(conversation, found.values())


def of(session: Session, conversation_id: str) -> dict[str, Target]:
    """What is promised and not yet kept, by kind."""
    return {target.kind: target for target in session.scalars(_OPEN, {"of": conversation_id})}


def target_due(session: Session, conversation_id: str, version: int) -> None:
    """A target's timer: warn, or note the breach, raise the priority and tell who watches. What is true now counts,
    whatever the version."""
    conversation = states.lock(session, conversation_id)
    recount(session, conversation)
    now = clock.now()
    for target in of(session, conversation.id).values():
        if target.due_at and target.due_at <= now and target.breached_at is None:
            _breached(session, conversation, target, now)
        elif target.warn_at and target.warn_at <= now and target.warned_at is None:
            target.warned_at = now
            states.touch(session, conversation)
        jobs.withdraw(session, _key(target))
        _owe(session, [target])
    _note(conversation, of(session, conversation.id).values())


def _keep(session: Session, conversation: Conversation, found: dict[str, Target], answered: bool) -> None:
    """A person is asked for or there: what is owed to the customer runs, the rest does not."""
    if RESOLUTION not in found:
        _begin(session, conversation, found, FIRST)
        _begin(session, conversation, found, RESOLUTION)
    if answered:
        _end(session, (target for kind, target in found.items() if kind != RESOLUTION))
    replies = [target for kind, target in found.items() if kind != RESOLUTION and target.ended_at is None]
    owed = not answered and (
        conversation.state != "held" or conversation.last_customer_seq > conversation.last_reply_seq
    )
    if owed and not replies:
        _begin(session, conversation, found, NEXT)
    still = [target for target in found.values() if target.ended_at is None]
    if owed or (replies and not answered):
        _run(session, still)
    else:
        _rest(session, still)


def _begin(session: Session, conversation: Conversation, found: dict[str, Target], kind: str) -> None:
    tier = tier_of(conversation)[1]
    allowed = {FIRST: tier.first_reply, NEXT: tier.next_reply, RESOLUTION: tier.resolution}[kind]
    seconds = int(allowed.total_seconds())
    target = Target(
        conversation_id=conversation.id, kind=kind, queue=conversation.queue or "", tier=conversation.tier or "",
        allowed_s=seconds, left_s=seconds,
    )  # fmt: skip
    session.add(target)
    found[kind] = target


def _run(session: Session, targets: Iterable[Target]) -> None:
    now, begin = clock.now(), [target for target in targets if target.runs_since is None]
    for target in begin:
        hours = _hours(target)
        target.runs_since = now
        target.due_at = hours.after_open(now, timedelta(seconds=max(0, target.left_s)))
        until_warning = target.left_s - target.allowed_s * (1 - WARNED_AT)
        target.warn_at = hours.after_open(now, timedelta(seconds=max(0, until_warning)))
    session.flush()  # all in one: from now on they have a number
    _owe(session, begin)


def _rest(session: Session, targets: Iterable[Target]) -> None:
    now = clock.now()
    for target in targets:
        if target.runs_since is not None:
            target.left_s -= int(_hours(target).open_between(target.runs_since, now).total_seconds())
            target.runs_since = target.due_at = target.warn_at = None
            jobs.withdraw(session, _key(target))


def _end(session: Session, targets: Iterable[Target]) -> None:
    for target in targets:
        target.ended_at = clock.now()
        jobs.withdraw(session, _key(target))


def _breached(session: Session, conversation: Conversation, target: Target, now: datetime) -> None:
    target.breached_at = now
    target.warned_at = target.warned_at or now
    if conversation.state in ("waiting", "offered"):
        priority.raise_by(session, conversation, policy.current().breach, f"{target.kind}_breached")
    states.touch(session, conversation)


def _note(conversation: Conversation, targets: Iterable[Target]) -> None:
    """What lists are sorted and coloured by stands in the conversation's own row."""
    still = [target for target in targets if target.ended_at is None]
    conversation.reply_due_at = next((target.due_at for target in still if target.kind != RESOLUTION), None)
    conversation.breached_at = min((target.breached_at for target in still if target.breached_at), default=None)


def _owe(session: Session, targets: Iterable[Target]) -> None:
    """The next moment of each, where there is one."""
    owed = {}
    for target in targets:
        due_at = target.warn_at if target.warned_at is None else target.due_at if target.breached_at is None else None
        if due_at is not None and target.ended_at is None:
            owed[_key(target)] = {"conversation": target.conversation_id, "version": 0}, due_at
    jobs.owe_each(session, "target_due", owed)


def _key(target: Target) -> str:
    return f"target_due:{target.id}"


def _hours(target: Target) -> Hours:
    rules = policy.current()
    return rules.queues[target.queue if target.queue in rules.queues else rules.queue_for(None)].hours


def tier_of(conversation: Conversation) -> tuple[str, Tier]:
    """The tier's name and terms; those of the lowest when the policy has dropped it since the request."""
    tiers = policy.current().tiers
    name = conversation.tier if conversation.tier in tiers else next(reversed(tiers))
    return name, tiers[name]
