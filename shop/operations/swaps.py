"""Items for other versions of the same product: what is wanted instead of which line, and what it costs or gives back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from shop import customers, order_words, wording
from shop.customers import Method
from shop.ground.errors import BadInput, Conflict
from shop.ground.money import Money
from shop.models import Order as OrderRow
from shop.models import OrderLine, Variant
from shop.operations import chosen, moves, own
from shop.operations import methods as methods_
from shop.operations.moves import Move
from shop.orders import Line, Order


@dataclass(frozen=True)
class Swap:
    """This line of the order is to become this variant."""

    line_id: int
    variant_id: str


@dataclass(frozen=True)
class Change:
    """A swap that may be done: the line, and what comes instead."""

    old: Line
    new: Line

    @property
    def words(self) -> str:
        prices = {"old_price": self.old.price, "new_price": self.new.price}
        return wording.say("swap", old=order_words.item(self.old), new=order_words.item(self.new), **prices)

    @property
    def as_json(self) -> dict[str, Any]:
        """What was before and after, for a receipt."""
        before, after = (
            wording.say("item_line", item=order_words.item(one), price=one.price) for one in (self.old, self.new)
        )
        return {"what": "item", "before": before, "after": after}


def price_difference(session: Session, customer_id: str, order_id: str, swaps: Sequence[Swap]) -> Money:
    """What the swaps cost; negative is what they give back. Refuses as `changes` does, or with `NotFound`."""
    return difference(changes(session, own.find(session, customer_id, order_id), swaps))


def methods(session: Session, customer_id: str, order_id: str, swaps: Sequence[Swap]) -> list[Method]:
    """The customer's methods that may settle the difference. Where there is none to settle, no method is needed."""
    cost = price_difference(session, customer_id, order_id, swaps)
    return methods_.covering(customers.methods(session, customer_id), cost)


def changes(session: Session, order: Order, swaps: Sequence[Swap]) -> list[Change]:
    """What the swaps would change, line by line. Refuses with `BadInput` (line_none, line_twice, variant_same,
    variant_other_product), `NotFound` (line) or `Conflict` (variant_sold_out)."""
    lines = chosen.lines(order, [swap.line_id for swap in swaps])
    wanted = {swap.line_id: swap.variant_id for swap in swaps}
    found = _variants(session, wanted.values())
    return [Change(line, _instead(line, found.get(wanted[line.id]), order)) for line in lines]


def difference(made: Sequence[Change]) -> Money:
    """New prices less old ones."""
    minor = sum(change.new.price.minor - change.old.price.minor for change in made)
    return Money(minor, made[0].old.price.currency)


def settled(session: Session, order: Order, cost: Money, method_id: str | None) -> Move | None:
    """The payment or refund that settles a difference; None where the price stays the same. Refuses with `NotFound`
    (method) or `Conflict` (gift_card_short, kept_too_little)."""
    if cost.minor == 0:
        return None
    method = methods_.own(session, order.customer_id, method_id)
    if cost.minor > 0:
        methods_.check_covers(method, cost)
        return moves.with_method("payment", cost, method)
    kept = moves.kept(order)
    if kept.minor < -cost.minor:
        raise Conflict(wording.say("kept_too_little", kept=kept, amount=-cost), code="kept_too_little")
    methods_.check_covers(method, cost)
    return moves.with_method("refund", -cost, method)


def payload(made: Sequence[Change], move: Move | None) -> dict[str, Any]:
    """The swaps and what settles them, for a plan."""
    return {
        "swaps": [{"line_id": change.old.id, "variant_id": change.new.variant_id} for change in made],
        "method_id": move.method_id if move else None,
        "amounts": moves.as_json([move] if move else []),
    }


def planned(session: Session, order: Order, told: dict[str, Any]) -> tuple[list[Change], Move | None]:
    """The same changes and settlement as a plan told; `Conflict` when they are not possible, or not at that price."""
    made = changes(session, order, [Swap(**swap) for swap in told["swaps"]])
    move = settled(session, order, difference(made), told["method_id"])
    if payload(made, move)["amounts"] != told["amounts"]:
        raise own.void()
    return made, move


def write(row: OrderRow, made: Sequence[Change], role: str) -> None:
    """Write the new lines of the locked order, each paired with the old one."""
    old = {line.id: line for line in row.lines}
    for change in made:
        row.lines.append(
            OrderLine(
                position=len(row.lines),
                variant_id=change.new.variant_id,
                product_id=change.new.product_id,
                name=change.new.name,
                options=dict(change.new.options),
                price_minor=change.new.price.minor,
                role=role,
                replaces=old[change.old.id],
            )
        )


def _variants(session: Session, ids: Iterable[str]) -> dict[str, Variant]:
    named = select(Variant).where(Variant.id.in_(set(ids))).options(joinedload(Variant.product))
    return {row.id: row for row in session.scalars(named.execution_options(populate_existing=True))}


def _instead(line: Line, row: Variant | None, order: Order) -> Line:
    if row is None or row.product_id != line.product_id or row.currency != order.total.currency:
        raise BadInput(wording.say("variant_other_product"), code="variant_other_product")
    new = Line(0, row.product_id, row.id, row.product.name, dict(row.options), Money(row.price_minor, row.currency))
    if row.id == line.variant_id:
        raise BadInput(wording.say("variant_same", item=order_words.item(line)), code="variant_same")
    if not row.available:
        raise Conflict(wording.say("variant_sold_out", item=order_words.item(new)), code="variant_sold_out")
    return new
