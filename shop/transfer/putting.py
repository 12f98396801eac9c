"""Puts a checked shop in the place of the one that is there, in the transaction of the session."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, exists, func, insert, select, text
from sqlalchemy.orm import Session

from shop.ground import clock
from shop.ground.db import Base
from shop.ground.errors import Conflict
from shop.models import Customer, Order, OrderLine, Parcel, ParcelLine, Payment, PaymentMethod, Product, Variant
from shop.records import PlanRow, ReceiptRow
from shop.transfer import records
from shop.transfer.reading import Rows
from shop.transfer.records import Contacts, Record

# What is pointed at before what points at it; the shop that was there goes in the opposite order.
TABLES: tuple[type[Base], ...] = (
    Product,
    Variant,
    Customer,
    PaymentMethod,
    Order,
    OrderLine,
    Parcel,
    ParcelLine,
    Payment,
)
NUMBERED: tuple[type[OrderLine] | type[Parcel] | type[Payment], ...] = (OrderLine, Parcel, Payment)
CHUNK = 1000  # rows of a file that are written together

Step = Callable[[str, int], None]


def replace(session: Session, rows: Rows, currency: str, now: datetime, done: Step = lambda name, many: None) -> None:
    """Exchange the whole shop. `Conflict` while somebody could still say yes to a plan made of the old one.

    Conversations, plans and receipts stay. `done` is told of every chunk of rows of which file was written.
    """
    _hold(session)
    _check_no_open_plan(session, now)
    contacts = _contacts(session)
    version = 1 + (session.scalar(select(func.max(Order.version))) or 0)
    last_ids: dict[type[Base], int] = {table: session.scalar(select(func.max(table.id))) or 0 for table in NUMBERED}
    for table in reversed(TABLES):
        session.execute(delete(table))
    names = {row.id: row.name for row in rows.products}
    orders = records.Orders(names, currency, version, last_ids)
    products = (records.product(row, place, currency) for place, row in enumerate(rows.products))
    customers = (
        records.customer(row, place, currency, contacts.get(row.id), now) for place, row in enumerate(rows.customers)
    )
    for name, made in (
        ("products", products),
        ("customers", customers),
        ("orders", (orders.records(row, place) for place, row in enumerate(rows.orders))),
    ):
        for chunk in _chunks(made):
            _insert(session, (record for row in chunk for record in row))
            done(name, len(chunk))
    _go_on_counting(session)


def _hold(session: Session) -> None:
    """Whoever makes a plan or carries one out now is waited for, or waits. SQLite has one writer anyway."""
    if _postgres(session):
        session.execute(text("LOCK TABLE plans IN EXCLUSIVE MODE"))


def _check_no_open_plan(session: Session, now: datetime) -> None:
    """A plan made of the old shop is void afterwards: its customer is not told so after a yes."""
    done = exists().where(ReceiptRow.plan_id == PlanRow.id)
    still = (PlanRow.expires_at > now, PlanRow.dropped_at.is_(None), ~done)
    many, until = session.execute(select(func.count(), func.max(PlanRow.expires_at)).where(*still)).one()
    if many:
        what = "1 plan waits" if many == 1 else f"{many} plans wait"
        raise Conflict(f"{what} for a customer's yes, until {clock.iso(until)} at the latest. Try again then.")


def _contacts(session: Session) -> dict[str, Contacts]:
    columns = (Customer.email_key, Customer.email_changed_at, Customer.phone, Customer.phone_changed_at)
    return {row[0]: Contacts(*row[1:]) for row in session.execute(select(Customer.id, *columns))}


def _chunks(made: Iterable[Iterator[Record]]) -> Iterator[list[Iterator[Record]]]:
    rest = iter(made)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _insert(session: Session, made: Iterable[Record]) -> None:
    by_table = defaultdict(list)
    for table, record in made:
        by_table[table].append(record)
    for table in TABLES:
        if by_table[table]:
            session.execute(insert(table.__table__), by_table[table])  # type: ignore[arg-type]


def _go_on_counting(session: Session) -> None:
    """PostgreSQL counts for itself, and was not asked for the numbers that were given here. No row: nothing is set."""
    if _postgres(session):
        for table in NUMBERED:
            sequence = func.pg_get_serial_sequence(table.__tablename__, "id")
            session.execute(select(func.setval(sequence, func.max(table.id))).select_from(table))


def _postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
