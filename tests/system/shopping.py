"""The seeded shop as its own database knows it: customers to be played, and the truth to compare answers with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import create_engine, exists, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Book, Conversation, Delivery, Message
from shop import demo, orders, value
from shop.ground import clock
from shop.ground.jobs import Job
from shop.models import Customer, Payment
from shop.models import Order as OrderRow
from shop.models import Product as Goods
from shop.orders import OPEN, Order
from shop.records import ReceiptRow

T = TypeVar("T")
# The words of shop/wording.yml that tell one state from another, written here again so that they are compared.
STANDS = {
    "pending": "being prepared and has not left us yet",
    "pending (item modified)": "items were changed, and it has not left us yet",
    "processed": ("handed to the carrier", "waits for the carrier"),
    "delivered": "was delivered",
    "cancelled": "was cancelled",
    "return requested": "return was requested",
    "exchange requested": "exchange was requested",
}


@dataclass(frozen=True)
class Person:
    """A customer of the shop, with their open orders, the latest first."""

    id: str
    name: str
    email: str
    phone: str
    representative: str
    open: tuple[Order, ...]

    @property
    def pending(self) -> list[Order]:
        return [order for order in self.open if order.status == "pending"]


class Shop:
    """Reads the product's database, and hands out each customer once: no test meets another's traces."""

    def __init__(self, url: str) -> None:
        self._engine = create_engine(url)
        self._met: set[str] = set()

    def read(self, rule: Callable[[Session], T]) -> T:
        with Session(self._engine) as session:
            return rule(session)

    def close(self) -> None:
        self._engine.dispose()

    def anyone(
        self, tier: str = "standard", fits: Callable[[Person], bool] = lambda person: True, in_picker: bool = False
    ) -> Person:
        """Somebody of this tier whom nobody has played yet, from the demo page's picker or from elsewhere. Only gold ones
        have a representative."""
        picker = self.read(lambda session: {pick.id for pick in demo.picks(session, clock.now())})
        people = [one for one in self.read(lambda session: _people(session, tier)) if one.id not in self._met]
        found = next((one for one in people if (one.id in picker) is in_picker and fits(one)), None)
        assert found, f"the seeded shop has no {tier} customer left who fits"
        self._met.add(found.id)
        return found

    def order(self, order_id: str) -> OrderRow:
        return self.read(lambda session: session.get_one(OrderRow, order_id))

    def refunds(self, order_id: str) -> int:
        query = select(func.count()).where(Payment.order_id == order_id, Payment.kind == "refund")
        return self.read(lambda session: session.scalar(query) or 0)

    def receipts(self, order_id: str) -> list[str]:
        query = select(ReceiptRow.number).where(ReceiptRow.order_id == order_id)
        return self.read(lambda session: list(session.scalars(query)))

    def private(self) -> list[str]:
        """What may be said to nobody but its owner: every order number, contact and full name there is."""

        def all_of(session: Session) -> list[str]:
            people = session.scalars(select(Customer)).all()
            contacts = [word for one in people for word in (one.email, one.phone, f"{one.first_name} {one.last_name}")]
            return [word for word in (*contacts, *session.scalars(select(OrderRow.id))) if word]

        return self.read(all_of)

    def goods(self) -> list[str]:
        return self.read(lambda session: list(session.scalars(select(Goods.name))))

    def said(self, conversation: str) -> list[tuple[str, str]]:
        """Who said what, in order."""
        query = select(Message).where(Message.conversation_id == conversation).order_by(Message.seq)
        return self.read(lambda session: [(one.kind, one.text) for one in session.scalars(query)])

    def messages(self) -> int:
        return self.read(lambda session: session.scalar(select(func.count()).select_from(Message)) or 0)

    def conversation(self, conversation: str) -> Conversation:
        return self.read(lambda session: session.get_one(Conversation, conversation))

    def conversation_of(self, customer: str) -> str | None:
        query = select(Conversation.id).where(Conversation.customer_id == customer, Conversation.state != "closed")
        return self.read(lambda session: session.scalar(query))

    def owed(self, conversation: str) -> list[str]:
        """The kinds of jobs that are not settled for this conversation, apart from what is only due some day."""

        def kinds(session: Session) -> list[str]:
            now = [job for job in session.scalars(select(Job)) if not job.lane.startswith("timer:")]
            return [job.kind for job in now if conversation in f"{job.lane} {job.payload}"]

        return self.read(kinds)

    def deliveries(self, number: str) -> list[Delivery]:
        query = select(Delivery).where(Delivery.to == number).order_by(Delivery.id)
        return self.read(lambda session: list(session.scalars(query)))

    def agents(self) -> dict[str, str]:
        """Name by id."""
        return self.read(lambda session: {one.id: one.name for one in session.scalars(select(Agent))})


def stands(order: Order | OrderRow, text: str) -> bool:
    """Does the text say where this order stands?"""
    words = STANDS[order.status]
    return any(one in text for one in ([words] if isinstance(words, str) else words))


def trackings(order: Order) -> list[str]:
    return [tracking for parcel in order.parcels for tracking in parcel.tracking_ids]


def _people(session: Session, tier: str) -> list[Person]:
    ranked = {name: value.customers_of(session, name, clock.now()) for name in ("gold", "silver")}
    fresh = (
        Customer.phone.is_not(None)
        & Customer.phone_confirmed
        & ~exists().where(Conversation.customer_id == Customer.id)
    )
    rows = session.scalars(select(Customer).where(fresh).order_by(Customer.sequence)).all()
    wanted = {row.id: row for row in rows}
    ids: Sequence[str] = ranked.get(tier) or [one for one in wanted if not any(one in of for of in ranked.values())]
    shared = set(session.scalars(select(Customer.phone).group_by(Customer.phone).having(func.count() > 1)))
    books = dict(session.execute(select(Book.customer_id, Book.agent_id).where(Book.until.is_(None))).all())
    return [
        Person(
            id=row.id,
            name=f"{row.first_name} {row.last_name}",
            email=row.email,
            phone=row.phone or "",
            representative=books.get(row.id, ""),
            open=tuple(orders.recent(session, row.id, 20, OPEN)),
        )
        for row in (wanted[one] for one in ids if one in wanted)
        if row.phone not in shared
    ]
