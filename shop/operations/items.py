"""Other versions of items in a pending order, once; the difference in price is charged or refunded at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from shop import plans, wording
from shop.identity import Identity
from shop.models import MODIFIED
from shop.operations import moves, own
from shop.operations import swaps as changing
from shop.operations.moves import GIFT_CARD, Move
from shop.operations.own import Held
from shop.operations.swaps import Swap, methods
from shop.order_states import ITEMS
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
    """Plan other items. Without a difference in price no method is needed. Refuses with `Unauthorised`, `BadInput`,
    `NotFound` or `Conflict`: see `swaps.changes` and `swaps.settled`."""
    order = own.to_plan(session, who, order_id, ITEMS)
    made = changing.changes(session, order, swaps)
    move = changing.settled(session, order, changing.difference(made), method_id)
    lines = [
        wording.say("items_plan", order=order.id),
        *(change.words for change in made),
        _promise(move),
        wording.say("items_only_once"),
    ]
    return plans.make(session, who, ITEMS, order, message_id, lines, changing.payload(made, move), now)


def carry_out(session: Session, plan: PlanRow, held: list[Held], now: datetime) -> Outcome:
    """Change the locked order's items. Plan, version, state and proof have been checked."""
    [one] = held
    made, move = changing.planned(session, one.order, plan.payload)
    changing.write(one.row, made, "ordered")
    changed = {change.old.id for change in made}
    for line in one.row.lines:
        line.role = "replaced" if line.id in changed else line.role
    moves.make(session, one.row, [move] if move else [], now)
    one.row.status = MODIFIED
    status = {"what": "status", "before": one.order.status, "after": MODIFIED}
    return Outcome(
        lines=(wording.say("items_done", order=one.order.id), *(change.words for change in made), _done(move)),
        changes=(status, *(change.as_json for change in made)),
        rule=wording.say("items_rule"),
        amounts=tuple(moves.as_json([move] if move else [])),
    )


def _promise(move: Move | None) -> str:
    if move is None:
        return wording.say("price_same")
    return wording.say("price_charged" if move.kind == "payment" else "price_back", **move.facts)


def _done(move: Move | None) -> str:
    if move and move.kind == "refund" and move.method_kind == GIFT_CARD:
        return wording.say("price_back_done", **move.facts)
    return _promise(move)
