"""Cancelling a pending order: the whole of it, for one of two reasons; what was paid goes back the way it came."""

from datetime import datetime

from sqlalchemy.orm import Session

from shop import order_words, plans, wording
from shop.ground.errors import BadInput
from shop.ground.money import Money
from shop.identity import Identity, Proof
from shop.models import CANCELLED
from shop.operations import moves, own
from shop.operations.moves import Move
from shop.operations.own import Held
from shop.order_states import CANCEL
from shop.orders import Order, Transfer
from shop.plans import Plan
from shop.receipts import Outcome
from shop.records import PlanRow

REASONS = ("no longer needed", "ordered by mistake")


def prepare(session: Session, who: Identity, order_id: str, reason: str, message_id: str, now: datetime) -> Plan:
    """Plan to cancel an own pending order. Refuses with `Unauthorised`, `BadInput`, `NotFound` or `Conflict`."""
    who.require(Proof.PHONE)
    if reason not in REASONS:
        raise BadInput(wording.say("cancel_reason_refused"))
    order = own.to_plan(session, who, order_id, CANCEL)
    refunds = owed_back(order)
    first = wording.say("cancel_plan", order=order.id, items=order_words.items(order))
    told = [wording.say("refunded", **refund.facts) for refund in refunds] or [wording.say("nothing_to_refund")]
    payload = {"reason": reason, "amounts": moves.as_json(refunds)}
    return plans.make(session, who, CANCEL, order, message_id, [first, *told], payload, now)


def carry_out(session: Session, plan: PlanRow, held: list[Held], now: datetime) -> Outcome:
    """Cancel the locked order. Plan, version, state and proof have been checked."""
    [one] = held
    refunds = owed_back(one.order)
    moves.make(session, one.row, refunds, now)
    one.row.status, one.row.cancelled_at, one.row.cancel_reason = CANCELLED, now, plan.payload["reason"]
    first = wording.say("cancel_done", order=one.order.id, items=order_words.items(one.order))
    return Outcome(
        lines=(first, *(moves.refunded(refund) for refund in refunds)),
        changes=({"what": "status", "before": one.order.status, "after": CANCELLED},),
        rule=wording.say("cancel_rule"),
        amounts=tuple(moves.as_json(refunds)),
    )


def owed_back(order: Order) -> list[Move]:
    """For each payment, what of it was not refunded yet; together never more than the shop still holds."""
    back = {transfer.method_id: 0 for transfer in order.payments}
    for transfer in order.payments:
        back[transfer.method_id] += transfer.amount.minor if transfer.kind == "refund" else 0
    payments = [transfer for transfer in order.payments if transfer.kind == "payment"]
    left = moves.kept(order).minor
    refunds = []
    for payment in payments:
        gone = min(back[payment.method_id], payment.amount.minor)
        back[payment.method_id] -= gone
        amount = min(payment.amount.minor - gone, left)
        left -= amount
        if amount > 0:
            refunds.append(_refund(payment, amount))
    return refunds


def _refund(payment: Transfer, minor: int) -> Move:
    amount = Money(minor, payment.amount.currency)
    return Move("refund", amount, payment.method_id, payment.method, payment.method_kind)
