"""What a customer is worth to the shop: their tier and how committed they are, both with the reason in words.

Both are computed from orders by the policy's rules (`shop/policy.yml`, tiers and relationship); only a tier that was
set by hand is stored.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session

from shop import pins, policy, purchases, wording
from shop.ground.money import Money, exponent
from shop.models import Order
from shop.policy import STANDARD, TierRule
from shop.purchases import PERIOD, Bought

__all__ = ["PERIOD", "STANDARD", "Relationship", "Tier", "customers_of", "relationship", "tier"]

LARGE = 5000  # orders
OLD = timedelta(minutes=5)
_remembered: "WeakKeyDictionary[Engine, tuple[datetime, array[int]]]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Tier:
    """`name` is one of the policy's, or standard; `why` says it in words for agents."""

    name: str
    why: str


@dataclass(frozen=True)
class Relationship:
    """`name` is new, one_off, returning or committed."""

    name: str
    why: str


def tier(session: Session, customer_id: str, now: datetime) -> Tier:
    """The tier of one customer at this moment. Their own spend is read; what it is compared with may be some minutes old."""
    pinned = pins.of(session, customer_id)
    if pinned and pinned.tier in policy.current().tier_names:  # a tier that is no more decides nothing
        return Tier(pinned.tier, wording.say("tier_pinned", by=pinned.by, reason=pinned.reason))
    bought = purchases.own(session, customer_id, now)
    if bought.spent <= 0:
        return Tier(STANDARD, wording.say("tier_nothing"))
    return _Measured(session, bought, _spends(session, now), bought.currency, now).tier()


def customers_of(session: Session, name: str, now: datetime) -> list[str]:
    """The ids of all customers of a tier other than standard, the highest spend first. Goes through all customers."""
    currency = session.scalar(select(Order.currency).limit(1)) or ""
    spends = purchases.spends(session, now)
    pinned = {pin.customer_id: pin.tier for pin in pins.all_current(session) if pin.tier in policy.current().tier_names}
    spent = {
        bought.customer_id: bought.spent
        for bought in purchases.everybodys(session, now)
        if bought.customer_id not in pinned and _Measured(session, bought, spends, currency, now).tier().name == name
    }
    by_hand = {customer_id: purchases.own(session, customer_id, now).spent for customer_id in pinned}
    spent |= {customer_id: by_hand[customer_id] for customer_id, pinned_to in pinned.items() if pinned_to == name}
    return sorted(spent, key=lambda customer_id: (-spent[customer_id], customer_id))


def relationship(session: Session, customer_id: str, now: datetime) -> Relationship:
    """How committed a customer is, by everything they ever bought."""
    rules, bought = policy.current().relationship, purchases.ever(session, customer_id)
    if not bought.orders:
        return Relationship("new", wording.say("relationship_new"))
    last, first = _age(bought.last_at, now), _age(bought.first_at, now)
    facts = {"orders": _orders(bought.orders), "days": _days(last), "span": _days(first - last)}
    if bought.orders < rules.returning_orders:
        return Relationship("one_off", wording.say("relationship_one_off", **facts))
    asked = rules.committed
    if bought.orders >= asked.orders and first - last >= asked.for_days and last <= asked.bought_within_days:
        percent = purchases.sent_back_percent(session, customer_id, now, period=None)
        if percent <= asked.returned_percent:
            return Relationship("committed", wording.say("relationship_committed", percent=percent, **facts))
    return Relationship("returning", wording.say("relationship_returning", **facts))


@dataclass(frozen=True)
class _Measured:
    """A customer who bought, beside all others."""

    session: Session
    bought: Bought
    spends: Sequence[int]
    currency: str
    now: datetime

    @property
    def rank(self) -> int:
        return 1 + len(self.spends) - bisect_right(self.spends, self.bought.spent)

    @property
    def buyers(self) -> int:
        return max(len(self.spends), self.rank)  # somebody may have bought for the first time since they were counted

    def tier(self) -> Tier:
        """The first tier whose conditions all hold."""
        for name, rule in policy.current().tiers.items():
            asked = list(self._asked(rule))
            if self._within(rule.top_percent) and all(holds for holds, _ in asked):
                return Tier(name, self._why(rule, "; ".join(words for _, words in asked)))
        return Tier(STANDARD, self._say("tier_standard"))

    def _within(self, percent: int | None) -> bool:
        """A share of a small shop is rounded up, so that its best customer is in it."""
        return percent is None or (self.rank - 1) * 100 < self.buyers * percent

    def _asked(self, rule: TierRule) -> Iterator[tuple[bool, str]]:
        """Each condition but the rank: whether it holds, and its words. The dear one is asked last, of whom the rest fits."""
        bought, holds = self.bought, self._within(rule.top_percent)
        if rule.spent is not None:
            least = _minor(rule.spent, self.currency)
            holds &= bought.spent >= least
            yield holds, wording.say("tier_asks_spent", spent=Money(least, self.currency))
        if rule.orders is not None:
            holds &= bought.orders >= rule.orders
            yield holds, wording.say("tier_asks_orders", orders=_orders(rule.orders))
        if rule.bought_within_days is not None:
            holds &= _age(bought.last_at, self.now) <= rule.bought_within_days
            yield holds, wording.say("tier_asks_bought_within_days", days=_days(rule.bought_within_days))
        if rule.returned_percent is not None and holds:
            own = purchases.sent_back_percent(self.session, bought.customer_id, self.now)
            facts = {"percent": rule.returned_percent, "own": own}
            yield own <= rule.returned_percent, wording.say("tier_asks_returned_percent", **facts)

    def _why(self, rule: TierRule, asked: str) -> str:
        if rule.top_percent is None:
            facts = {"orders": _orders(self.bought.orders), "days": _days(_age(self.bought.last_at, self.now))}
            return self._say("tier_reached", asked=asked, **facts)
        why = self._say("tier_rank", percent=rule.top_percent)
        return wording.say("tier_also", why=why, asked=asked) if asked else why

    def _say(self, key: str, **facts: object) -> str:
        spent = Money(self.bought.spent, self.currency)
        return wording.say(key, spent=spent, rank=self.rank, buyers=self.buyers, **facts)


def _spends(session: Session, now: datetime) -> Sequence[int]:
    """What everybody spent, the least first: one pass over the index. In a large shop it is made once in some minutes, as
    no single purchase moves its borders; in a small one always."""
    engine = session.get_bind().engine
    if engine not in _remembered and not session.scalar(select(exists().where(Order.sequence >= LARGE))):
        return purchases.spends(session, now)
    made_at, spends = _remembered.get(engine, (now - OLD, array("q")))
    if abs(now - made_at) >= OLD:
        spends = purchases.spends(session, now)
        _remembered[engine] = now, spends
    return spends


def _minor(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(exponent(currency)))


def _age(moment: datetime | None, now: datetime) -> int:
    """In whole days; what has no date is as of today."""
    return max((now - moment).days, 0) if moment else 0


def _orders(count: int) -> str:
    return wording.say("count_order" if count == 1 else "count_orders", count=count)


def _days(count: int) -> str:
    return wording.say("count_day" if count == 1 else "count_days", count=count)
