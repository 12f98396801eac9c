"""What stands between a text and the carrier: consent, age, the hours of the day, how often we may speak first, a budget a
number, the pace of our line."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Consent, Delivery, Message
from handoff.rules import consent, contacts, pace, quiet, sms_codes
from handoff.rules.pace import AGENT, NOTICE, Speed
from shop.ground import clock

PATIENCE = timedelta(hours=4)  # an answer older than that helps nobody
ASKED = timedelta(hours=24)  # what is said so long after the customer's last words answers nothing: nobody asked for it


NOTICE_LASTS = timedelta(hours=1)  # "it is your turn" is not true any more


@dataclass(frozen=True)
class Wait:
    """Come back then, and say this."""

    until: datetime
    payload: dict[str, Any]


@dataclass(frozen=True)
class Never:
    """It will not be sent."""

    code: int | None
    why: str = ""


def check(session: Session, delivery: Delivery, payload: dict[str, Any], speed: Speed | None) -> Wait | Never | None:
    """None: it goes out now."""
    now = clock.now()
    stop = consent.stop_of(session, delivery.to)
    if delivery.last_word and (stop is None or delivery.queued_at < stop.at):
        return Never(None, "The opt-out that it confirms counts no more.")
    if stop is not None and not delivery.last_word:
        return Never(sms_codes.OPTED_OUT)
    first = contacts.of(session, delivery) if delivery.rank == NOTICE else None
    if first is not None and (why := contacts.checked(session, first)):
        return Never(None, why)
    unasked = delivery.rank == NOTICE and _unasked(session, delivery, now)
    if unasked:
        refused = _proactive(session, delivery, payload, now)
        if refused:
            return refused
    if now - delivery.queued_at > PATIENCE and not unasked:
        return Never(None, "It could not be sent for four hours and was given up.")
    if delivery.rank != AGENT and _spent(session, delivery, speed or Speed("", 1), now):
        return Never(None, "This number got too many texts from us already.")
    if speed is not None:
        later = pace.turn(session, speed, delivery.rank, delivery.segments, now, bool(payload.get("waited")))
        if later is not None:
            return Wait(later, {**payload, "waited": True})
    if first is not None:
        first.at = now
    return None


def valid_for(delivery: Delivery) -> timedelta:
    """For how long the carrier should try: an answer as long as we would, a notice no longer than it is true."""
    left = PATIENCE - (clock.now() - delivery.queued_at)
    return NOTICE_LASTS if delivery.rank == NOTICE else max(left, timedelta())


def _proactive(session: Session, delivery: Delivery, payload: dict[str, Any], now: datetime) -> Wait | Never | None:
    if not consent.agreed(session, delivery.to, "updates"):
        return Never(None, "The customer has not asked to be told by text.")
    allowed = quiet.allowed_from(delivery.to, now)
    if allowed is None:
        return Never(None, "There is no hour at which this number may be texted unasked.")
    return Wait(allowed, payload) if allowed > now else None


def _unasked(session: Session, delivery: Delivery, now: datetime) -> bool:
    where = (Message.conversation_id == delivery.conversation_id, Message.kind == "customer")
    spoke = session.scalar(select(func.max(Message.at)).where(*where))
    if spoke is not None and now - spoke <= ASKED:
        return False
    asked = (Consent.number == delivery.to, Consent.kind == "start", Consent.at >= now - ASKED)
    return session.scalar(select(Consent.id).where(*asked).limit(1)) is None


def _spent(session: Session, delivery: Delivery, speed: Speed, now: datetime) -> bool:
    for within, most in ((timedelta(hours=1), speed.per_hour), (timedelta(days=1), speed.per_day)):
        ours = (Delivery.rank != AGENT, Delivery.id != delivery.id)
        sent = select(func.count()).where(Delivery.to == delivery.to, Delivery.sending_at > now - within, *ours)
        if (session.scalar(sent) or 0) >= most:
            return True
    return False
