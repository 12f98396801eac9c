"""A small shop to test with: made in a line or two, with exactly the orders and payments a test is about."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from shop import identity
from shop.identity import Identity, Proof
from shop.models import PENDING, Address, Customer, Order, OrderLine, Payment, PaymentMethod, Product, Variant

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOME = Address("12 Maple Street", "", "Boston", "MA", "02134", "USA")
MUG, LAMP = ("V-mug", "Mug", {"color": "blue"}, 1600), ("V-lamp", "Desk Lamp", {"finish": "brass"}, 5900)


def catalogue(session: Session) -> None:
    for sequence, (variant, name, options, price) in enumerate((MUG, LAMP)):
        product = Product(id=f"P-{name}", sequence=sequence, name=name)
        fields = {"options": options, "price_minor": price, "currency": "USD", "available": True}
        product.variants = [Variant(id=variant, position=0, **fields)]
        session.add(product)
    session.flush()


def customer(session: Session, customer_id: str = "ada", phone: str | None = None, balance: int = 1000) -> Customer:
    """With a card, PayPal and a gift card: `card`, `paypal`, `gift`."""
    row = Customer(
        id=customer_id,
        sequence=0,
        first_name=customer_id.title(),
        last_name="Byron",
        email=f"{customer_id.title()}@Example.com",
        email_key=f"{customer_id}@example.com",
        phone=phone,
        address=HOME,
        methods=[
            PaymentMethod(id="card", position=0, kind="credit_card", brand="visa", last_four="1234", currency="USD"),
            PaymentMethod(id="paypal", position=1, kind="paypal", currency="USD"),
            PaymentMethod(id="gift", position=2, kind="gift_card", balance_minor=balance, currency="USD"),
        ],
    )
    session.add(row)
    session.flush()
    return row


def order(
    session: Session,
    order_id: str = "#W1000001",
    customer_id: str = "ada",
    status: str = PENDING,
    moves: Sequence[tuple[str, int, str]] = (("payment", 7500, "card"),),
    placed_at: datetime | None = NOW,
    sequence: int = 0,
) -> Order:
    """A mug and a lamp. `moves`: (payment or refund, amount, method), in their order."""
    lines = [
        OrderLine(
            position=place, variant_id=variant, product_id=f"P-{name}", name=name, options=options, price_minor=price
        )
        for place, (variant, name, options, price) in enumerate((MUG, LAMP))
    ]
    payments = [
        Payment(position=place, kind=kind, amount_minor=amount, method_id=method, at=placed_at)
        for place, (kind, amount, method) in enumerate(moves)
    ]
    row = Order(
        id=order_id,
        customer_id=customer_id,
        sequence=sequence,
        status=status,
        address=HOME,
        currency="USD",
        paid_minor=sum(amount if kind == "payment" else -amount for kind, amount, _ in moves),
        placed_at=placed_at,
        lines=lines,
        payments=payments,
    )
    session.add(row)
    session.flush()
    return row


def proved(
    session: Session, customer_id: str = "ada", conversation: str = "c1", level: Proof = Proof.SIGNED
) -> Identity:
    return identity.prove(session, conversation, customer_id, level, "test", NOW)
