"""Customers as others may see them: names, contacts, and their own ways to pay (last four digits only)."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from shop import wording
from shop.ground.errors import NotFound
from shop.ground.money import Money
from shop.models import Address, PaymentMethod
from shop.models import Customer as CustomerRow


@dataclass(frozen=True)
class Method:
    """A way to pay. Only gift cards have a balance."""

    id: str
    kind: str
    label: str
    balance: Money | None


@dataclass(frozen=True)
class Customer:
    id: str
    first_name: str
    last_name: str
    email: str
    phone: str | None
    phone_confirmed: bool
    address: Address
    time_zone: str | None
    methods: tuple[Method, ...]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def get(session: Session, customer_id: str) -> Customer:
    """One customer; `NotFound` when there is none."""
    found = some(session, [customer_id])
    if not found:
        raise NotFound("There is no such customer.")
    return found[customer_id]


def some(session: Session, customer_ids: Collection[str]) -> dict[str, Customer]:
    """Those of the given customers that exist, by id."""
    rows = session.scalars(
        select(CustomerRow).where(CustomerRow.id.in_(customer_ids)).options(selectinload(CustomerRow.methods))
    )
    return {row.id: _seen(row) for row in rows}


def methods(session: Session, customer_id: str) -> list[Method]:
    """The customer's own ways to pay, in their order."""
    own = select(PaymentMethod).where(PaymentMethod.customer_id == customer_id).order_by(PaymentMethod.position)
    return [_method(row) for row in session.scalars(own.execution_options(populate_existing=True))]


def names(session: Session, customer_ids: Collection[str]) -> dict[str, str]:
    """The names of those of the given customers that exist, by id."""
    columns = (CustomerRow.id, CustomerRow.first_name, CustomerRow.last_name)
    rows = session.execute(select(*columns).where(CustomerRow.id.in_(customer_ids)))
    return {customer_id: f"{first} {last}".strip() for customer_id, first, last in rows}


def by_phone(session: Session, number: str) -> str | None:
    """The customer who has this confirmed number (E.164) on file, if exactly one: a shared one proves nobody."""
    where = (CustomerRow.phone == number, CustomerRow.phone_confirmed)
    ids = session.scalars(select(CustomerRow.id).where(*where).limit(2)).all()
    return ids[0] if len(ids) == 1 else None


def email_key(email: str) -> str:
    """An e-mail as it is compared."""
    return email.strip().casefold()


def method_label(row: PaymentMethod) -> str:
    """A way to pay in words, such as "Visa ending in 1234"."""
    if row.kind == "credit_card" and row.last_four:
        return wording.say(
            "method_card", brand=(row.brand or wording.say("method_any_card")).title(), last_four=row.last_four
        )
    return wording.say(f"method_{row.kind}")


def _seen(row: CustomerRow) -> Customer:
    return Customer(
        row.id,
        row.first_name,
        row.last_name,
        row.email,
        row.phone,
        row.phone_confirmed,
        row.address,
        row.time_zone,
        tuple(_method(method) for method in row.methods),
    )


def _method(row: PaymentMethod) -> Method:
    balance = None if row.balance_minor is None else Money(row.balance_minor, row.currency)
    return Method(row.id, row.kind, method_label(row), balance)


def lock(session: Session, customer_id: str) -> None:
    """Hold the customer's row until the transaction ends: whoever does the same for this customer waits."""
    session.execute(select(CustomerRow.id).where(CustomerRow.id == customer_id).with_for_update())
