"""What sits still, each kind as a condition on conversations: without an owner, with one who is gone, beyond its time, or
where nobody looks.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, and_, cast, exists, false, func, literal, or_, select
from sqlalchemy.orm import Session

from handoff.models import Absence, Agent, Conversation, Offer
from handoff.routing import policy, presence, stages, transfer
from shop.ground.jobs import Job

GRACE = timedelta(seconds=10)  # a timer may be this late, or a rule be at work on it
ASKED = ("waiting", "offered")
Condition = ColumnElement[bool]
Kind = Callable[[Session, datetime], Condition]


def step_over(session: Session, now: datetime) -> Condition:
    late = or_(Conversation.step_due_at.is_(None), Conversation.step_due_at < now - GRACE)
    return and_(_own_step(), late)


def person_left(session: Session, now: datetime) -> Condition:
    here = exists().where(Agent.id == Conversation.wants_id, presence.here(now))
    return and_(_own_step(), ~here)


def no_offer(session: Session, now: datetime) -> Condition:
    """Offered, but nobody has it in front of them."""
    return and_(Conversation.state == "offered", ~_open_offer())


def offer_over(session: Session, now: datetime) -> Condition:
    return and_(Conversation.state == "offered", _open_offer(Offer.expires_at < now - GRACE))


def offered_to_absent(session: Session, now: datetime) -> Condition:
    here = exists().where(Agent.id == Offer.agent_id, presence.here(now, *presence.WORKING))
    return and_(Conversation.state == "offered", _open_offer(~here))


def transfer_over(session: Session, now: datetime) -> Condition:
    """On its way to a colleague or a queue, with nobody who will send it back."""
    late = Conversation.waiting_since < now - policy.current().offers.transfer - GRACE
    return and_(Conversation.state.in_(ASKED), Conversation.stage == transfer.STAGE, late)


def receiver_left(session: Session, now: datetime) -> Condition:
    """On its way to one colleague, who is not here any more."""
    here = exists().where(Agent.id == Conversation.wants_id, presence.here(now, *presence.WORKING))
    on_its_way = Conversation.state == "waiting", Conversation.stage == transfer.STAGE
    return and_(*on_its_way, Conversation.wants_id.is_not(None), ~here)


def park_over(session: Session, now: datetime) -> Condition:
    return and_(Conversation.state == "parked", Conversation.parked_until < now - GRACE)


def keeper_left(session: Session, now: datetime) -> Condition:
    """Set aside by somebody who is not on staff any more."""
    return and_(Conversation.state == "parked", _holder(Agent.disabled_at.is_not(None)))


def holder_gone(session: Session, now: datetime) -> Condition:
    """The customer waits for an answer of somebody who is not coming back soon."""
    long_ago = now - policy.current().presence.offline_after
    absent = or_(_silent_since(long_ago), Agent.disabled_at.is_not(None), _on_leave(now))
    return and_(Conversation.state == "held", _customer_waits(), _holder(absent))


def holder_left(session: Session, now: datetime) -> Condition:
    """The customer waits for nothing; but who has it has left, or gave no sign of life for hours."""
    long_ago = now - policy.current().presence.relieved_after
    absent = or_(_silent_since(long_ago), Agent.disabled_at.is_not(None))
    return and_(Conversation.state == "held", ~_customer_waits(), _holder(absent))


def no_holder(session: Session, now: datetime) -> Condition:
    return and_(Conversation.state.in_(("held", "parked")), Conversation.held_by.is_(None))


def silence_unnoticed(session: Session, now: datetime) -> Condition:
    """The customer says no more, and nothing will close it."""
    channels = policy.current().channels.items()
    silent = or_(
        *(
            and_(Conversation.channel == name, Conversation.changed_at < now - rules.idle_warn - GRACE)
            for name, rules in channels
        )
    )
    noticed = exists().where(Job.key == literal("idle_due:").concat(Conversation.id))
    answered = Conversation.last_customer_seq > 0, Conversation.last_customer_seq < Conversation.last_reply_seq
    return and_(Conversation.state == "held", *answered, silent, ~noticed)


def no_queue(session: Session, now: datetime) -> Condition:
    """Waits in a queue that the policy has no more."""
    nowhere = or_(Conversation.queue.is_(None), Conversation.queue.not_in(list(policy.current().queues)))
    return and_(_at_the_team(), nowhere)


def nobody_serves(session: Session, now: datetime) -> Condition:
    """Waits in a queue that nobody on staff serves, while there is another that somebody does."""
    served = served_queues(session)
    unserved = [name for name in policy.current().queues if name not in served]
    if not unserved or not served:
        return false()
    return and_(_at_the_team(), Conversation.stage != transfer.STAGE, Conversation.queue.in_(unserved))


def needs_not_relaxed(session: Session, now: datetime) -> Condition:
    """Waits for skills or a language longer than the policy says."""
    rules = policy.current()
    late = (
        and_(Conversation.queue == name, Conversation.waiting_since < now - queue.relax_after - GRACE)
        for name, queue in rules.queues.items()
    )
    return and_(_at_the_team(), Conversation.needs > "", or_(*late))


def promise_over(session: Session, now: datetime) -> Condition:
    """The customer was told a time, which is over, and nothing since."""
    return and_(Conversation.state.in_(ASKED), Conversation.promised_at < now - GRACE)


def served_queues(session: Session) -> set[str]:
    """The policy's queues that somebody on staff serves, here or not."""
    names = set(policy.current().queues)
    on_staff = select(cast(Agent.queues, String), func.min(Agent.id)).where(Agent.disabled_at.is_(None))
    first = session.execute(on_staff.group_by(cast(Agent.queues, String))).all()
    lists = session.scalars(select(Agent.queues).where(Agent.id.in_([agent_id for _, agent_id in first]))).all()
    return set().union(*(names if not queues else names.intersection(queues) for queues in lists))


def _own_step() -> Condition:
    """Waits for one person, as a step on the way to the team."""
    return and_(Conversation.state == "waiting", Conversation.wants_id.is_not(None), Conversation.stage.in_(stages.OWN))


def _at_the_team() -> Condition:
    return and_(Conversation.state == "waiting", Conversation.wants_id.is_(None))


def _customer_waits() -> Condition:
    return Conversation.last_customer_seq > Conversation.last_reply_seq


def _holder(which: Condition) -> Condition:
    return exists().where(Agent.id == Conversation.held_by, which)


def _silent_since(moment: datetime) -> Condition:
    return or_(Agent.seen_at.is_(None), Agent.seen_at <= moment)


def _on_leave(now: datetime) -> Condition:
    return exists().where(Absence.agent_id == Agent.id, Absence.since <= now, Absence.until > now)


def _open_offer(*which: Condition) -> Condition:
    return exists().where(Offer.conversation_id == Conversation.id, Offer.ended_at.is_(None), *which)
