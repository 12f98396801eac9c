"""The watchdog: nothing sits without an owner, or with one who is gone. What it finds it repairs, and says so.

Events and timers do all of this in time; each check here is for the case that one was lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Assignment, Conversation, Offer
from handoff.routing import (
    again,
    idle,
    matching,
    offers,
    parking,
    policy,
    presence,
    requests,
    shifts,
    stages,
    stuck,
    transfer,
)
from shop.ground import clock
from shop.ground.errors import Refusal

BY = "watchdog"
AT_ONCE = 200  # found by one check in one round


@dataclass(frozen=True)
class Stuck:
    """Something that would not have gone on by itself. `agent_id`: with whom it sat."""

    kind: str
    conversation_id: str
    agent_id: str | None = None


@dataclass(frozen=True)
class Check:
    """What is wrong, as a condition on conversations, and what mends it."""

    which: stuck.Kind
    mend: Callable[[Session, Conversation], None]


def sweep(session: Session) -> list[Stuck]:
    """A round: leases that ran out, orders that parked conversations wait for, everything that is stuck, and at last an
    offer of whatever waits for it. Returns what was mended."""
    shifts.lapse(session)
    parking.orders_changed(session)
    mended = [one for one in find(session) if _mended(session, one)]
    _end_loose_offers(session)
    late = matching.offer_all(session)
    return mended + [Stuck("not_offered", conversation_id) for conversation_id in late]


def find(session: Session) -> list[Stuck]:
    """What is stuck now; nothing is changed."""
    now, found = clock.now(), list[Stuck]()
    for kind, check in CHECKS.items():
        rows = select(Conversation.id, func.coalesce(Conversation.held_by, Conversation.wants_id))
        for conversation_id, agent_id in session.execute(rows.where(check.which(session, now)).limit(AT_ONCE)):
            found.append(Stuck(kind, conversation_id, agent_id))
    return found


def repaired(session: Session, since: datetime) -> dict[str, int]:
    """What was mended since then: kind -> how often."""
    where = Assignment.by == BY, Assignment.at >= since
    rows = session.execute(select(Assignment.reason, func.count()).where(*where).group_by(Assignment.reason))
    return {row[0]: row[1] for row in rows}


def _mended(session: Session, found: Stuck) -> bool:
    """Mend it, if it is still so once it is locked. A rule that refuses leaves it for the next round."""
    conversation, check = states.try_lock(session, found.conversation_id), CHECKS[found.kind]
    which = check.which(session, clock.now())
    still = select(Conversation.id).where(Conversation.id == found.conversation_id, which)
    if conversation is None or session.scalar(still) is None:
        return False
    try:
        with session.begin_nested():
            check.mend(session, conversation)
    except Refusal:
        session.expire_all()
        return False
    return True


def _advance(why: str) -> Callable[[Session, Conversation], None]:
    return lambda session, conversation: stages.advance(session, conversation, by=BY, why=why)


def _take_back_offers(session: Session, conversation: Conversation) -> None:
    """Offers that are over, or stand with somebody who is not here."""
    now = clock.now()
    for offer in offers.open_of(session, conversation.id):
        agent = session.get_one(Agent, offer.agent_id)
        over = offer.expires_at < now - stuck.GRACE or not presence.takes_transfers(agent, now)
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


def _take_from(why: str) -> Callable[[Session, Conversation], None]:
    """Quietly: their customer waits for nothing, and hears of it from whoever takes it."""
    return lambda session, conversation: again.ask(session, conversation, by=BY, why=why, agent_id=conversation.held_by)


def _send_back(why: str) -> Callable[[Session, Conversation], None]:
    return lambda session, conversation: transfer.come_back(session, conversation, by=BY, why=why)


def _wake(session: Session, conversation: Conversation) -> None:
    parking.wake(session, conversation, by=BY, why="park_lost")


def _notice_silence(session: Session, conversation: Conversation) -> None:
    idle.watch(session, conversation)
    states.note(session, conversation, by=BY, why="silence_lost", detail={"rule": "silence"})


def _relax(session: Session, conversation: Conversation) -> None:
    matching.offer(session, conversation)


def _say_that_it_is_late(session: Session, conversation: Conversation) -> None:
    requests.promise_due(session, conversation.id, conversation.version)
    states.note(session, conversation, by=BY, why="promise_lost", detail={"rule": "promise"})


def _requeue(why: str) -> Callable[[Session, Conversation], None]:
    """On to where somebody looks: where the queue overflows to, where its topic belongs, or anywhere."""

    def mend(session: Session, conversation: Conversation) -> None:
        rules, served = policy.current(), stuck.served_queues(session)
        over = rules.queues[conversation.queue].overflow if conversation.queue in rules.queues else None
        wanted = [over.to if over else "", rules.queue_for(conversation.topic), rules.queue_for(None), *rules.queues]
        queue = next((name for name in wanted if name in served), rules.queue_for(conversation.topic))
        states.change(session, conversation, "waiting", by=BY, why=why, detail={"queue": queue}, queue=queue)
        matching.offer(session, conversation)

    return mend


def _end_loose_offers(session: Session) -> None:
    """Offers of what is not offered any more: they would count as load for ever."""
    offered = exists().where(Conversation.id == Offer.conversation_id, Conversation.state == "offered")
    for offer in session.scalars(select(Offer).where(Offer.ended_at.is_(None), ~offered).limit(AT_ONCE)):
        offers.end(session, offer.conversation_id, offer.agent_id, "rescinded")


CHECKS = {
    "step_over": Check(stuck.step_over, _advance("step_lost")),
    "person_left": Check(stuck.person_left, _advance("representative_left")),
    "no_offer": Check(stuck.no_offer, _offer_again),
    "offer_over": Check(stuck.offer_over, _take_back_offers),
    "offered_to_absent": Check(stuck.offered_to_absent, _take_back_offers),
    "transfer_over": Check(stuck.transfer_over, _send_back("transfer_lost")),
    "receiver_left": Check(stuck.receiver_left, _send_back("receiver_left")),
    "park_over": Check(stuck.park_over, _wake),
    "keeper_left": Check(stuck.keeper_left, _take_from("keeper_left")),
    "holder_gone": Check(stuck.holder_gone, _relieve),
    "holder_left": Check(stuck.holder_left, _take_from("holder_left")),
    "no_holder": Check(stuck.no_holder, _ask_again),
    "silence_unnoticed": Check(stuck.silence_unnoticed, _notice_silence),
    "no_queue": Check(stuck.no_queue, _requeue("queue_gone")),
    "nobody_serves": Check(stuck.nobody_serves, _requeue("nobody_serves")),
    "needs_not_relaxed": Check(stuck.needs_not_relaxed, _relax),
    "promise_over": Check(stuck.promise_over, _say_that_it_is_late),
}
