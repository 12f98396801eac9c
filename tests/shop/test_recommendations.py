"""What goes with a product: counted, in stock, not owned yet, the same every time; and silence for those who want it."""

import re
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from shop import recommendations
from shop.ground.db import Database
from shop.models import CANCELLED, DELIVERED, Order, OrderLine, Product, Variant
from tests.shop import small
from tests.shop.small import NOW

GOODS = ("lamp", "mug", "rug", "clock", "vase", "chair")


def stocked(session: Session, sold_out: Sequence[str] = ()) -> None:
    for place, name in enumerate(GOODS):
        product = Product(id=f"P-{name}", sequence=place, name=name.title())
        for position, price in enumerate((2000 + place, 1000 + place)):
            fields = {"options": {}, "price_minor": price, "currency": "USD", "available": name not in sold_out}
            product.variants.append(Variant(id=f"V-{name}{position}", position=position, **fields))
        session.add(product)
    session.flush()


def bought(session: Session, who: str, *goods: str, status: str = DELIVERED, role: str = "ordered") -> None:
    """One order for each of the goods."""
    for name in goods:
        number = len(session.query(Order).all())
        line = OrderLine(position=0, variant_id=f"V-{name}0", product_id=f"P-{name}", name=name, options={}, role=role)
        line.price_minor = 1000
        row = Order(id=f"#W{number}", customer_id=who, sequence=number, status=status, currency="USD", paid_minor=1000)
        row.address, row.placed_at, row.lines = small.HOME, NOW, [line]
        session.add(row)
        session.flush()


@pytest.fixture
def session(db: Database) -> Session:
    with db.transaction() as opened:
        stocked(opened, sold_out=("chair",))
        for name in ("ada", "bob", "cyd", "dee", "eve"):
            small.customer(opened, name)
        bought(opened, "bob", "lamp", "mug", "rug", "chair")
        bought(opened, "cyd", "lamp", "mug", "rug", "clock", "chair")
        bought(opened, "dee", "lamp", "mug", "mug", "clock", "vase", "chair")
        yield opened


def told(session: Session, customer_id: str | None, *goods: str) -> list[tuple[str, int, str]]:
    found = recommendations.suggest(session, [f"P-{name}" for name in goods], customer_id)
    return [(one.name, one.buyers, one.goes_with) for one in found]


def test_the_most_bought_come_first_and_equals_in_the_shops_order(session: Session) -> None:
    """The vase was bought by one alone, the chair is sold out."""
    expected = [("Mug", 3, "Lamp"), ("Rug", 2, "Lamp"), ("Clock", 2, "Lamp")]
    assert told(session, None, "lamp") == expected
    assert str(recommendations.suggest(session, ["P-lamp"], None)[0].price) == "$10.01"


def test_what_the_customer_has_is_not_suggested_nor_counted(session: Session) -> None:
    bought(session, "ada", "lamp", "rug")
    assert told(session, "ada", "lamp") == [("Mug", 3, "Lamp"), ("Clock", 2, "Lamp")]
    bought(session, "ada", "clock", status=CANCELLED)
    assert ("Clock", 2, "Lamp") in told(session, "ada", "lamp")
    assert told(session, "bob", "lamp") == [("Clock", 2, "Lamp")]


def test_what_was_called_off_counts_for_nothing(session: Session) -> None:
    bought(session, "eve", "lamp", status=CANCELLED)
    bought(session, "eve", "mug", "clock")
    bought(session, "bob", "clock", role="replaced")
    assert told(session, None, "lamp") == [("Mug", 3, "Lamp"), ("Rug", 2, "Lamp"), ("Clock", 2, "Lamp")]


def test_of_several_products_each_suggestion_names_the_one_it_goes_with(session: Session) -> None:
    bought(session, "eve", "vase", "mug")
    bought(session, "cyd", "vase")
    assert told(session, None, "lamp", "rug", "vase") == [("Mug", 3, "Lamp"), ("Clock", 2, "Lamp")]


def test_nothing_fits(session: Session) -> None:
    assert told(session, None, "vase") == []
    assert told(session, None, "no such thing") == []
    assert told(session, None) == []


def test_a_customer_may_want_none(session: Session) -> None:
    assert recommendations.stopped_at(session, "ada") is None
    recommendations.stop(session, "ada", NOW)
    recommendations.stop(session, "ada", NOW)
    assert recommendations.stopped_at(session, "ada") == NOW and recommendations.stopped_at(session, "bob") is None
    recommendations.resume(session, "ada")
    assert recommendations.stopped_at(session, "ada") is None


@pytest.mark.parametrize("customer_id", [None, "ada"])
def test_no_table_is_read_as_a_whole(sqlite_db: Database, customer_id: str | None) -> None:
    """What it costs does not grow with the number of orders."""
    with sqlite_db.transaction() as session:
        query = recommendations.also_bought("P-lamp", customer_id)
        words = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {words}"))]
    read = [step for step in plan if re.search(r"\b(orders|order_lines|products|variants)(_\d)?\b", step)]
    assert read and all("SEARCH" in step and "INDEX" in step for step in read if "BLOOM" not in step)
