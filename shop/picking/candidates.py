"""A customer's orders in brief, narrowed by the database as far as words allow: what the picking of orders chooses from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from shop.models import Order as OrderRow
from shop.models import OrderLine
from shop.picking.dates import Span
from shop.picking.mentions import Mention, stems


@dataclass(frozen=True)
class BriefLine:
    name: str
    options: dict[str, Any]
    price_minor: int


@dataclass(frozen=True)
class Brief:
    """An order as far as words may speak of it."""

    id: str
    status: str
    sequence: int
    currency: str
    placed_at: datetime | None
    delivered_at: datetime | None
    lines: tuple[BriefLine, ...]

    @property
    def age(self) -> tuple[bool, datetime | None, int]:
        """Sorts from the oldest to the latest; what has no date counts as older, by the order in which it was read."""
        return (self.placed_at is not None, self.placed_at, self.sequence)

    @property
    def total_minor(self) -> int:
        return sum(line.price_minor for line in self.lines)


def briefs(
    session: Session,
    customer_id: str,
    products: Sequence[Mention],
    text: str,
    days: Sequence[Span],
    zone: ZoneInfo,
    among: Sequence[str] = (),
) -> list[Brief]:
    """The customer's orders that may fit, the latest first: never too few; the words themselves are judged later.

    Orders without dates are in it whatever the days are.
    """
    dates = (OrderRow.placed_at, OrderRow.delivered_at)
    columns = (OrderRow.id, OrderRow.status, OrderRow.sequence, OrderRow.currency, *dates)
    goods = (OrderLine.name, OrderLine.options, OrderLine.price_minor)
    query = select(*columns, *goods).join(OrderLine, OrderLine.order_id == OrderRow.id)
    query = query.where(OrderRow.customer_id == customer_id, OrderLine.role == "ordered")
    if among:
        query = query.where(OrderRow.id.in_(among))
    if days:
        query = query.where(or_(OrderRow.placed_at.is_(None), *(_within(span, zone) for span in days)))
    if products and (named := [_named(mention, text) for mention in products]):
        query = query.where(or_(*named))
    latest_first = (OrderRow.placed_at.desc().nulls_last(), OrderRow.sequence.desc(), OrderLine.position)
    return _grouped(session.execute(query.order_by(*latest_first)).all())


def _grouped(rows: Sequence[Any]) -> list[Brief]:
    found: dict[tuple[str, str, int, str, datetime | None, datetime | None], list[BriefLine]] = {}
    for order_id, status, sequence, currency, placed_at, delivered_at, name, options, price in rows:
        order = (order_id, status, sequence, currency, placed_at, delivered_at)
        found.setdefault(order, []).append(BriefLine(name, options, price))
    return [Brief(*order, tuple(lines)) for order, lines in found.items()]


def _within(span: Span, zone: ZoneInfo) -> ColumnElement[bool]:
    first, end = span.utc(zone)
    placed = and_(OrderRow.placed_at >= first, OrderRow.placed_at < end)
    return or_(placed, and_(OrderRow.delivered_at >= first, OrderRow.delivered_at < end))


def _named(mention: Mention, text: str) -> ColumnElement[bool]:
    """Whether an item's name has the beginnings of all these words: plural and singular begin alike."""
    spellings = [stems(str(mention.value)), stems(text[mention.start : mention.end])]
    line = aliased(OrderLine)  # the order's other lines are to be seen too
    said = [
        and_(*(line.name.icontains(_beginning(word), autoescape=True) for word in words))
        for words in spellings
        if words
    ]
    return exists().where(line.order_id == OrderRow.id, line.role == "ordered", or_(*said))


def _beginning(word: str) -> str:
    """As much of a word as its plural has too. SQLite folds the case of ASCII letters alone: others are judged later."""
    return word[: max(len(word) - 1, 1)] if word.isascii() else ""
