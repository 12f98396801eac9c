"""The demo shop: the same every time, and true to itself in every row."""

import json
import re
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, selectinload

from shop import customers, demo, order_words, orders, value, vocabulary, zones
from shop.ground.db import Database
from shop.models import (
    CANCELLED,
    DELIVERED,
    EXCHANGING,
    MODIFIED,
    PENDING,
    PROCESSED,
    RETURNING,
    STATUSES,
    Customer,
    Order,
    Parcel,
    Product,
    Variant,
)
from tests.shop.small import NOW


@pytest.fixture(scope="module")
def session(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The demo shop, filled once for all that only read it."""
    engine = create_engine(f"sqlite:///{shutil.copy(sqlite_template, tmp_path_factory.mktemp('demo'))}")
    with Session(engine) as opened:
        assert demo.seed(opened, NOW)
        yield opened
    engine.dispose()


def all_orders(session: Session) -> list[Order]:
    loads = (
        selectinload(Order.lines),
        selectinload(Order.payments),
        selectinload(Order.parcels).selectinload(Parcel.contents),
    )
    return list(session.scalars(select(Order).order_by(Order.sequence).options(*loads)))


def test_it_fills_an_empty_shop_only_and_on_both_databases(db: Database) -> None:
    with db.transaction() as session:
        assert demo.seed(session, NOW)
    with db.transaction() as session:
        assert not demo.seed(session, NOW)
        assert len(session.scalars(select(Order.id)).all()) == 1000


def test_the_same_seed_makes_the_same_shop() -> None:
    def made(seed: int) -> list[Any]:
        random = Random(seed)
        catalogue, people = demo.products(random), demo.customers(random, NOW)
        for product in catalogue:
            for variant in product.variants:
                variant.product_id = product.id
        variants = [variant for product in catalogue for variant in product.variants]
        sold = demo.orders(random, people, variants, NOW)
        return [(order.id, order.customer_id, order.status, order.placed_at, order.paid_minor) for order in sold]

    assert made(7) == made(7) != made(8)


def test_its_size(session: Session) -> None:
    statuses = Counter(session.scalars(select(Order.status)))
    assert sum(statuses.values()) == 1000
    assert all(statuses[status] >= 10 for status in STATUSES), statuses
    assert len(session.scalars(select(Customer.id)).all()) == 200
    assert 38 <= len(session.scalars(select(Product.id)).all()) <= 45
    available = session.scalars(select(Variant.available)).all()
    assert len(available) > 200 and 0.7 < sum(available) / len(available) < 0.95


def test_people_have_numbers_for_fiction_and_addresses_at_example(session: Session) -> None:
    people = session.scalars(select(Customer)).all()
    numbers = [person.phone for person in people if person.phone]
    assert len(numbers) == len(set(numbers)) > 190
    assert all(re.fullmatch(r"\+1\d{3}55501\d\d", number) for number in numbers)
    assert all(phonenumbers.is_possible_number(phonenumbers.parse(number)) for number in numbers)
    emails = [person.email for person in people]
    assert len(set(emails)) == 200 and all(re.search(r"@example\.(com|org|net)$", email) for email in emails)
    assert all(ZoneInfo(str(person.time_zone)) for person in people)
    assert all(re.fullmatch(r"\d{5}", person.address.zip) for person in people)
    confirmed = next(person for person in people if person.phone and person.phone_confirmed)
    assert customers.by_phone(session, str(confirmed.phone)) == confirmed.id


def test_the_money_of_every_order_adds_up(session: Session) -> None:
    for order in all_orders(session):
        signed = [p.amount_minor if p.kind == "payment" else -p.amount_minor for p in order.payments]
        total = sum(line.price_minor for line in order.lines if line.role == "ordered")
        assert order.paid_minor == sum(signed) == (0 if order.status == CANCELLED else total), order.id
        own = {method.id for method in customers.get(session, order.customer_id).methods}
        assert {payment.method_id for payment in order.payments} <= own


def test_every_state_has_what_belongs_to_it(session: Session) -> None:
    variants = {variant.id: variant for variant in session.scalars(select(Variant))}
    for order in all_orders(session):
        assert order.placed_at is not None and NOW - timedelta(days=731) < order.placed_at < NOW
        packed = [content.line_id for parcel in order.parcels for content in parcel.contents]
        if order.status in (DELIVERED, RETURNING, EXCHANGING):
            shipped = [line.id for line in order.lines if line.role == "ordered"]
            assert sorted(packed) == sorted(shipped), order.id
            assert order.delivered_at is not None and order.placed_at < order.delivered_at < NOW
            assert all(parcel.status == "delivered" and parcel.tracking_ids for parcel in order.parcels)
        else:
            assert order.delivered_at is None
        if order.status in (PENDING, MODIFIED, CANCELLED):
            assert not packed
        if order.status == CANCELLED:
            assert order.cancelled_at is not None and order.cancel_reason
        if order.status in (RETURNING, EXCHANGING):
            assert order.change_requested_at is not None and order.change_requested_at < NOW
            assert any(line.going_back for line in order.lines) and order.change_method_id
        for line in order.lines:
            assert line.price_minor == variants[line.variant_id].price_minor
            assert (line.role != "ordered" or order.status == MODIFIED) or line.replaces_id is None
            if line.replaces_id:
                old = next(other for other in order.lines if other.id == line.replaces_id)
                assert old.product_id == line.product_id and old.variant_id != line.variant_id


def test_tracking_numbers_and_order_numbers_are_unique(session: Session) -> None:
    tracking = [number for parcel in session.scalars(select(Parcel)) for number in parcel.tracking_ids]
    assert len(tracking) == len(set(tracking)) > 700
    assert all(re.fullmatch(r"#W\d{7}", order_id) for order_id in session.scalars(select(Order.id)))


def test_some_parcels_are_on_the_way_and_some_orders_wait_for_the_carrier(session: Session) -> None:
    on_the_way = [order for order in all_orders(session) if order.status == PROCESSED]
    assert any(not order.parcels for order in on_the_way)
    assert any(len(order.parcels) > 1 for order in on_the_way)
    for order in on_the_way:
        for parcel in order.parcels:
            assert parcel.last_event_at is not None and order.placed_at is not None
            assert order.placed_at < parcel.last_event_at < NOW


def test_the_tiers_are_clear(session: Session) -> None:
    gold, silver = demo.gold_customers(session, NOW), value.customers_of(session, "silver", NOW)
    assert (len(gold), len(silver)) == (10, 28)
    assert value.tier(session, gold[0], NOW).name == "gold"


def test_the_picker_has_several_of_each_tier_in_different_situations(session: Session) -> None:
    picks = demo.picks(session, NOW)
    assert set(Counter(pick.tier for pick in picks)) == {"gold", "silver", "standard"}
    assert all(count >= 2 for count in Counter(pick.tier for pick in picks).values())
    assert {"no orders yet", "nothing on the way"} <= {pick.note for pick in picks}
    for pick in picks:
        assert customers.by_phone(session, str(customers.get(session, pick.id).phone)) == pick.id
        on_the_way = orders.recent(session, pick.id, 50, orders.OPEN)
        assert str(len(on_the_way)) in pick.note or not on_the_way


def test_every_order_can_be_told(session: Session) -> None:
    shop = ZoneInfo("America/New_York")
    for customer_id in session.scalars(select(Customer.id)).all():
        both = zones.of(session, customer_id, shop)
        for order in orders.recent(session, customer_id, 100):
            told = [order_words.status_line(order, both), order_words.line(order, both), order_words.payment(order)]
            assert all(told) and "None" not in " ".join(told) and len(order_words.label(order)) <= 60
            assert json.dumps(order_words.card(order))


def test_the_vocabulary_is_written_whole(session: Session, tmp_path: Path) -> None:
    path = vocabulary.write(session, tmp_path / "var")
    assert [entry.name for entry in path.parent.iterdir()] == ["vocabulary.json"]
    words = json.loads(path.read_text())
    assert {"Desk Lamp", "Rain Jacket"} <= set(words["products"])
    assert {"brass", "black"} <= set(words["options"]["finish"]) and len(set(words["options"]["size"])) > 10
