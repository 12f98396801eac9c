"""Delivered items that go back, requested once; the refund follows when they have arrived.

It goes to the method that the order was paid with, or to a gift card of the customer's own, and nowhere else.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from shop import customers, order_words, plans, policy, value, wording
from shop.customers import Method
from shop.ground.errors import BadInput, Conflict
from shop.ground.money import Money
from shop.identity import Identity
from shop.models import RETURNING
from shop.operations import chosen, moves, own, proofs
from shop.operations import methods as methods_
from shop.operations.moves import GIFT_CARD, Move
from shop.operations.own import Held
from shop.order_states import RETURN
from shop.orders import Line, Order
from shop.plans import Plan
from shop.receipts import Outcome
from shop.records import PlanRow


def methods(session: Session, customer_id: str, order_id: str) -> list[Method]:
    """Where the refund may go, the original methods first. Refuses with `NotFound`, or `Conflict` (return_no_method)."""
    return _allowed(session, own.find(session, customer_id, order_id))


def check_window(session: Session, customer_id: str, order_id: str, now: datetime) -> None:
    """`Conflict` (return_window) when the order's last day for a return is over. An order without a date never is."""
    _check_window(session, own.find(session, customer_id, order_id), now)


def prepare(
    session: Session,
    who: Identity,
    order_id: str,
    line_ids: Sequence[int],
    method_id: str | None,
    message_id: str,
    now: datetime,
) -> Plan:
    """Plan a return. Where nothing was paid no method is needed. Refuses with `Unauthorised`, `BadInput` (line_none,
    line_twice, return_method), `NotFound` (line, method) or `Conflict` (order_state, return_window, return_no_method)."""
    order = own.to_plan(session, who, order_id, RETURN)
    lines = chosen.lines(order, line_ids)
    _check_window(session, order, now)
    refund = _refund(session, order, lines, method_id)
    told = [
        wording.say("return_plan", items=chosen.in_words(lines), order=order.id),
        _promise(refund),
        wording.say("return_only_once"),
        wording.say("mail_will_come"),
    ]
    payload = {
        "line_ids": [line.id for line in lines],
        "method_id": refund.method_id if refund else None,
        "amounts": moves.as_json([refund] if refund else []),
        proofs.ELSEWHERE: refund is not None and refund.method_id not in methods_.originals(order),
    }
    return plans.make(session, who, RETURN, order, message_id, told, payload, now)


def carry_out(session: Session, plan: PlanRow, held: list[Held], now: datetime) -> Outcome:
    """Request the return for the locked order. Plan, version, state and proof have been checked.

    The window is not looked at again: a plan that was made on the last day holds for its ten minutes.
    """
    [one] = held
    lines = chosen.lines(one.order, plan.payload["line_ids"])
    refund = _refund(session, one.order, lines, plan.payload["method_id"])
    if moves.as_json([refund] if refund else []) != plan.payload["amounts"]:
        raise own.void()
    for row in one.row.lines:
        row.going_back = row.going_back or row.id in plan.payload["line_ids"]
    one.row.status, one.row.change_requested_at = RETURNING, now
    one.row.change_method_id = refund.method_id if refund else None
    first = wording.say("return_done", items=chosen.in_words(lines), order=one.order.id)
    return Outcome(
        lines=(first, _promise(refund), wording.say("mail_will_come")),
        changes=_changes(one.order, lines, refund),
        rule=wording.say("return_rule"),
        more=chosen.send_back(),
    )


def _changes(order: Order, lines: Sequence[Line], refund: Move | None) -> tuple[dict[str, Any], ...]:
    going = ({"what": "item", "before": order_words.item(line), "after": RETURNING} for line in lines)
    settles = [{"what": "settlement", "before": "", "after": _promise(refund), **refund.as_json}] if refund else []
    return ({"what": "status", "before": order.status, "after": RETURNING}, *going, *settles)


def _allowed(session: Session, order: Order) -> list[Method]:
    originals, own_ones = methods_.originals(order), customers.methods(session, order.customer_id)
    paid = [method for method in own_ones if method.id in originals]
    cards = [method for method in own_ones if method.kind == GIFT_CARD and method.id not in originals]
    found = [*paid, *methods_.covering(cards, Money(0, order.total.currency))]
    if not found:
        raise Conflict(own.offering("return_no_method", "refund_method"), code="return_no_method")
    return found


def _refund(session: Session, order: Order, lines: Sequence[Line], method_id: str | None) -> Move | None:
    """What is to go back for the lines: their prices, and no more than the shop holds."""
    prices = sum(line.price.minor for line in lines)
    amount = Money(min(prices, moves.kept(order).minor), order.total.currency)
    if amount.minor <= 0:
        return None
    allowed = _allowed(session, order)
    method = methods_.own(session, order.customer_id, method_id)
    if method not in allowed:
        raise BadInput(own.offering("return_method", "refund_method"), code="return_method")
    return moves.with_method("refund", amount, method)


def _promise(refund: Move | None) -> str:
    return wording.say("return_refund", **refund.facts) if refund else wording.say("nothing_to_refund")


def _check_window(session: Session, order: Order, now: datetime) -> None:
    windows = policy.current().return_window_days
    if order.delivered_at is None or all(days is None for days in windows.values()):
        return
    days = windows[value.tier(session, order.customer_id, now).name]
    if days is None:
        return
    zone = policy.zone()
    last = order.delivered_at.astimezone(zone) + timedelta(days=days)  # the same hour by the clock on the wall
    if now.astimezone(zone).date() > last.date():
        facts = {"last_day": wording.day(last, zone), "days": days}
        raise Conflict(own.offering("return_over", "return_window", **facts), code="return_window")
