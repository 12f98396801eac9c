"""A customer's own ways to pay: which one is meant, whether it can pay an amount, and which an order was paid with."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from shop import customers, wording
from shop.customers import Method
from shop.ground.errors import Conflict, NotFound
from shop.ground.money import Money
from shop.orders import Order


def own(session: Session, customer_id: str, method_id: str | None) -> Method:
    """The customer's method of this id; `NotFound` (method) when it is not one of theirs."""
    found = next((one for one in customers.methods(session, customer_id) if one.id == method_id), None)
    if found is None:
        raise NotFound(wording.say("method_not_own"), code="method")
    return found


def covers(method: Method, amount: Money) -> bool:
    """Can it pay the amount? Only a gift card has a limit, and a currency."""
    if method.kind != "gift_card":
        return True
    balance = method.balance or Money(0, amount.currency)
    return balance.currency == amount.currency and balance.minor >= max(amount.minor, 0)


def covering(among: Iterable[Method], amount: Money) -> list[Method]:
    """Those that can pay the amount."""
    return [method for method in among if covers(method, amount)]


def check_covers(method: Method, amount: Money) -> None:
    """`Conflict` (gift_card_short) when a gift card does not cover the amount."""
    if not covers(method, amount):
        balance = method.balance or Money(0, amount.currency)
        facts = {"method": method.label, "balance": balance, "amount": amount}
        raise Conflict(wording.say("gift_card_short", **facts), code="gift_card_short")


def originals(order: Order) -> set[str]:
    """The methods that hold the order's money: what they paid was not refunded as a whole."""
    net: dict[str, int] = {}
    for one in order.payments:
        net[one.method_id] = net.get(one.method_id, 0) + (
            one.amount.minor if one.kind == "payment" else -one.amount.minor
        )
    return {method_id for method_id, minor in net.items() if minor > 0}
