from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from shop import order_states, order_words, orders
from shop.ground.db import Database
from shop.models import CANCELLED, DELIVERED, PENDING, PROCESSED, STATUSES, Parcel
from shop.zones import Zones
from tests.shop import small
from tests.shop.small import NOW

ZONES = Zones(ZoneInfo("America/New_York"))


@pytest.mark.parametrize("asked", ["#W1000001", "W1000001", "#w1000001", " w1000001 "])
def test_an_own_order_is_found_however_it_is_spelled(sqlite_db: Database, asked: str) -> None:
    with sqlite_db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        small.order(session)
        found = orders.find(session, "ada", asked)
    assert found is not None and found.id == "#W1000001"


def test_ids_of_another_kind_are_found_as_they_are(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        small.order(session, "ord-7f")
        found = orders.find(session, "ada", "ord-7f")
    assert found is not None and found.id == "ord-7f"


def test_anothers_order_is_as_missing_as_one_that_does_not_exist(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        small.customer(session, "bob")
        small.order(session)
        assert orders.find(session, "bob", "#W1000001") is None
        assert orders.find(session, "bob", "#W9999999") is None
        assert orders.locked(session, "bob", "#W1000001") is None
        assert orders.recent(session, "bob") == []


def test_details_hold_items_parcels_and_payments(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        moves = (("payment", 7000, "card"), ("payment", 1000, "gift"), ("refund", 500, "card"))
        row = small.order(session, status=PROCESSED, moves=moves)
        news = {"status": "in transit", "last_event": "left Reno, NV", "last_event_at": NOW}
        row.parcels = [Parcel(position=0, tracking_ids=["1Z1", "1Z2"], carrier="UPS", **news)]
        session.flush()
        order = orders.find(session, "ada", row.id)
    assert order is not None
    assert order_words.items(order) == "Mug (blue) and Desk Lamp (brass)"
    assert str(order.total) == "$75.00"
    assert order_words.payment(order) == (
        "Visa ending in 1234 ($70.00) and gift card ($10.00); refunded: $5.00 to Visa ending in 1234"
    )
    assert order_words.status_line(order, ZONES) == (
        "It has been handed to the carrier. "
        "Tracking number 1Z1 and 1Z2 with UPS: in transit, left Reno, NV, November 20, 2026."
    )
    assert order_words.card(order)["parcels"] == [
        {"tracking": "1Z1", "carrier": "UPS", "status": "in transit"},
        {"tracking": "1Z2", "carrier": "UPS", "status": "in transit"},
    ]


def test_the_latest_come_first_by_date(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        for place, days in enumerate((3, 1, 2)):
            small.order(session, f"#W{place}", placed_at=NOW - timedelta(days=days), sequence=place)
        assert [order.id for order in orders.recent(session, "ada")] == ["#W1", "#W2", "#W0"]
        latest = orders.latest(session, "ada")
        assert latest is not None and latest.id == "#W1"


def test_without_dates_the_last_read_is_the_latest(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        for place in (2, 0, 1):
            small.order(session, f"#W{place}", placed_at=None, sequence=place)
        assert [order.id for order in orders.recent(session, "ada")] == ["#W2", "#W1", "#W0"]


def test_orders_of_some_states(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        for place, status in enumerate(STATUSES):
            small.order(session, f"#W{place}", status=status, sequence=place)
        on_the_way = orders.recent(session, "ada", statuses=orders.OPEN)
        assert {order.status for order in on_the_way} == set(orders.OPEN)
        assert [order["status"] for order in orders.summaries(session, "ada")] == list(reversed(STATUSES))


@pytest.mark.parametrize("status", STATUSES)
def test_every_state_has_its_words(sqlite_db: Database, status: str) -> None:
    """With dates and without; what can't be cancelled says why."""
    with sqlite_db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        row = small.order(session, status=status)
        undated = orders.find(session, "ada", row.id)
        row.delivered_at = row.cancelled_at = NOW
        session.flush()
        dated = orders.find(session, "ada", row.id)
    assert undated is not None and dated is not None
    said = {order_words.status_line(undated, ZONES), order_words.status_line(dated, ZONES)}
    assert len(said) == (2 if status in (DELIVERED, CANCELLED) else 1)
    assert undated.state == order_words.card(undated)["state"] and undated.state in order_words.line(undated, ZONES)
    if status == PENDING:
        assert undated.state in order_words.status(undated, ZONES)
    if status != PENDING:
        assert order_states.why_not(status, order_states.CANCEL)
