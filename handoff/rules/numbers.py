"""Whose a phone number is: a number is a customer's only while it is on file, confirmed, and nothing hints at a new owner;
or once a code proved it, until something does."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Address, ExpiredLink, NumberLink
from shop import customers
from shop.ground import clock

IDLE = timedelta(days=365)  # carriers give a number to somebody else long before


def owner(session: Session, number: str) -> str | None:
    """The customer whom a text from this number proves, if any."""
    linked = session.get(NumberLink, number)
    proved = linked.customer_id if linked and customers.names(session, [linked.customer_id]) else None
    if session.get(ExpiredLink, number) is not None:
        return proved  # a link that is there was made since
    on_file = customers.by_phone(session, number)
    if proved is None or on_file is None:
        return proved or on_file
    return on_file if on_file == proved else None  # two say that it is theirs: nobody is believed


def of_customer(session: Session, customer_id: str) -> Iterator[str]:
    """The numbers that may be this customer's: the one on file, then those that a code proved, the newest first."""
    known = customers.some(session, [customer_id]).get(customer_id)
    if known and known.phone:
        yield known.phone
    proved = select(NumberLink.number).where(NumberLink.customer_id == customer_id).order_by(NumberLink.at.desc())
    yield from session.scalars(proved)


def link(session: Session, number: str, customer_id: str) -> None:
    """A code came back from it, in a conversation that is this customer's."""
    if customers.by_phone(session, number) == customer_id:
        restore(session, number)
    else:
        session.merge(NumberLink(number=number, customer_id=customer_id, at=clock.now()))
        session.flush()


def expire(session: Session, number: str, why: str) -> None:
    """From now on the number proves nobody."""
    linked = session.get(NumberLink, number)
    if linked is not None:
        session.delete(linked)
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
    if idle(address):
        expire(session, address.value, "idle")


def idle(address: Address) -> bool:
    return clock.now() - address.last_used_at > IDLE
