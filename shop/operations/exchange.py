"""Delivered items for other versions of them, requested once; the difference is settled when they have come back.

No money moves and no order is made: the wanted lines, the method and the state are what the warehouse goes by.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from shop import plans, wording
from shop.identity import Identity
from shop.models import EXCHANGING
from shop.operations import chosen, own, proofs
from shop.operations import methods as methods_
from shop.operations import swaps as changing
from shop.operations.moves import Move
from shop.operations.own import Held
from shop.operations.swaps import Swap, methods
from shop.order_states import EXCHANGE
from shop.plans import Plan
from shop.receipts import Outcome
from shop.records import PlanRow

__all__ = ["carry_out", "methods", "prepare"]


def prepare(
    session: Session,
    who: Identity,
    order_id: str,
    swaps: Sequence[Swap],
    method_id: str | None,
    message_id: str,
    now: datetime,
) -> Plan:
    """Plan an exchange. Without a difference in price no method is needed. Refuses with `Unauthorised`, `BadInput`,
    `NotFound` or `Conflict`: see `swaps.changes` and `swaps.settled`."""
    order = own.to_plan(session, who, order_id, EXCHANGE)
    made = changing.changes(session, order, swaps)
    move = changing.settled(session, order, changing.difference(made), method_id)
    lines = [
        wording.say("exchange_plan", order=order.id),
        *(change.words for change in made),
        _promise(move),
        wording.say("exchange_only_once"),
        wording.say("mail_will_come"),
    ]
    elsewhere = move is not None and move.method_id not in methods_.originals(order)
    payload = {**changing.payload(made, move), proofs.ELSEWHERE: elsewhere}
    return plans.make(session, who, EXCHANGE, order, message_id, lines, payload, now)


def carry_out(session: Session, plan: PlanRow, held: list[Held], now: datetime) -> Outcome:
    """Request the exchange for the locked order. Plan, version, state and proof have been checked."""
    [one] = held
    made, move = changing.planned(session, one.order, plan.payload)
    changing.write(one.row, made, "wanted")
    going = {change.old.id for change in made}
    for line in one.row.lines:
        line.going_back = line.going_back or line.id in going
    one.row.status, one.row.change_requested_at = EXCHANGING, now
    one.row.change_method_id = move.method_id if move else None
    status = {"what": "status", "before": one.order.status, "after": EXCHANGING}
    settles = [{"what": "settlement", "before": "", "after": _promise(move), **move.as_json}] if move else []
    return Outcome(
        lines=(
            wording.say("exchange_done", order=one.order.id),
            *(change.words for change in made),
            _promise(move),
            wording.say("mail_will_come"),
        ),
        changes=(status, *(change.as_json for change in made), *settles),
        rule=wording.say("exchange_rule"),
        more=chosen.send_back(),
    )


def _promise(move: Move | None) -> str:
    if move is None:
        return wording.say("price_same")
    return wording.say("exchange_charged" if move.kind == "payment" else "exchange_back", **move.facts)
