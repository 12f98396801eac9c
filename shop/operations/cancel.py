"""Cancelling a pending order: the whole of it, for one of two reasons; what was paid goes back the way it came."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from shop import order_states, order_words, orders, plans, wording
from shop.ground.errors import BadInput, NotFound
from shop.ground.money import Money
from shop.identity import Identity, Proof
from shop.models import CANCELLED, Payment, PaymentMethod
from shop.models import Order as OrderRow
from shop.order_states import CANCEL
from shop.orders import Order, Transfer
from shop.plans import Plan

REASONS = ("no longer needed", "ordered by mistake")


@dataclass(frozen=True)
class Refund:
    """What goes back for one payment, to the method it was paid with."""

    amount: Money
    payment: Transfer

    @property
    def at_once(self) -> bool:
        return self.payment.method_kind == "gift_card"

    @property
    def facts(self) -> dict[str, Any]:
        return {"amount": self.amount, "method": self.payment.method}

    @property
    def as_json(self) -> dict[str, Any]:
        amount = {"amount_minor": self.amount.minor, "currency": self.amount.currency}
        return {"kind": "refund", "method_id": self.payment.method_id, "method": self.payment.method, **amount}


def prepare(session: Session, who: Identity, order_id: str, reason: str, message_id: str, now: datetime) -> Plan:
    """Plan to cancel an own pending order. Refuses with `Unauthorised`, `BadInput`, `NotFound` or `Conflict`."""
    customer_id = who.require(Proof.PHONE)
    if reason not in REASONS:
        raise BadInput(wording.say("cancel_reason_refused"))
    order = orders.find(session, customer_id, order_id)
    if order is None:
        raise NotFound(wording.say("not_found"))
    order_states.check(order.status, CANCEL)
    refunds = owed_back(order)
    first = wording.say("cancel_plan", order=order.id, items=order_words.items(order))
    told = [_promise(refund) for refund in refunds] or [wording.say("cancel_plan_nothing")]
    payload = {"reason": reason, "refunds": [refund.as_json for refund in refunds]}
    return plans.make(session, who, CANCEL, order, message_id, [first, *told], payload, now)


def carry_out(
    session: Session, row: OrderRow, order: Order, payload: dict[str, Any], now: datetime
) -> tuple[list[str], list[dict[str, Any]]]:
    """Cancel the locked order; returns the receipt's lines and amounts. Plan, version and state have been checked."""
    refunds = owed_back(order)
    for refund in refunds:
        _pay_back(session, row, refund, now)
    row.status, row.cancelled_at, row.cancel_reason = CANCELLED, now, payload["reason"]
    first = wording.say("cancel_done", order=order.id, items=order_words.items(order))
    return [first, *(_done(refund) for refund in refunds)], [refund.as_json for refund in refunds]


def owed_back(order: Order) -> list[Refund]:
    """For each payment, what of it was not refunded yet; together never more than the shop still holds."""
    back = {transfer.method_id: 0 for transfer in order.payments}
    for transfer in order.payments:
        back[transfer.method_id] += transfer.amount.minor if transfer.kind == "refund" else 0
    payments = [transfer for transfer in order.payments if transfer.kind == "payment"]
    held = sum(payment.amount.minor for payment in payments) - sum(back.values())
    refunds = []
    for payment in payments:
        gone = min(back[payment.method_id], payment.amount.minor)
        back[payment.method_id] -= gone
        amount = min(payment.amount.minor - gone, held)
        held -= amount
        if amount > 0:
            refunds.append(Refund(Money(amount, payment.amount.currency), payment))
    return refunds


def _pay_back(session: Session, row: OrderRow, refund: Refund, now: datetime) -> None:
    minor, method_id = refund.amount.minor, refund.payment.method_id
    position = len(row.payments)
    row.payments.append(Payment(position=position, kind="refund", amount_minor=minor, method_id=method_id, at=now))
    row.paid_minor -= minor
    if refund.at_once:
        card = (PaymentMethod.customer_id == row.customer_id, PaymentMethod.id == method_id)
        raised = func.coalesce(PaymentMethod.balance_minor, 0) + minor
        session.execute(update(PaymentMethod).where(*card).values(balance_minor=raised))


def _promise(refund: Refund) -> str:
    when = wording.say("when_gift_card" if refund.at_once else "when_other")
    return wording.say("cancel_plan_refund", when=when, **refund.facts)


def _done(refund: Refund) -> str:
    key = "cancel_done_refund_gift_card" if refund.at_once else "cancel_done_refund"
    return wording.say(key, when=wording.say("when_other"), **refund.facts)
