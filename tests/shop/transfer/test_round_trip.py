"""What goes in comes out: every field, in the order read, from any shop; and what is refused leaves all as it was."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop import demo, orders
from shop.ground.db import Database
from shop.models import Customer, Order, OrderLine, Payment
from shop.transfer import checks, export, putting, reading, schemas
from shop.transfer.reading import FILES
from tests.shop.small import NOW
from tests.shop.transfer.shops import RED, USD, Files, Row, put, shops, small, taken


def bring_in(session: Session, folder: Path, files: Files, now: datetime = NOW) -> None:
    rows = reading.read(put(folder, files), USD)
    checks.check(rows)
    putting.replace(session, rows, USD.currency, now)
    session.expire_all()


def take_out(session: Session, folder: Path) -> Files:
    export.write(session, folder, USD.currency)
    return taken(folder)


def fits(files: Files) -> None:
    for name in FILES:
        jsonschema.Draft202012Validator(json.loads(schemas.path_of(name).read_text())).validate(files[name])


@contextmanager
def fresh(template: Path) -> Iterator[tuple[Session, Path]]:
    """An empty shop and a folder, for one example."""
    with TemporaryDirectory() as folder:
        db = Database(f"sqlite:///{shutil.copy(template, Path(folder) / 'rapport.db')}")
        with db.transaction() as session:
            yield session, Path(folder)
        db.close()


@given(files=shops())
@settings(max_examples=40)
def test_any_shop_comes_out_as_it_went_in(sqlite_template: Path, files: Files) -> None:
    fits(files)
    with fresh(sqlite_template) as (session, folder):
        bring_in(session, folder / "a", files)
        assert take_out(session, folder / "b") == files
        bring_in(session, folder / "b", taken(folder / "b"))
        assert take_out(session, folder / "c") == files


@given(before=shops(), files=shops())
@settings(max_examples=10)
def test_nothing_is_left_of_the_shop_before(sqlite_template: Path, before: Files, files: Files) -> None:
    before["customers.json"] = [{**row, "id": f"old {row['id']}"} for row in before["customers.json"]]
    before["orders.json"] = [{**row, "customer_id": f"old {row['customer_id']}"} for row in before["orders.json"]]
    with fresh(sqlite_template) as (session, folder):
        bring_in(session, folder / "a", before)
        bring_in(session, folder / "b", files)
        assert take_out(session, folder / "c") == files


def test_the_demo_shop_makes_the_round(db: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        demo.seed(session, NOW)
    with db.transaction() as session:
        first = take_out(session, tmp_path / "a")
        before = told(session)
    fits(first)
    with db.transaction() as session:
        putting.replace(session, reading.read(tmp_path / "a", USD), "USD", NOW)
    with db.transaction() as session:
        assert take_out(session, tmp_path / "b") == first
        assert told(session) == before
    for name in FILES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def told(session: Session) -> list[Any]:
    """What is known of every order, as its customer may see it, without the numbers that the database gives."""
    seen = []
    for customer_id in session.scalars(select(Customer.id).order_by(Customer.sequence)):
        for order in orders.recent(session, customer_id, 100):
            places = {line.id: place for place, line in enumerate(order.lines)}
            parcels = [(parcel.tracking_ids, [places[line] for line in parcel.line_ids]) for parcel in order.parcels]
            lines = [(line.variant_id, line.name, line.options, line.price) for line in order.lines]
            seen.append((order.id, order.status, order.address, lines, parcels, order.payments, order.total))
    return seen


def test_two_of_the_same_stay_two_and_each_keeps_its_parcel(sqlite_db: Database, tmp_path: Path) -> None:
    files = small()
    one = {"tracking_ids": ["1Z1"], "variant_ids": ["V-blue"]}
    files["orders.json"][0]["fulfilments"] = [one, {**one, "tracking_ids": ["1Z2"]}]
    with sqlite_db.transaction() as session:
        bring_in(session, tmp_path, files)
        order = orders.find(session, "ada", "w1000001")
        assert order is not None
        assert [parcel.line_ids for parcel in order.parcels] == [(line.id,) for line in order.lines]


def test_what_replaced_what_is_kept(sqlite_db: Database, tmp_path: Path) -> None:
    files = small()
    files["orders.json"][0] |= {
        "status": "exchange requested",
        "replaced_lines": [{"line": 2, **RED}],
        "exchange_lines": [{"line": 2, **RED}, {"line": 1, **RED}],
        "exchange_payment_method_id": "gift",
        "exchange_requested_at": "2026-03-01T10:00:00Z",
    }
    with sqlite_db.transaction() as session:
        bring_in(session, tmp_path, files)
        lines = session.scalars(select(OrderLine).order_by(OrderLine.position)).all()
        first, second, old, for_second, for_first = lines
        assert [line.role for line in lines] == ["ordered", "ordered", "replaced", "wanted", "wanted"]
        assert (second.replaces, for_second.replaces, for_first.replaces) == (old, second, first)
        assert [line.going_back for line in lines] == [True, True, False, False, False]
        order = session.scalars(select(Order)).one()
        assert (order.change_method_id, order.change_requested_at) == ("gift", datetime(2026, 3, 1, 10, tzinfo=UTC))
        assert take_out(session, tmp_path / "out") == files


def test_money_is_read_exactly_as_it_is_written(sqlite_db: Database, tmp_path: Path) -> None:
    put(tmp_path, small())
    text = (tmp_path / "products.json").read_text()
    text = text.replace('"price": "16.00"', '"price": 90071992547.93').replace('"price": "18.00"', '"price": 3e1')
    (tmp_path / "products.json").write_text(text)
    with sqlite_db.transaction() as session:
        putting.replace(session, reading.read(tmp_path, USD), "USD", NOW)
        variants = take_out(session, tmp_path / "out")["products.json"][0]["variants"]
    assert [variant["price"] for variant in variants] == ["90071992547.93", "30.00"]


def test_times_without_an_offset_are_the_shops(sqlite_db: Database, tmp_path: Path) -> None:
    files = small()
    files["orders.json"][0] |= {"placed_at": "2026-03-04T15:30:00", "delivered_at": "2026-07-04"}
    with sqlite_db.transaction() as session:
        bring_in(session, tmp_path, files)
        order = take_out(session, tmp_path / "out")["orders.json"][0]
    assert (order["placed_at"], order["delivered_at"]) == ("2026-03-04T20:30:00Z", "2026-07-04T04:00:00Z")


def test_without_dates_the_order_in_the_file_decides(sqlite_db: Database, tmp_path: Path) -> None:
    files = small()
    files["orders.json"] = [{**files["orders.json"][0], "id": f"O-{number}"} for number in (5, 9, 1)]
    with sqlite_db.transaction() as session:
        bring_in(session, tmp_path, files)
        latest = orders.latest(session, "ada")
        assert latest is not None and latest.id == "O-1"


@pytest.mark.parametrize(
    ("written", "kept"),
    [("(617) 555-0123", "+16175550123"), ("+44 20 7946 0958", "+442079460958"), ("1-617-555-0123", "+16175550123")],
)
def test_phone_numbers_are_kept_in_one_form(sqlite_db: Database, tmp_path: Path, written: str, kept: str) -> None:
    files = small()
    files["customers.json"][0]["phone"] = written
    with sqlite_db.transaction() as session:
        bring_in(session, tmp_path, files)
        assert session.scalars(select(Customer.phone)).one() == kept


def test_what_is_left_out_has_a_meaning(sqlite_db: Database, tmp_path: Path) -> None:
    """Names from the catalogue, nothing packed, nothing paid, a confirmed number."""
    files = small()
    bare: Row = {"product_id": "P-1", "variant_id": "V-red", "price": 18, "options": {}}
    order = files["orders.json"][0]
    files["orders.json"] = [{key: order[key] for key in ("id", "customer_id", "status", "address")} | {"lines": [bare]}]
    with sqlite_db.transaction() as session:
        bring_in(session, tmp_path, files)
        found = orders.find(session, "ada", "#W1000001")
        assert found is not None and found.lines[0].name == "Mug" and not found.parcels and not found.payments
        assert session.scalars(select(Customer.phone_confirmed)).one()


def test_every_column_of_the_shop_is_on_the_way_in() -> None:
    """A new column that an import does not fill, or an export does not write, would be lost without a word."""
    known = {
        "customers": "id sequence first_name last_name email email_key email_changed_at phone phone_confirmed"
        " phone_changed_at address1 address2 city state zip country time_zone created_at",
        "payment_methods": "customer_id id position kind brand last_four balance_minor currency",
        "products": "id sequence name",
        "variants": "id product_id position options price_minor currency available",
        "orders": "id customer_id sequence version status address1 address2 city state zip country currency paid_minor"
        " placed_at delivered_at cancelled_at cancel_reason change_requested_at change_method_id",
        "order_lines": "id order_id position variant_id product_id name options price_minor role going_back replaces_id",
        "parcels": "id order_id position tracking_ids carrier status last_event last_event_at",
        "parcel_lines": "parcel_id line_id position",
        "payments": "id order_id position kind amount_minor method_id at",
    }
    assert {table.__tablename__ for table in putting.TABLES} == set(known)
    for table in putting.TABLES:
        assert set(table.__table__.columns.keys()) == set(known[table.__tablename__].split()), table.__tablename__


def test_ids_that_somebody_remembers_are_not_given_to_others(db: Database, tmp_path: Path) -> None:
    with db.transaction() as session:
        bring_in(session, tmp_path, small())
        first = set(session.scalars(select(OrderLine.id)))
        version = session.scalars(select(Order.version)).one()
    with db.transaction() as session:
        bring_in(session, tmp_path, small())
        assert not first & set(session.scalars(select(OrderLine.id)))
        assert session.scalars(select(Order.version)).one() > version
    with db.transaction() as session:  # and whoever writes next is given a new one
        last = session.scalar(select(func.max(Payment.id))) or 0
        order = session.scalars(select(Order)).one()
        order.payments.append(Payment(position=1, kind="refund", amount_minor=1, method_id="card"))
        session.flush()
        assert order.payments[-1].id > last


def test_a_contact_that_was_another_one_is_fresh(sqlite_db: Database, tmp_path: Path) -> None:
    def changed(now: datetime, **fields: object) -> tuple[datetime | None, datetime | None]:
        files = small()
        files["customers.json"][0] |= fields
        with sqlite_db.transaction() as session:
            bring_in(session, tmp_path, files, now)
            row = session.scalars(select(Customer)).one()
            return row.email_changed_at, row.phone_changed_at

    later, last = NOW.replace(day=21), NOW.replace(day=22)
    assert changed(NOW) == (None, None)
    assert changed(NOW, email="ADA@example.com") == (None, None)
    assert changed(later, email="eve@example.com") == (later, None)
    assert changed(last, email="eve@example.com", phone="+16175550199") == (later, last)
    assert changed(last, email="eve@example.com", email_changed_at="2026-01-01T00:00:00Z", phone="+16175550199") == (
        datetime(2026, 1, 1, tzinfo=UTC),
        last,
    )


def test_the_schemas_are_those_of_the_rows() -> None:
    for name in FILES:
        jsonschema.Draft202012Validator.check_schema(schemas.made(name))
        assert schemas.path_of(name).read_text() == schemas.text_of(name), (
            "run `.venv/bin/python -m shop.transfer.schemas`"
        )
