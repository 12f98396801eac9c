"""Whose a phone number is: a number is a customer's only while it is on file, confirmed, and nothing hints at a new owner."""

from datetime import timedelta

from sqlalchemy.orm import Session

from handoff.models import Address, ExpiredLink
from shop import customers
from shop.ground import clock

IDLE = timedelta(days=365)  # carriers give a number to somebody else long before


def owner(session: Session, number: str) -> str | None:
    """The customer whom a text from this number proves, if any."""
    return None if session.get(ExpiredLink, number) else customers.by_phone(session, number)


def expire(session: Session, number: str, why: str) -> None:
    """From now on the number proves nobody."""
    if session.get(ExpiredLink, number) is None:
        session.merge(ExpiredLink(number=number, why=why, at=clock.now()))
        session.flush()


def restore(session: Session, number: str) -> None:
    """A code came back from it: it is its customer's again."""
    expired = session.get(ExpiredLink, number)
    if expired is not None:
        session.delete(expired)
        session.flush()


def rested(session: Session, address: Address) -> None:
    """A text comes after so long a silence that somebody else may be writing it."""
    if clock.now() - address.last_used_at > IDLE:
        expire(session, address.value, "idle")
