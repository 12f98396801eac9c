"""Another method of payment for a pending order: a new payment of the same amount, and a refund of the old one."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop import customers, plans, wording
from shop.customers import Method
from shop.ground.errors import BadInput, Conflict
from shop.identity import Identity
from shop.operations import methods as methods_
from shop.operations import moves, own
from shop.operations.moves import Move
from shop.operations.own import Held, void
from shop.order_states import PAYMENT
from shop.orders import Order, Transfer
from shop.plans import Plan
from shop.receipts import Outcome
from shop.records import PlanRow


def methods(session: Session, customer_id: str, order_id: str) -> list[Method]:
    """The customer's methods that may pay the order instead. Refuses with `NotFound` or `Conflict` (one_payment)."""
    paid = _sole_payment(own.find(session, customer_id, order_id))
    others = [one for one in customers.methods(session, customer_id) if one.id != paid.method_id]
    return methods_.covering(others, paid.amount)


def prepare(session: Session, who: Identity, order_id: str, method_id: str, message_id: str, now: datetime) -> Plan:
    """Plan another method. Refuses with `Unauthorised`, `BadInput` (method_same), `NotFound` (method) or `Conflict`
    (order_state, one_payment, gift_card_short)."""
    order = own.to_plan(session, who, order_id, PAYMENT)
    made = _moves(session, order, method_id)
    lines = [wording.say("payment_plan", order=order.id, **made[0].facts), wording.say("refunded", **made[1].facts)]
    payload = {"method_id": method_id, "amounts": moves.as_json(made)}
    return plans.make(session, who, PAYMENT, order, message_id, lines, payload, now)


def carry_out(session: Session, plan: PlanRow, held: list[Held], now: datetime) -> Outcome:
    """Pay the locked order anew and refund it. Plan, version, state and proof have been checked."""
    [one] = held
    made = _moves(session, one.order, plan.payload["method_id"])
    amounts = moves.as_json(made)
    if amounts != plan.payload["amounts"]:
        raise void()
    moves.make(session, one.row, made, now)
    new, old = made
    return Outcome(
        lines=(wording.say("payment_done", order=one.order.id, **new.facts), moves.refunded(old)),
        changes=({"what": "payment_method", "before": old.method, "after": new.method},),
        rule=wording.say("payment_rule"),
        amounts=tuple(amounts),
    )


def _moves(session: Session, order: Order, method_id: str) -> tuple[Move, Move]:
    paid = _sole_payment(order)
    method = methods_.own(session, order.customer_id, method_id)
    if method.id == paid.method_id:
        raise BadInput(wording.say("method_same", method=method.label), code="method_same")
    methods_.check_covers(method, paid.amount)
    back = Move("refund", paid.amount, paid.method_id, paid.method, paid.method_kind)
    return moves.with_method("payment", paid.amount, method), back


def _sole_payment(order: Order) -> Transfer:
    if len(order.payments) != 1 or order.payments[0].kind != "payment":
        raise Conflict(own.offering("one_payment", "one_payment"), code="one_payment")
    return order.payments[0]
