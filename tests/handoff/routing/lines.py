"""Customers in line, and the shipped policy with another queue: what the tests of waiting begin with."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Delivery
from handoff.routing import hours, policy
from handoff.rules.sessions import Opened
from tests.conftest import Clock
from tests.handoff import world

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = {"week": {"mon-fri": "9:00-17:00"}}  # the tests' clock begins on Monday, June 15, at 8:00 there
MOBILE = "+14155550123"


@contextmanager
def queue(name: str = "general", **changes: object) -> Iterator[None]:
    """The shipped policy with another queue."""
    shipped = policy.current()
    changed = shipped.queues[name].model_copy(update=changes)
    with policy.using(shipped.model_copy(update={"queues": {**shipped.queues, name: changed}})):
        yield


def closed() -> object:
    return queue(hours=hours.read(OFFICE, NEW_YORK))


def gold(session: Session, *, here: bool = True) -> Opened:
    """Mia: gold, with a confirmed number, signed in; Dana is her representative and has no room."""
    customer = world.customer(session, "Mia", gold=True, phone=MOBILE)
    world.book(session, customer, world.agent(session, "Dana", here=here, capacity=0))
    return world.visitor(session, customer)


def in_line(session: Session, clock: Clock, many: int) -> list[Opened]:
    """So many visitors who asked one after the other; whoever is here has no room."""
    world.agent(session, "Alice", capacity=0)
    visitors = []
    for _ in range(many):
        visitors.append(world.visitor(session))
        world.taps(session, visitors[-1], "person")
        clock.advance(1)
    return visitors


def texted(session: Session, conversation: str) -> list[str]:
    """What went to their phone."""
    where = Delivery.conversation_id == conversation
    return list(session.scalars(select(Delivery.body).where(where).order_by(Delivery.id)))
