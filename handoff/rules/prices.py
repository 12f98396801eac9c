"""What texts cost: as the carrier told afterwards, and from that what the next one will."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from handoff.models import Conversation, Delivery
from handoff.rules import links
from handoff.tools.texter import Price
from shop.ground import clock

LATELY = timedelta(days=30)
LOOKED_BACK = timedelta(days=2)  # Twilio tells within hours; what it has not told by then it will not tell
MICROS = 1_000_000


def wanted_since(session: Session) -> datetime | None:
    """When the oldest text went out whose price is still to be told; None if there is none."""
    since = clock.now() - LOOKED_BACK
    where = (Delivery.sid.is_not(None), Delivery.price_micros.is_(None), Delivery.queued_at > since)
    return session.scalar(select(func.min(Delivery.queued_at)).where(*where))


def note(session: Session, told: Sequence[Price]) -> None:
    for price in told:
        values = {"price_micros": price.micros, "price_unit": price.unit}
        session.execute(update(Delivery).where(Delivery.sid == price.sid).values(values))


def beside(session: Session, conversation: Conversation) -> dict[str, Any] | None:
    """For who writes: what a segment costs, as the last month was, and what this conversation has cost; None where it is
    not reached by text or nobody knows."""
    if conversation.channel != "sms":
        return None
    recent = (Delivery.price_micros.is_not(None), Delivery.queued_at > clock.now() - LATELY)
    sums = select(func.sum(Delivery.price_micros), func.sum(Delivery.segments), func.max(Delivery.price_unit))
    paid, segments, unit = session.execute(sums.where(*recent)).one()
    known = (paid // segments, str(unit)) if paid and segments else links.price_of_a_segment()
    if known is None:
        return None
    each, currency = known
    spent = select(func.sum(Delivery.price_micros)).where(Delivery.conversation_id == conversation.id)
    return {
        "segment": f"{each / MICROS:.4f}",
        "spent": f"{(session.scalar(spent) or 0) / MICROS:.4f}",
        "currency": currency,
    }
