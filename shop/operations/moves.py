"""Money that an operation moves: payments and refunds of an order, and the balances of gift cards with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from shop import policy, wording
from shop.customers import Method
from shop.ground.money import Money
from shop.models import Order as OrderRow
from shop.models import Payment, PaymentMethod
from shop.operations.own import void
from shop.orders import Order

GIFT_CARD = "gift_card"


@dataclass(frozen=True)
class Move:
    """`kind` is payment or refund, seen from the shop; the amount is positive."""

    kind: str
    amount: Money
    method_id: str
    method: str
    method_kind: str | None

    @property
    def when(self) -> str:
        """When a refund arrives, in words."""
        return policy.current().refund_when(self.method_kind)

    @property
    def facts(self) -> dict[str, Any]:
        return {"amount": self.amount, "method": self.method, "when": self.when}

    @property
    def as_json(self) -> dict[str, Any]:
        amount = {"amount_minor": self.amount.minor, "currency": self.amount.currency}
        return {"kind": self.kind, "method_id": self.method_id, "method": self.method, **amount}


def with_method(kind: str, amount: Money, method: Method) -> Move:
    return Move(kind, amount, method.id, method.label, method.kind)


def as_json(moves: Iterable[Move]) -> list[dict[str, Any]]:
    return [move.as_json for move in moves]


def kept(order: Order) -> Money:
    """What the shop holds for the order: paid, and not refunded."""
    signed = (one.amount.minor if one.kind == "payment" else -one.amount.minor for one in order.payments)
    return Money(sum(signed), order.total.currency)


def refunded(move: Move) -> str:
    """A refund that was made, in words."""
    return wording.say("refunded_at_once" if move.method_kind == GIFT_CARD else "refunded", **move.facts)


def make(session: Session, row: OrderRow, moves: Iterable[Move], now: datetime) -> None:
    """Write the payments and refunds of the locked order, and move the balances of gift cards."""
    for move in moves:
        position, minor = len(row.payments), move.amount.minor
        row.payments.append(
            Payment(position=position, kind=move.kind, amount_minor=minor, method_id=move.method_id, at=now)
        )
        change = minor if move.kind == "payment" else -minor
        row.paid_minor += change
        if move.method_kind == GIFT_CARD:
            _charge(session, row.customer_id, move.method_id, change)


def _charge(session: Session, customer_id: str, method_id: str, minor: int) -> None:
    """Take from a gift card, or give back where negative; compared as it is set, so that it never falls below nothing."""
    balance = func.coalesce(PaymentMethod.balance_minor, 0)
    card = (PaymentMethod.customer_id == customer_id, PaymentMethod.id == method_id)
    covered = (balance >= minor,) if minor > 0 else ()
    changed = session.execute(update(PaymentMethod).where(*card, *covered).values(balance_minor=balance - minor))
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise void()
