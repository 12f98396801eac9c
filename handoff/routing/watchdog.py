"""The watchdog: nothing sits without an owner, or with one who is gone. What it finds it repairs, and says so.

Events and timers do all of this in time; each check here is for the case that one was lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Assignment, Conversation, Offer
from handoff.routing import again, matching, offers, parking, policy, presence, shifts, stages, transfer
from shop.ground import clock
from shop.ground.errors import Refusal

BY = "watchdog"
GRACE = timedelta(seconds=10)  # a timer may be this late, or a rule be at work on it
AT_ONCE = 200  # found by one check in one round
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Stuck:
    """Something that would not have gone on by itself. `agent_id`: with whom it sat."""

    kind: str
    conversation_id: str
    agent_id: str | None = None


@dataclass(frozen=True)
class Check:
    """What is wrong, as a condition on conversations, and what mends it."""

    which: Callable[[datetime], Condition]
    mend: Callable[[Session, Conversation], None]


def sweep(session: Session) -> list[Stuck]:
    """A round: leases that ran out, orders that parked conversations wait for, everything that is stuck, and at last an
    offer of whatever waits for it. Returns what was mended."""
    shifts.lapse(session)
    parking.orders_changed(session)
    mended = [stuck for stuck in find(session) if _mended(session, stuck)]
    _end_loose_offers(session)
    late = matching.offer_all(session)
    return mended + [Stuck("not_offered", conversation_id) for conversation_id in late]


def find(session: Session) -> list[Stuck]:
    """What is stuck now; nothing is changed."""
    now, found = clock.now(), list[Stuck]()
    for kind, check in CHECKS.items():
        rows = select(Conversation.id, func.coalesce(Conversation.held_by, Conversation.wants_id))
        for conversation_id, agent_id in session.execute(rows.where(check.which(now)).limit(AT_ONCE)):
            found.append(Stuck(kind, conversation_id, agent_id))
    return found


def repaired(session: Session, since: datetime) -> dict[str, int]:
    """What was mended since then: kind -> how often."""
    where = Assignment.by == BY, Assignment.at >= since
    rows = session.execute(select(Assignment.reason, func.count()).where(*where).group_by(Assignment.reason))
    return {row[0]: row[1] for row in rows}


def _mended(session: Session, stuck: Stuck) -> bool:
    """Mend it, if it is still so once it is locked. A rule that refuses leaves it for the next round."""
    conversation, check = states.try_lock(session, stuck.conversation_id), CHECKS[stuck.kind]
    still = select(Conversation.id).where(Conversation.id == stuck.conversation_id, check.which(clock.now()))
    if conversation is None or session.scalar(still) is None:
        return False
    try:
        with session.begin_nested():
            check.mend(session, conversation)
    except Refusal:
        session.expire_all()
        return False
    return True


def _own_step(now: datetime) -> Condition:
    """Waits for one person, as a step on the way to the team."""
    return and_(Conversation.state == "waiting", Conversation.wants_id.is_not(None), Conversation.stage.in_(stages.OWN))


def _step_over(now: datetime) -> Condition:
    late = or_(Conversation.step_due_at.is_(None), Conversation.step_due_at < now - GRACE)
    return and_(_own_step(now), late)


def _person_left(now: datetime) -> Condition:
    here = exists().where(Agent.id == Conversation.wants_id, presence.here(now))
    return and_(_own_step(now), ~here)


def _unoffered(now: datetime) -> Condition:
    """Offered, but nobody has it in front of them."""
    return and_(Conversation.state == "offered", ~_open_offer())


def _offer_over(now: datetime) -> Condition:
    return and_(Conversation.state == "offered", _open_offer(Offer.expires_at < now - GRACE))


def _offered_to_absent(now: datetime) -> Condition:
    here = exists().where(Agent.id == Offer.agent_id, presence.here(now, *presence.WORKING))
    return and_(Conversation.state == "offered", _open_offer(~here))


def _transfer_over(now: datetime) -> Condition:
    """On its way to a colleague or a queue, with nobody who will send it back."""
    return and_(
        Conversation.state.in_(("waiting", "offered")),
        Conversation.stage == transfer.STAGE,
        Conversation.waiting_since < now - policy.current().offers.transfer - GRACE,
    )


def _park_over(now: datetime) -> Condition:
    return and_(Conversation.state == "parked", Conversation.parked_until < now - GRACE)


def _holder_gone(now: datetime) -> Condition:
    """The customer waits for an answer of somebody who is not coming back soon."""
    long_ago = now - policy.current().presence.offline_after
    absent = or_(Agent.seen_at.is_(None), Agent.seen_at <= long_ago, Agent.disabled_at.is_not(None))
    return and_(
        Conversation.state == "held",
        Conversation.last_customer_seq > Conversation.last_reply_seq,
        exists().where(Agent.id == Conversation.held_by, absent),
    )


def _no_holder(now: datetime) -> Condition:
    return and_(Conversation.state.in_(("held", "parked")), Conversation.held_by.is_(None))


def _no_queue(now: datetime) -> Condition:
    """Waits in a queue that the policy has no more."""
    names = list(policy.current().queues)
    nowhere = or_(Conversation.queue.is_(None), Conversation.queue.not_in(names))
    return and_(Conversation.state == "waiting", Conversation.wants_id.is_(None), nowhere)


def _open_offer(*which: Condition) -> Condition:
    return exists().where(Offer.conversation_id == Conversation.id, Offer.ended_at.is_(None), *which)


def _advance(why: str) -> Callable[[Session, Conversation], None]:
    return lambda session, conversation: stages.advance(session, conversation, by=BY, why=why)


def _take_back_offers(session: Session, conversation: Conversation) -> None:
    """Offers that are over, or stand with somebody who is not here."""
    now = clock.now()
    for offer in offers.open_of(session, conversation.id):
        agent = session.get_one(Agent, offer.agent_id)
        over = offer.expires_at < now - GRACE or not presence.takes_transfers(agent, now)
        if over and conversation.state == "offered":
            stages.came_to_nothing(session, conversation, agent.id, "rescinded", by=BY, why="offer_lost")


def _ask_again(session: Session, conversation: Conversation) -> None:
    again.ask(session, conversation, by=BY, why="owner_lost", agent_id=None)


def _offer_again(session: Session, conversation: Conversation) -> None:
    if conversation.stage in stages.OWN:
        return stages.advance(session, conversation, by=BY, why="offer_lost")
    states.change(session, conversation, "waiting", by=BY, why="offer_lost")
    matching.offer(session, conversation)
    return None


def _relieve(session: Session, conversation: Conversation) -> None:
    holder = session.get_one(Agent, conversation.held_by)
    again.ask_and_tell(session, conversation, by=BY, why="holder_gone", agent_id=holder.id, name=holder.name)


def _send_back(session: Session, conversation: Conversation) -> None:
    transfer.come_back(session, conversation, by=BY, why="transfer_lost")


def _wake(session: Session, conversation: Conversation) -> None:
    parking.wake(session, conversation, by=BY, why="park_lost")


def _requeue(session: Session, conversation: Conversation) -> None:
    queue = policy.current().queue_for(conversation.topic)
    states.change(session, conversation, "waiting", by=BY, why="queue_gone", detail={"queue": queue}, queue=queue)
    matching.offer(session, conversation)


def _end_loose_offers(session: Session) -> None:
    """Offers of what is not offered any more: they would count as load for ever."""
    offered = exists().where(Conversation.id == Offer.conversation_id, Conversation.state == "offered")
    for offer in session.scalars(select(Offer).where(Offer.ended_at.is_(None), ~offered).limit(AT_ONCE)):
        offers.end(session, offer.conversation_id, offer.agent_id, "rescinded")


CHECKS = {
    "step_over": Check(_step_over, _advance("step_lost")),
    "person_left": Check(_person_left, _advance("representative_left")),
    "no_offer": Check(_unoffered, _offer_again),
    "offer_over": Check(_offer_over, _take_back_offers),
    "offered_to_absent": Check(_offered_to_absent, _take_back_offers),
    "transfer_over": Check(_transfer_over, _send_back),
    "park_over": Check(_park_over, _wake),
    "holder_gone": Check(_holder_gone, _relieve),
    "no_holder": Check(_no_holder, _ask_again),
    "no_queue": Check(_no_queue, _requeue),
}
