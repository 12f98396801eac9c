from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shop.ground.db import Database
from shop.models import DELIVERED, PENDING, Order, OrderLine, Product, Variant
from shop.picking import orders
from shop.picking.orders import Picked
from tests.shop import small
from tests.shop.picking.heard import heard

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
Item = tuple[str, dict[str, Any], int]

BLUE: Item = ("Rain Jacket", {"color": "blue", "size": "M"}, 14800)
BLACK: Item = ("Rain Jacket", {"color": "black", "size": "M"}, 14800)
DESK: Item = ("Desk Lamp", {"finish": "brass"}, 5900)
FLOOR: Item = ("Floor Lamp", {"finish": "black"}, 13900)
MUG: Item = ("Stoneware Mug", {"color": "blue"}, 1600)


def buy(
    session: Session,
    order_id: str,
    items: Sequence[Item],
    placed_at: datetime | None,
    status: str = DELIVERED,
    sequence: int = 0,
    customer_id: str = "ada",
) -> None:
    lines = [
        OrderLine(position=n, variant_id=_variant(session, item), product_id=item[0], **_fields(item))
        for n, item in enumerate(items)
    ]
    common = {"address": small.HOME, "currency": "USD", "paid_minor": 0}
    row = Order(id=order_id, customer_id=customer_id, sequence=sequence, status=status, placed_at=placed_at, **common)
    row.lines = lines
    session.add(row)
    session.flush()


def _fields(item: Item) -> dict[str, Any]:
    return {"name": item[0], "options": item[1], "price_minor": item[2]}


def _variant(session: Session, item: Item) -> str:
    name, options, price = item
    variant_id = f"{name} {' '.join(options.values())}"
    if session.get(Product, name) is None:
        session.add(Product(id=name, sequence=0, name=name))
    if session.get(Variant, variant_id) is None:
        fields = {"options": options, "price_minor": price, "currency": "USD", "available": True}
        session.add(Variant(id=variant_id, product_id=name, position=0, **fields))
    session.flush()
    return variant_id


@pytest.fixture
def session(db: Database) -> Iterator[Session]:
    """Ada's orders: four with dates, from March to yesterday; and one of Bob's."""
    with db.transaction() as session:
        small.customer(session)
        small.customer(session, "bob")
        march = datetime(2026, 3, 10, 15, tzinfo=UTC)
        buy(session, "#W1", [BLUE, MUG], march)
        buy(session, "#W2", [BLACK, DESK], datetime(2026, 9, 1, tzinfo=UTC))
        buy(session, "#W3", [FLOOR], datetime(2026, 11, 10, tzinfo=UTC))
        # late in the evening in New York, the next day in UTC
        buy(session, "#W4", [MUG], datetime(2026, 11, 20, 3, tzinfo=UTC), PENDING)
        buy(session, "#W9", [BLUE], march, customer_id="bob")
        yield session


def pick(session: Session, marked: str, **more: Any) -> Picked:
    mentions, text = heard(marked)
    return orders.pick(session, "ada", mentions, text, NOW, ZONE, **more)


def ids(session: Session, marked: str, **more: Any) -> list[str]:
    return [order.id for order in pick(session, marked, **more).orders]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("{order_id:#w2}", ["#W2"]),
        ("{order_id:#W2} and {order_id:#W3}", ["#W2", "#W3"]),
        ("my {order_pick:latest|last order}", ["#W4"]),
        ("my {order_pick:oldest} order", ["#W1"]),
        ("{ordinal:2|second} {order_pick:latest|last} order", ["#W3"]),
        ("my {ordinal:1|first} order", ["#W1"]),
        ("my {product:Desk Lamp|desk lamp}", ["#W2"]),
        ("the {product:lamp}", ["#W3", "#W2"]),
        ("the {product:lamps}", ["#W3", "#W2"]),
        ("my {product:Rain Jacket|jacket}", ["#W2", "#W1"]),
        ("the {option:blue} {product:Rain Jacket|jacket}", ["#W1"]),
        ("the {product:Rain Jacket|jacket} in {option:black}", ["#W2"]),
        ("the {option:green} {product:Rain Jacket|jacket}", []),
        ("the {option:blue} one", ["#W4", "#W1"]),
        ("the {product:Stoneware Mug|mug} from {date:march}", ["#W1"]),
        ("the {product:Stoneware Mug|mug} from {date:yesterday}", ["#W4"]),
        ("the {order_pick:latest|last} one with the {product:Stoneware Mug|mug}", ["#W4"]),
        ("the order from {date:last week}", ["#W3"]),
        ("the order from {date:may}", []),
        ("the one for ${amount:139.00}", ["#W3"]),
        ("the ${amount:164.00} order", ["#W1"]),
        ("the {product:Rain Jacket|jacket} and the {product:Stoneware Mug|mug}", ["#W1"]),
        ("the {product:Floor Lamp|floor lamp} and the {product:Desk Lamp|desk lamp}", ["#W3", "#W2"]),
        ("the {product:Bath Towel|towel}", []),
        ("swap the {option:blue} {product:Rain Jacket|jacket} for a {option:black} one", ["#W1"]),
        ("I want the {product:Floor Lamp|floor lamp} in {option:white}", ["#W3"]),
        ("the {product:Floor Lamp|floor lamp}, not the {product:Desk Lamp|desk lamp}", ["#W3"]),
    ],
)
def test_what_is_meant(session: Session, said: str, meant: list[str]) -> None:
    picked = pick(session, said)
    assert [order.id for order in picked.orders] == meant
    assert picked.asked and not picked.undated and picked.missing is None


def test_anothers_order_and_none_are_alike(session: Session) -> None:
    for number in ("#W9", "#W77"):
        picked = pick(session, f"return {{order_id:{number}}}")
        assert picked == Picked((), True, missing=number)
    assert ids(session, "the {product:Rain Jacket|jacket}", among=["#W9"]) == []


def test_one_that_is_there_comes_out_beside_one_that_is_not(session: Session) -> None:
    picked = pick(session, "{order_id:#W1} or {order_id:w78}")
    assert [order.id for order in picked.orders] == ["#W1"]
    assert picked.missing == "#W78"


def test_nothing_said_is_all_that_may_be(session: Session) -> None:
    assert ids(session, "I want to return something", statuses=[DELIVERED]) == ["#W3", "#W2", "#W1"]
    picked = pick(session, "cancel it", statuses=[PENDING])
    assert [order.id for order in picked.orders] == ["#W4"] and not picked.asked
    assert ids(session, "exchange it", statuses=["processed"]) == []


def test_states_prefer_and_do_not_hide(session: Session) -> None:
    mug = "the {product:Stoneware Mug|mug}"
    assert ids(session, mug, statuses=[DELIVERED]) == ["#W1"]
    assert ids(session, mug, statuses=["processed"]) == ["#W4", "#W1"]
    # an older one in place of the latest would be a guess
    assert ids(session, "return my {order_pick:latest|last} order", statuses=[DELIVERED]) == ["#W4"]


def test_among_those_offered(session: Session) -> None:
    offered = ["#W2", "#W1"]
    assert ids(session, "the {ordinal:2|second} one", among=offered) == ["#W1"]
    assert ids(session, "the {order_pick:latest}", among=offered) == ["#W2"]
    assert ids(session, "the {order_pick:oldest}", among=offered) == ["#W1"]
    assert ids(session, "the {option:blue} one", among=offered) == ["#W1"]
    assert ids(session, "the {product:Floor Lamp|floor lamp}", among=offered) == []
    assert ids(session, "the {ordinal:5|fifth}", among=offered) == []


def test_from_the_one_spoken_of(session: Session) -> None:
    assert ids(session, "{order_pick:previous|the one before that}", current="#W3") == ["#W2"]
    assert ids(session, "no, the {order_pick:other|other order}", current="#W3", among=["#W3", "#W2"]) == ["#W2"]
    assert ids(session, "the {order_pick:other|other order}", current="#W3", statuses=[DELIVERED]) == ["#W2", "#W1"]
    assert ids(session, "{order_pick:previous|the one before that}", current="#W1") == []


def test_by_the_day_it_came(session: Session) -> None:
    order = session.get_one(Order, "#W2")
    order.delivered_at = NOW - timedelta(days=2)
    session.flush()
    assert ids(session, "it came on {date:wednesday}") == ["#W2"]


def test_names_in_capitals_and_other_scripts(session: Session) -> None:
    buy(session, "#W5", [("Café Tisch Größe", {}, 900), ("BOOKSHELVES", {}, 700)], NOW)
    assert ids(session, "{product:Café Tisch Größe}") == ["#W5"]
    assert ids(session, "the {product:bookshelf}") == ["#W5"]


def test_without_dates_the_order_of_the_file_decides_and_date_words_ask(db: Database) -> None:
    with db.transaction() as session:
        small.customer(session)
        for place, item in enumerate((BLUE, MUG, BLACK)):
            buy(session, f"#W{place}", [item], None, sequence=place)
        assert ids(session, "my {order_pick:latest|last order}") == ["#W2"]
        assert ids(session, "my {ordinal:1|first} order") == ["#W0"]
        picked = pick(session, "my {product:Rain Jacket|jacket} from {date:march}")
        assert [order.id for order in picked.orders] == ["#W2", "#W0"] and picked.undated
