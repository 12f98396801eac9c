"""Parcels in words: which one holds what, what the carrier said last, and since when it is quiet."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shop import order_words, orders, parcels, zones
from shop.ground.db import Database
from shop.models import DELIVERED, EXCHANGING, PROCESSED, RETURNING, OrderLine, Parcel, ParcelLine
from shop.orders import Order
from shop.zones import Zones
from tests.shop import small
from tests.shop.small import NOW

NEW_YORK = Zones(ZoneInfo("America/New_York"))


def sent(session: Session, *events_at: datetime | None, status: str = PROCESSED, placed_at: datetime = NOW) -> Order:
    """An order with a parcel for each of its items, or one for both."""
    small.catalogue(session)
    small.customer(session)
    row = small.order(session, status=status, placed_at=placed_at)
    shares = [[line] for line in row.lines] if len(events_at) > 1 else [row.lines]
    for place, (at, share) in enumerate(zip(events_at, shares, strict=True)):
        news = {"status": "in transit", "last_event": "left Reno, NV"} if at else {}
        contents = [ParcelLine(position=position, line=line) for position, line in enumerate(share)]
        parcel = Parcel(position=place, tracking_ids=[f"1Z{place}"], carrier="UPS", last_event_at=at, **news)
        parcel.contents = contents
        row.parcels.append(parcel)
    session.flush()
    found = orders.find(session, "ada", row.id)
    assert found is not None
    return found


def test_of_several_parcels_each_says_what_is_in_it(db: Database) -> None:
    with db.transaction() as session:
        order = sent(session, NOW, None)
    assert parcels.told(order, NEW_YORK) == [
        "Parcel 1 (Mug), tracking number 1Z0 with UPS: in transit, left Reno, NV, November 20, 2026.",
        "Parcel 2 (Desk Lamp), tracking number 1Z1 with UPS: no news from the carrier yet.",
    ]
    lamp = order.lines[1].id
    assert parcels.told(order, NEW_YORK, parcels.holding(order, [lamp])) == parcels.told(order, NEW_YORK)[1:]
    assert parcels.told(order, NEW_YORK, parcels.tracked_by(order, " 1z0")) == parcels.told(order, NEW_YORK)[:1]
    assert parcels.tracked_by(order, "1Z") == [] == parcels.holding(order, [0])


def test_a_parcel_without_a_number_is_told_where_there_are_others(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        order = sent(session, NOW, NOW)
        row = session.get_one(Parcel, 1)
        row.tracking_ids = []
        session.flush()
        session.expire_all()
        order = orders.find(session, "ada", order.id) or order
    assert parcels.told(order, NEW_YORK)[0] == "Parcel 1 (Mug): it has no tracking number."


@pytest.mark.parametrize(
    ("hours", "news", "quiet"), [(119, True, False), (120, True, True), (119, False, False), (120, False, True)]
)
def test_a_carrier_is_quiet_after_so_many_days(sqlite_db: Database, hours: int, news: bool, quiet: bool) -> None:
    """Since its last word; where there was none, since the order was placed."""
    then = NOW - timedelta(hours=hours)
    with sqlite_db.transaction() as session:
        order = sent(session, then if news else None, placed_at=then)
    assert bool(parcels.stale(order, NOW, 5)) is quiet


def test_what_has_arrived_or_is_undated_is_never_quiet(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        order = sent(session, NOW - timedelta(days=90), status=DELIVERED)
        assert parcels.stale(order, NOW, 5) == []
        parcel = session.get_one(Parcel, 1)
        parcel.status, parcel.last_event_at = "in transit", None
        small.order(session, "#W2", status=PROCESSED).parcels = [
            Parcel(position=0, tracking_ids=["1Z9"], status="Delivered", last_event_at=NOW - timedelta(days=90)),
            Parcel(position=1, tracking_ids=["1Z8"], status="in transit"),
        ]
        session.flush()
        other = orders.find(session, "ada", "#W2")
    assert other is not None and parcels.stale(other, NOW, 5) == []


@pytest.mark.parametrize(
    ("status", "dated", "words"),
    [
        (RETURNING, True, "A return was requested on November 20, 2026: Mug (blue)."),
        (RETURNING, False, "A return was requested: Mug (blue)."),
        (EXCHANGING, True, "An exchange was requested on November 20, 2026: Mug (blue) for Mug (white)."),
        (EXCHANGING, False, "An exchange was requested: Mug (blue) for Mug (white)."),
    ],
)
def test_a_return_and_an_exchange_say_what_goes_back(sqlite_db: Database, status: str, dated: bool, words: str) -> None:
    with sqlite_db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        row = small.order(session, status=status)
        row.change_requested_at = NOW if dated else None
        old = row.lines[0]
        old.going_back = True
        if status == EXCHANGING:
            fields = {"product_id": old.product_id, "variant_id": old.variant_id, "price_minor": 1600, "name": "Mug"}
            row.lines.append(OrderLine(position=2, options={"color": "white"}, role="wanted", replaces=old, **fields))
        session.flush()
        order = orders.find(session, "ada", row.id)
    assert order is not None and order_words.status(order, NEW_YORK) == words


def test_a_day_that_is_another_where_the_customer_is_is_told_in_both(sqlite_db: Database) -> None:
    shop = ZoneInfo("America/New_York")
    with sqlite_db.transaction() as session:
        ada = small.customer(session)
        early = datetime(2026, 3, 5, 5, 30, tzinfo=UTC)
        assert zones.of(session, "ada", shop).day(early) == "March 5, 2026"
        ada.time_zone = "America/Los_Angeles"
        session.flush()
        assert zones.of(session, "ada", shop).day(early) == "March 5, 2026 (March 4, 2026 where you are)"
        assert zones.of(session, "ada", shop).day(early + timedelta(hours=6)) == "March 5, 2026"
        ada.time_zone = "Middle/Earth"
        session.flush()
        assert zones.of(session, "ada", shop).day(early) == "March 5, 2026"
