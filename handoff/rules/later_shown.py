"""Replies that go out later, as agents see them: in the conversation, among what was held back, and when they could go."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from handoff.models import Address, Agent, Conversation, LaterReply
from handoff.rules import files, later, places
from shop import customers, policy
from shop.ground import clock

EVENING, MORNING = time(18), time(9)
SOON = timedelta(hours=1)  # before the evening: then "in an hour" says the same
LISTED = 50


def of(session: Session, conversation: Conversation, agent: Agent) -> list[dict[str, Any]]:
    """What waits in this conversation, the next first. `why`: what holds it back, or will."""
    rows = session.execute(
        select(LaterReply, Agent.name)
        .join(Agent, Agent.id == LaterReply.agent_id)
        .where(LaterReply.conversation_id == conversation.id, LaterReply.state.in_(later.PENDING))
        .order_by(LaterReply.due_at, LaterReply.id)
    )
    return [_shown(session, conversation, agent, row.LaterReply, row.name) for row in rows]


def held_back(session: Session, agent_id: str) -> list[dict[str, Any]]:
    """What did not go out and is this agent's to decide: what they planned, and what waits where they answer now."""
    rows = session.execute(
        select(LaterReply, Conversation.customer_id)
        .join(Conversation, Conversation.id == LaterReply.conversation_id)
        .where(LaterReply.state == later.HELD_BACK)
        .where(or_(LaterReply.agent_id == agent_id, Conversation.held_by == agent_id))
        .order_by(LaterReply.due_at)
        .limit(LISTED)
    ).all()
    names = customers.names(session, {row.customer_id for row in rows if row.customer_id})
    return [
        {
            "id": row.LaterReply.id,
            "conversation": row.LaterReply.conversation_id,
            "customer": names.get(row.customer_id),
            "at": clock.iso(row.LaterReply.due_at),
            "why": row.LaterReply.why,
        }
        for row in rows
    ]


def times(session: Session, conversation: Conversation) -> dict[str, Any]:
    """When it could go: this evening and tomorrow morning where the customer is; where nobody knows, where the shop is."""
    theirs = zone_of(session, conversation)
    zone = theirs or policy.zone()
    now = clock.now().astimezone(zone)
    evening = datetime.combine(now.date(), EVENING, zone)
    morning = datetime.combine(now.date() + timedelta(days=1), MORNING, zone)
    return {
        "zone": str(zone),
        "theirs": theirs is not None,
        "evening": clock.iso(evening) if now + SOON < evening else None,
        "morning": clock.iso(morning),
    }


def zone_of(session: Session, conversation: Conversation) -> ZoneInfo | None:
    """Where the customer is, by where they write from."""
    address = session.get(Address, conversation.address_id) if conversation.address_id else None
    if address is None:
        return None
    if address.kind == "sms":
        return places.zone_of(address.value, clock.now())
    try:
        return ZoneInfo(address.zone) if address.zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _shown(session: Session, conversation: Conversation, agent: Agent, reply: LaterReply, by: str) -> dict[str, Any]:
    answers = conversation.state in ("held", "parked") and conversation.held_by == agent.id
    return {
        "id": reply.id,
        "version": reply.version,
        "text": reply.text,
        "files": [files.shown(file) for file in later.of(session, reply)],
        "at": clock.iso(reply.due_at),
        "by": by,
        "held_back": reply.state == later.HELD_BACK,
        "why": reply.why or later.in_the_way(session, conversation, reply),
        "can": ["send", "change", "drop"] if answers else ["drop"] if reply.agent_id == agent.id else [],
    }
