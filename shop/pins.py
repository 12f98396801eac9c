"""Tiers set by hand: each with who and why, kept when it has ended."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shop import policy
from shop.ground.errors import BadInput, NotFound
from shop.models import Customer
from shop.records import TierPin

_OF = select(TierPin).where(TierPin.customer_id == bindparam("customer"), TierPin.ended_at.is_(None))


def pin(session: Session, customer_id: str, tier: str, reason: str, by: str, now: datetime) -> None:
    """From now on the customer is of this tier, whatever they buy. Refuses with `NotFound` or `BadInput`."""
    if session.get(Customer, customer_id) is None:
        raise NotFound(f"There is no customer {customer_id}.")
    if tier not in policy.current().tier_names:
        raise BadInput(f"There is no tier {tier}; there are {', '.join(policy.current().tier_names)}.")
    if not reason.strip():
        raise BadInput("A tier is set by hand only with a reason.")
    _end(session, customer_id, now)
    session.add(TierPin(customer_id=customer_id, tier=tier, reason=reason.strip(), by=by, at=now))
    session.flush()


def unpin(session: Session, customer_id: str, now: datetime) -> None:
    """The customer is of the tier again that their orders make. Refuses with `NotFound`."""
    if not _end(session, customer_id, now):
        raise NotFound(f"The tier of {customer_id} is not set by hand.")


def of(session: Session, customer_id: str) -> TierPin | None:
    return session.scalar(_OF, {"customer": customer_id})


def all_current(session: Session) -> list[TierPin]:
    """Every pin that counts, the newest first."""
    return list(session.scalars(select(TierPin).where(TierPin.ended_at.is_(None)).order_by(TierPin.id.desc())))


def _end(session: Session, customer_id: str, now: datetime) -> bool:
    current = of(session, customer_id)
    if current is not None:
        current.ended_at = now
        session.flush()
    return current is not None
