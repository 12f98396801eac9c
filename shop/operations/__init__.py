"""Carrying a plan out: once, after the customer's yes, in one transaction with its receipt."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shop import order_states, orders, plans, receipts, wording
from shop.ground.errors import Conflict
from shop.identity import Identity, Proof
from shop.models import Order as OrderRow
from shop.operations import cancel
from shop.orders import Order
from shop.receipts import Receipt

# (session, the locked row, the order as it is, the plan's payload, the time) -> the receipt's lines and amounts
Effect = Callable[[Session, OrderRow, Order, dict[str, Any], datetime], tuple[list[str], list[dict[str, Any]]]]


def commit(session: Session, who: Identity, plan_id: str, message_id: str, now: datetime) -> Receipt:
    """Carry out a plan of this conversation. Done before: the same receipt. Refuses with `NotFound` or `Conflict`.

    The plan's row lock makes a second commit wait, and then find the first one's receipt.
    """
    customer_id = who.require(Proof.PHONE)
    plan = plans.locked(session, who, plan_id)
    done = receipts.of_plan(session, plan.id)
    if done is not None:
        return done
    plans.check_open(plan, now)
    row = orders.locked(session, customer_id, plan.order_id)
    order = orders.find(session, customer_id, plan.order_id)
    if row is None or order is None or row.version != plan.order_version:
        raise Conflict(wording.say("plan_void"), code="plan_void")
    order_states.check(order.status, plan.operation)
    lines, amounts = EFFECTS[plan.operation](session, row, order, plan.payload, now)
    session.flush()
    return receipts.write(session, plan, message_id, lines, amounts, now)


EFFECTS: dict[str, Effect] = {order_states.CANCEL: cancel.carry_out}
