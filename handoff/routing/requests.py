"""A customer wants a person, or no longer does. From the request on the bot is silent, whatever comes of it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import books, matching, presence, telling, waits
from handoff.rules import outbox
from shop import identity, value
from shop.ground import clock

# Priority that ages: a tier's wait counts as if it had begun this much earlier, so nobody is overtaken for ever.
HEAD_START_S = {"gold": 600, "silver": 120, "standard": 0}
DEDICATED_TIER = "gold"


@dataclass(frozen=True)
class Wish:
    """Why a person is wanted: in the bot's words, or in the gateway's own."""

    topic: str = "general"
    reason: str = "customer_asked"
    facts: dict[str, Any] = field(default_factory=dict)


def person(session: Session, conversation: Conversation, wish: Wish, by: str = "customer") -> None:
    """Bring a person: the customer's representative where there is one who is here, else the next free agent."""
    if conversation.state in ("waiting", "offered"):
        telling.still_waiting(session, conversation)
    elif conversation.state in ("held", "parked"):
        telling.still_held(session, conversation)
    else:
        _request(session, conversation, wish, by)


def _request(session: Session, conversation: Conversation, wish: Wish, by: str) -> None:
    now = clock.now()
    customer_id = identity.of(session, conversation.id).customer_id
    tier = value.tier(session, customer_id, now).name if customer_id else "standard"
    representative = books.representative(session, customer_id) if customer_id and tier == DEDICATED_TIER else None
    present = representative is not None and presence.is_here(representative, now)
    states.change(
        session,
        conversation,
        "waiting",
        by=by,
        why=wish.reason,
        detail={"tier": tier, "representative": representative.id if representative else None, "present": present},
        topic=wish.topic,
        reason=wish.reason,
        facts=wish.facts,
        tier=tier,
        queue="dedicated" if present else "general",
        representative_id=representative.id if representative else None,
        waiting_since=now,
        rank_at=now - timedelta(seconds=HEAD_START_S[tier]),
    )
    if tier == DEDICATED_TIER and customer_id and representative is None:
        books.adopt(session, customer_id)  # for the next time: this wait is the pool's
    waits.begin(session, conversation)
    telling.asked(session, conversation, matching.offer(session, conversation), None if present else representative)


def give_up(session: Session, conversation: Conversation, words: str) -> None:
    """The customer no longer wants to wait; `words` is the wording key of what they are told."""
    if conversation.state in ("held", "parked"):
        return telling.still_held(session, conversation)
    if conversation.state == "bot":
        outbox.tell(session, conversation, "already_with_bot")
        return None
    offered_to = conversation.offered_to
    states.change(session, conversation, "bot", by="customer", why="request_withdrawn")
    outbox.tell(session, conversation, words)
    if offered_to:
        matching.fill(session, offered_to)
    return None


def pass_on(session: Session, conversation: Conversation, *, by: str, why: str) -> None:
    """From the representative's queue to the general one: the place in line is kept, and the customer is told."""
    representative = session.get_one(Agent, conversation.representative_id)
    states.change(session, conversation, "waiting", by=by, why=why, agent_id=representative.id, queue="general")
    telling.moved_on(session, conversation, why)
    matching.offer(session, conversation)


def back_in_line(session: Session, conversation: Conversation, *, by: str, why: str, note: str = "") -> None:
    """An offer came to nothing: the next agent is asked at once, or the representative's customer passes to everybody."""
    if conversation.queue == "dedicated":
        return pass_on(session, conversation, by=by, why=why)
    detail = {"note": note} if note else None
    states.change(session, conversation, "waiting", by=by, why=why, agent_id=conversation.offered_to, detail=detail)
    matching.offer(session, conversation)
    return None
