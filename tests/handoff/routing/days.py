"""The people and policies of the days that the torture makes up: who is who is the same on each of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Address, Agent, conversations
from handoff.routing import policy, versions
from handoff.routing.policy import Policy
from handoff.rules import sessions
from shop import pins
from shop.ground import clock
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world

AGENTS = ("alice", "ben", "dana", "grace", "priya", "tomas")
CUSTOMERS = ("mia", "noah", "zoe", "olga", "sam", "")
NUMBERS = ("+12025550143", "+12025550144")
NEW_YORK = ZoneInfo("America/New_York")
Kind = str  # of a policy: plain | several | pull


@dataclass(frozen=True)
class Writer:
    """Somebody who writes: the address they write from, and their customer id, if they are known."""

    address: int
    channel: str
    customer: str


@cache
def policies() -> dict[Kind, Policy]:
    """As it is shipped; with offers to several at once and hours; with nothing offered that is not one's own."""
    shipped = yaml.safe_load(policy.PATH.read_text())
    office = {"zone": NEW_YORK.key, "week": {"mon-sat": "9:00-12:30, 13:30-18:00"}}
    return {
        "plain": _policy(shipped),
        "several": _policy(shipped, general={"offered_to": 2}, payments={"hours": office, "offered_to": 3}),
        "pull": _policy(shipped, general={"mode": "pull", "cherry_picking": False, "overflow": None}),
    }


def _policy(shipped: dict[str, Any], **queues: dict[str, Any]) -> Policy:
    changed = {name: {**rules, **queues.get(name, {})} for name, rules in shipped["queues"].items()}
    found, problems = policy.check(yaml.safe_dump({**shipped, "queues": changed}), NEW_YORK)
    assert found is not None, problems
    return found


class Ids:
    """Ids in a row instead of by chance: a day that went wrong goes wrong again."""

    def __init__(self, first: int) -> None:
        self.last = first

    def __call__(self) -> UUID:
        self.last += 1
        return UUID(int=self.last * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)  # in no order, like real ones


@contextmanager
def ids(first: int) -> Iterator[None]:
    """Let new rows take their ids from a row of their own."""
    before, conversations.uuid4 = conversations.uuid4, Ids(first)
    try:
        yield
    finally:
        conversations.uuid4 = before


def prepare(db: Database) -> list[Writer]:
    """Hire everybody, and let everybody who will write have an address. Each policy is known from the beginning."""
    with clock.reading(Clock()), ids(0):
        for kind in policies().values():
            with policy.using(kind), db.transaction() as session:
                versions.current_id(session)
        with db.transaction() as session:
            _staff(session)
            _customers(session)
            return [*(_by_web(session, name) for name in CUSTOMERS), *(_by_text(session, each) for each in NUMBERS)]


def _staff(session: Session) -> None:
    """Dana and Priya keep books; Ben stands in for Priya; Tomas has hours; Alice alone knows payments, Ben Spanish."""
    for name, capacity in (("alice", 5), ("ben", 3), ("dana", 4), ("grace", 6), ("priya", 2), ("tomas", 4)):
        world.agent(session, name.title(), here=False, capacity=capacity)
    agents = {agent.id: agent for agent in session.scalars(select(Agent))}
    agents["dana"].room = agents["priya"].room = 3
    agents["dana"].deputy_id, agents["priya"].deputy_id = "priya", "ben"
    agents["alice"].skills, agents["ben"].languages = ["payments"], ["en", "es"]
    agents["ben"].queues = ["general"]
    agents["tomas"].hours = {"week": {"mon-fri": "8:00-12:00"}}
    agents["grace"].role = "supervisor"


def _customers(session: Session) -> None:
    """Mia is Dana's and Noah is Priya's; Zoe is gold as well, but nobody's yet; Olga is silver; Sam is nothing yet."""
    for name in ("Mia", "Noah", "Zoe"):
        world.customer(session, name, gold=True, phone="+12025550199" if name == "Mia" else None)
    for name in ("Olga", "Sam"):
        world.customer(session, name)
    pins.pin(session, "olga", "silver", "writes for a magazine", "grace", clock.now() - timedelta(days=9))
    world.book(session, "mia", "dana")
    world.book(session, "noah", "priya")


def _by_web(session: Session, customer: str) -> Writer:
    opened = world.visitor(session, customer or None)
    address = sessions.web_address(session, opened.visitor)
    address.locale = "es-US" if customer == "sam" else None
    session.flush()
    return Writer(address.id, "web", customer)


def _by_text(session: Session, number: str) -> Writer:
    return Writer(sessions.open_by_phone(session, number), "sms", "")


def conversation_of(session: Session, writer: Writer) -> str:
    return session.get_one(Address, writer.address).conversation_id
