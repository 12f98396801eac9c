"""Which order somebody means: by number, "the latest", product and date words, amounts, or all of these together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from shop import orders
from shop.ground.money import exponent
from shop.orders import Order
from shop.picking import dates
from shop.picking.candidates import Brief, briefs
from shop.picking.dates import Span
from shop.picking.goods import Named, counts_orders, named
from shop.picking.mentions import Mention, called, has_option, of

MOST = 20  # orders to choose from at once


@dataclass(frozen=True)
class Picked:
    """One order is the one meant; several, the latest first, call for a question; none: nothing fits.

    `asked`: the message itself spoke of an order. `missing`: a number that is none of the customer's. `undated`: date
    words were said, and these orders have no dates to go by.
    """

    orders: tuple[Order, ...]
    asked: bool
    missing: str | None = None
    undated: bool = False


@dataclass(frozen=True)
class _Said:
    """What a message says about an order."""

    goods: tuple[Named, ...]
    options: tuple[Mention, ...]
    days: tuple[Span, ...]
    amounts: tuple[Decimal, ...]
    pick: str | None
    ordinal: int | None

    @property
    def asked(self) -> bool:
        return bool(self.goods or self.options or self.days or self.amounts or self.pick or self.ordinal)


def pick(
    session: Session,
    customer_id: str,
    mentions: Sequence[Mention],
    text: str,
    now: datetime,
    zone: ZoneInfo,
    statuses: Sequence[str] = (),
    among: Sequence[str] = (),
    current: str | None = None,
) -> Picked:
    """The customer's orders that the message speaks of; all that fit `statuses` when it speaks of none.

    `statuses` prefers, it does not hide: where the words fit only orders in other states, those come out, to be told
    why not. `among` are the orders that were offered, in their order; `current` is the one spoken of until now.
    """
    numbers = [str(mention.value) for mention in of(mentions, "order_id")]
    if numbers:
        return _numbered(session, customer_id, numbers)
    said = _said(mentions, text, now, zone, bool(among))
    products = [phrase.product for phrase in said.goods if phrase.product]
    found = briefs(session, customer_id, products, text, said.days, zone, among)
    if among:
        found.sort(key=lambda brief: list(among).index(brief.id))
    fitting = _fitting(found, said, text, zone)
    chosen = _which(fitting, said, statuses, among, current)
    undated = bool(said.days and chosen) and not any(_on(brief, said.days, zone) for brief in chosen)
    ids = [brief.id for brief in chosen[:MOST]]
    return Picked(tuple(orders.some(session, customer_id, ids)), said.asked, undated=undated)


def _numbered(session: Session, customer_id: str, numbers: Sequence[str]) -> Picked:
    found = {number: orders.find(session, customer_id, number) for number in dict.fromkeys(numbers)}
    missing = next((number for number, order in found.items() if order is None), None)
    own = {order.id: order for order in found.values() if order}
    return Picked(tuple(own.values()), True, missing=missing and orders.spelled(missing))


def _said(mentions: Sequence[Mention], text: str, now: datetime, zone: ZoneInfo, offered: bool) -> _Said:
    phrases = [phrase for phrase in named(mentions, text) if not (phrase.negated or phrase.alternative)]
    words = [str(mention.value) for mention in of(mentions, "order_pick")]
    ordinals = [mention for mention in of(mentions, "ordinal") if offered or counts_orders(mention, text)]
    return _Said(
        goods=tuple(phrase for phrase in phrases if phrase.product),
        options=tuple(option for phrase in phrases if not phrase.product for option in phrase.options),
        days=dates.spans(mentions, text, now.astimezone(zone).date()),
        amounts=tuple(Decimal(str(mention.value)) for mention in of(mentions, "amount")),
        pick=words[0] if words else None,
        ordinal=int(ordinals[0].value) if ordinals else None,
    )


def _fitting(found: list[Brief], said: _Said, text: str, zone: ZoneInfo) -> list[Brief]:
    """The orders that the description fits: all of it where that can be, else what comes nearest and is still true."""
    if said.goods:
        having = [[brief for brief in found if _has(brief, phrase, text)] for phrase in said.goods]
        whole = [brief for brief in found if all(brief in some for some in having)]
        found = whole or [brief for brief in found if any(brief in some for some in having)]
    for phrase in said.goods:
        for option in phrase.after:
            found = _narrowed(found, [b for b in found if _has(b, replace(phrase, options=(option,)), text)])
    for option in said.options:
        found = _narrowed(
            found, [b for b in found if any(has_option(line.options.values(), option) for line in b.lines)]
        )
    if said.amounts:
        found = [brief for brief in found if any(_cost(brief, amount) for amount in said.amounts)]
    if said.days:
        found = [b for b in found if _on(b, said.days, zone)] or [b for b in found if b.placed_at is None]
    return found


def _has(brief: Brief, phrase: Named, text: str) -> bool:
    """Whether one item is both the product and of the options that were said with it."""
    return any(
        phrase.product is not None
        and called(line.name, phrase.product, text)
        and all(has_option(line.options.values(), option) for option in phrase.options)
        for line in brief.lines
    )


def _narrowed(found: list[Brief], fitting: list[Brief]) -> list[Brief]:
    """Words that fit nothing here speak of something else, such as what is wanted instead."""
    return fitting or found


def _cost(brief: Brief, amount: Decimal) -> bool:
    minor = int(amount.scaleb(exponent(brief.currency)))
    return brief.total_minor == minor or any(line.price_minor == minor for line in brief.lines)


def _on(brief: Brief, days: Sequence[Span], zone: ZoneInfo) -> bool:
    """Placed then; people also call an order by the day on which it came."""
    moments = [moment.astimezone(zone).date() for moment in (brief.placed_at, brief.delivered_at) if moment]
    return any(span.first <= day < span.end for span in days for day in moments)


def _which(
    fitting: list[Brief], said: _Said, statuses: Sequence[str], among: Sequence[str], current: str | None
) -> list[Brief]:
    """ "The latest" is the latest of all, whatever may be done with it: an older one in its place would be a guess."""
    if said.pick in ("latest", "oldest", "previous"):
        return _aged(fitting, said, current)
    if said.ordinal is not None:
        in_order = fitting if among else sorted(fitting, key=lambda brief: brief.age)
        return in_order[said.ordinal - 1 : said.ordinal]
    if said.pick == "other":
        fitting = [brief for brief in fitting if brief.id != current]
    return [brief for brief in fitting if not statuses or brief.status in statuses] or (fitting if said.asked else [])


def _aged(fitting: list[Brief], said: _Said, current: str | None) -> list[Brief]:
    """One by its age: the latest, the second latest, the oldest, the one before that."""
    latest_first = sorted(fitting, key=lambda brief: brief.age, reverse=True)
    if said.pick == "oldest":
        return latest_first[-1:]
    place = (said.ordinal or 1) - 1
    if said.pick == "previous":
        place = next((n for n, brief in enumerate(latest_first) if brief.id == current), 0) + 1
    return latest_first[place : place + 1]
