"""The database of a simulation: customers with orders, agents with books. It is thrown away, so its disk may forget."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy.orm import Session

from handoff.models import Agent, Book
from handoff.routing import leaves, policy, versions
from handoff.routing.hours import DAYS, Hours
from handoff.simulator.files import VISITOR, Line, Staff, Traffic
from shop import policy as shop_policy
from shop import value
from shop.ground.db import Base, Database
from shop.ground.settings import BadSetting
from shop.models import DELIVERED, Customer, Order

FAST = ("synchronous=OFF", "journal_mode=MEMORY", "cache_size=-200000", "temp_store=MEMORY")


@dataclass(frozen=True)
class Town:
    """Who lives there: the customers of each tier, and when each agent works."""

    customers: dict[str, list[str]]
    works: dict[str, Hours]
    lines: dict[str, Line]


@contextmanager
def database(folder: Path) -> Iterator[Database]:
    """An empty shop in a folder."""
    db = Database(f"sqlite:///{folder / 'simulation.db'}")

    @event.listens_for(db.engine, "connect")
    def _fast(connection: Any, _: object) -> None:
        for pragma in FAST:
            connection.execute(f"PRAGMA {pragma}")

    try:
        Base.metadata.create_all(db.engine)
        yield db
    finally:
        db.close()


def settle(session: Session, traffic: Traffic, staff: Staff, begins: datetime, days: int) -> Town:
    """Fill it, for so many days. Raises `BadSetting` where the files and the policies do not agree."""
    _check(traffic, staff)
    _sell(session, traffic.customers, begins)
    customers = {name: value.customers_of(session, name, begins) for name in shop_policy.current().tiers}
    placed = {customer for members in customers.values() for customer in members}
    everybody = (_customer_id(number) for number in range(traffic.customers))
    customers[value.STANDARD] = [customer for customer in everybody if customer not in placed]
    if empty := [who for who, share in traffic.who.items() if share and who != VISITOR and not customers[who]]:
        raise BadSetting(f"--traffic: nobody of {traffic.customers} customers is {empty[0]}.")
    lines = {name.lower(): line for line in staff.agents for name in line.names}
    _hire(session, staff)
    _fill_books(session, customers, lines, begins)
    _grant_leave(session, staff, begins, days)
    versions.current_id(session)
    works = {agent: line.works(staff.zone) for agent, line in lines.items()}
    return Town(customers, works, lines)


def _check(traffic: Traffic, staff: Staff) -> None:
    known = {*shop_policy.current().tier_names, VISITOR}
    if strange := [who for who in traffic.who if who not in known]:
        raise BadSetting(f"--traffic: who: {strange[0]} is no tier of the shop's policy, nor {VISITOR}.")
    for line in staff.agents:
        if strange := [queue for queue in line.queues if queue not in policy.current().queues]:
            raise BadSetting(f"--agents: {line.names[0]}: the policy has no queue {strange[0]}.")


def _customer_id(number: int) -> str:
    return f"k{number:06}"


def _sell(session: Session, customers: int, begins: datetime) -> None:
    """To each customer something, to the first the most. The last order says that the shop is a large one."""
    for number in range(customers):
        name = _customer_id(number)
        session.add(
            Customer(
                id=name, sequence=number, first_name="Customer", last_name=str(number), email=f"{name}@example.com",
                email_key=f"{name}@example.com",
            )
        )  # fmt: skip
        session.add(
            Order(
                id=f"#{name}", customer_id=name, sequence=value.LARGE + number, status=DELIVERED, currency="USD",
                paid_minor=1000 * (customers - number), placed_at=begins - timedelta(days=1 + number % 30),
            )
        )  # fmt: skip
    session.flush()


def _hire(session: Session, staff: Staff) -> None:
    for line in staff.agents:
        for name in line.names:
            session.add(
                Agent(
                    id=name.lower(), name=name, email=f"{name.lower()}@shop.example", password_hash="-",
                    capacity=line.capacity, queues=line.queues, skills=line.skills, languages=line.languages,
                    room=line.room or None,
                )
            )  # fmt: skip
    session.flush()
    for line in staff.agents:
        for place, name in enumerate(line.names):
            if line.deputy and len(line.names) > 1:
                following = line.names[(place + 1) % len(line.names)]
                session.get_one(Agent, name.lower()).deputy_id = following.lower()
    session.flush()


def _grant_leave(session: Session, staff: Staff, begins: datetime, days: int) -> None:
    """From midnight to midnight."""
    first = begins.astimezone(ZoneInfo(staff.zone)).date()
    for day in (first + timedelta(days=number) for number in range(days)):
        since, until = (
            datetime.combine(each, time(), ZoneInfo(staff.zone)).astimezone(UTC)
            for each in (day, day + timedelta(days=1))
        )
        for leave in staff.leave:
            if leave.day == DAYS[day.weekday()] and until > begins:
                deputy = session.get_one(Agent, leave.deputy.lower()) if leave.deputy else None
                leaves.add(session, session.get_one(Agent, leave.name.lower()), since, until, deputy=deputy)


def _fill_books(session: Session, customers: dict[str, list[str]], lines: dict[str, Line], begins: datetime) -> None:
    """The customers of dedicated tiers in turn to everybody who has room; who is left gets somebody by asking."""
    room = {agent: line.room for agent, line in lines.items() if line.room}
    tiers = [name for name, tier in policy.current().tiers.items() if tier.dedicated]
    waiting = [customer for tier in tiers for customer in customers.get(tier, [])]
    while waiting and room:
        for agent in list(room):
            if not waiting:
                break
            session.add(Book(customer_id=waiting.pop(0), agent_id=agent, since=begins - timedelta(days=90)))
            room[agent] -= 1
            if not room[agent]:
                del room[agent]
    session.flush()
