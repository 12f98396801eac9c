"""Money on its way back: how much, where to, asked for when, and by which day it should be there."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shop import orders, policy, refunds
from shop.ground.db import Database
from shop.ground.money import Money
from shop.models import CANCELLED, EXCHANGING, RETURNING, OrderLine
from shop.models import Order as OrderRow
from shop.orders import Order
from shop.zones import Zones
from tests.shop import small
from tests.shop.small import NOW

ZONE = ZoneInfo("America/New_York")
PAID = (("payment", 6500, "card"), ("payment", 1000, "gift"))


def kept(session: Session, row: OrderRow) -> Order:
    session.flush()
    found = orders.find(session, "ada", row.id)
    assert found is not None
    return found


def returned(session: Session, method: str | None = "paypal") -> OrderRow:
    """The lamp of the order goes back."""
    small.catalogue(session)
    small.customer(session)
    row = small.order(session, status=RETURNING, moves=PAID)
    row.lines[1].going_back = True
    row.change_requested_at, row.change_method_id = NOW, method
    return row


def test_a_refund_of_each_payment_with_its_day(db: Database) -> None:
    """NOW is a Friday: seven business days end on the Tuesday after the next week."""
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        back = (("refund", 6500, "card"), ("refund", 1000, "gift"), ("refund", 0, "card"))
        order = kept(session, small.order(session, status=CANCELLED, moves=(*PAID, *back)))
        card, gift = refunds.of(order, ZONE)
        assert (str(card.amount), card.method, card.due) == ("$65.00", "Visa ending in 1234", date(2026, 12, 1))
        assert (gift.at_once, gift.due, card.at_once) == (True, None, False)
        assert refunds.told(card, Zones(ZONE)) == (
            "Order #W1000001: $65.00 to your Visa ending in 1234, requested on November 20, 2026, "
            "expected by December 1, 2026."
        )
        assert refunds.told(gift, Zones(ZONE)) == (
            "Order #W1000001: $10.00 was put on your gift card on November 20, 2026."
        )


def test_an_undated_refund_has_no_day(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        moves = (("payment", 7500, "card"), ("refund", 7500, "card"))
        order = kept(session, small.order(session, status=CANCELLED, moves=moves, placed_at=None))
        (refund,) = refunds.of(order, ZONE)
        assert refund.due is None and not refund.is_late(NOW, ZONE)
        assert "within 5 to 7 business days; I have no date" in refunds.told(refund, Zones(ZONE))


def test_a_return_brings_back_what_its_items_cost(db: Database) -> None:
    with db.transaction() as session:
        order = kept(session, returned(session))
        (refund,) = refunds.of(order, ZONE)
    assert (str(refund.amount), refund.method, refund.requested_at) == ("$59.00", "PayPal", NOW)
    assert refund.due is None and not refund.is_late(datetime(2030, 1, 1, tzinfo=UTC), ZONE)
    assert refunds.told(refund, Zones(ZONE)) == (
        "Order #W1000001: $59.00 to your PayPal, requested on November 20, 2026, "
        "there within 5 to 7 business days once the items have come back to us."
    )


def test_an_exchange_brings_back_the_difference_only(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        row = returned(session)
        row.status, row.change_requested_at = EXCHANGING, None
        old = row.lines[1]
        fields = {"product_id": old.product_id, "variant_id": old.variant_id, "name": old.name, "options": {}}
        row.lines.append(OrderLine(position=2, price_minor=5000, role="wanted", replaces=old, **fields))
        (refund,) = refunds.of(kept(session, row), ZONE)
        assert str(refund.amount) == "$9.00" and "requested" not in refunds.told(refund, Zones(ZONE))
        row.lines[2].price_minor = 5900
        session.flush()
        session.expire_all()
        assert refunds.of(kept(session, row), ZONE) == []


def test_a_return_never_brings_back_more_than_was_paid(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        row = returned(session, None)
        row.payments[0].amount_minor = 3000
        (refund,) = refunds.of(kept(session, row), ZONE)
        assert (str(refund.amount), refund.method) == ("$40.00", "original payment method")
        row.payments[0].amount_minor = row.payments[1].amount_minor = 0
        session.flush()
        session.expire_all()
        assert refunds.of(kept(session, row), ZONE) == []


def test_an_order_as_it_is_brings_nothing_back(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        assert refunds.of(kept(session, small.order(session)), ZONE) == []


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("5 to 7 business days", date(2026, 12, 1)),
        ("1 business day", date(2026, 11, 23)),
        ("up to 10 days", date(2026, 11, 30)),
        ("soon", None),
    ],
)
def test_the_day_comes_from_the_policy(words: str, due: date | None) -> None:
    days = {**policy.current().refund_days, "paypal": words}
    with policy.using(policy.current().model_copy(update={"refund_days": days})):
        assert refunds.arrives_by(NOW, "paypal", ZONE) == due


def test_late_is_the_day_after(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        moves = (("payment", 7500, "card"), ("refund", 7500, "card"))
        (refund,) = refunds.of(kept(session, small.order(session, status=CANCELLED, moves=moves)), ZONE)
    assert not refund.is_late(datetime(2026, 12, 2, 4, 59, tzinfo=UTC), ZONE)
    assert refund.is_late(datetime(2026, 12, 2, 5, 0, tzinfo=UTC), ZONE)


@pytest.mark.parametrize(
    ("kind", "days_ago", "recent"),
    [("credit_card", 11, True), ("credit_card", 60, False), ("gift_card", 29, True), ("gift_card", 31, False)],
)
def test_what_came_long_ago_is_not_what_somebody_waits_for(kind: str, days_ago: int, recent: bool) -> None:
    asked_at = NOW - timedelta(days=days_ago)
    due = refunds.arrives_by(asked_at, kind, ZONE)
    refund = refunds.Refund("#W1000001", Money(500, "USD"), "it", kind, asked_at, due)
    assert refund.is_recent(NOW) is recent


def test_what_is_still_to_come_is_recent_whenever_it_was_asked_for() -> None:
    refund = refunds.Refund("#W1000001", Money(500, "USD"), "it", "paypal", NOW - timedelta(days=300), None, waits=True)
    assert refund.is_recent(NOW)
