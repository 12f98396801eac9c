"""A customer wants a person, or no longer does. From the request on the bot is silent, whatever comes of it."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import books, clocks, matching, offers, stages, telling, waits
from handoff.rules import outbox
from shop import identity, value
from shop.ground import clock

# Priority that ages: a tier's wait counts as if it had begun this much earlier, so nobody is overtaken for ever.
HEAD_START_S = {"gold": 600, "silver": 120, "standard": 0}


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
    place = stages.first(session, customer_id, tier, "general", now)
    states.change(
        session,
        conversation,
        "waiting",
        by=by,
        why=wish.reason,
        detail={"tier": tier, "representative": place.representative_id, "skipped": place.skipped},
        topic=wish.topic,
        reason=wish.reason,
        facts=wish.facts,
        tier=tier,
        queue="general",
        representative_id=place.representative_id,
        waiting_since=now,
        rank_at=now - timedelta(seconds=HEAD_START_S[tier]),
        **place.columns(),
    )
    if stages.dedicated(tier) and customer_id and place.representative_id is None:
        books.adopt(session, customer_id)  # for the next time: this wait is the pool's
    waits.begin(session, conversation)
    clocks.recount(session, conversation)
    missing = place.representative_id if "representative" in place.skipped else None
    absent = session.get(Agent, missing) if missing else None
    telling.asked(session, conversation, matching.offer(session, conversation), absent)


def give_up(session: Session, conversation: Conversation, words: str) -> None:
    """The customer no longer wants to wait; `words` is the wording key of what they are told."""
    if conversation.state in ("held", "parked"):
        return telling.still_held(session, conversation)
    if conversation.state == "bot":
        outbox.tell(session, conversation, "already_with_bot")
        return None
    asked = offers.agents(session, conversation.id)
    states.change(session, conversation, "bot", by="customer", why="request_withdrawn")
    outbox.tell(session, conversation, words)
    for agent_id in asked:
        matching.fill(session, agent_id)
    return None
