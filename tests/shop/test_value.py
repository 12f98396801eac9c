from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from shop import value
from shop.ground.db import Database
from tests.shop import small
from tests.shop.small import NOW


def buyers(session: Session, count: int, days_ago: int = 10) -> None:
    """c1 spent $1, c2 spent $2, and so on."""
    small.catalogue(session)
    for number in range(1, count + 1):
        small.customer(session, f"c{number}")
        moves = (("payment", 100 * number, "card"),)
        small.order(session, f"#W{number}", f"c{number}", moves=moves, placed_at=NOW - timedelta(days=days_ago))


def tier_names(session: Session, count: int) -> list[str]:
    return [value.tier(session, f"c{number}", NOW).name for number in range(count, 0, -1)]


def test_the_top_five_percent_are_gold_and_the_top_twenty_silver(db: Database) -> None:
    with db.transaction() as session:
        buyers(session, 40)
        assert tier_names(session, 40) == ["gold"] * 2 + ["silver"] * 6 + ["standard"] * 32
        assert value.customers_of(session, "gold", NOW) == ["c40", "c39"]
        assert value.customers_of(session, "silver", NOW) == ["c38", "c37", "c36", "c35", "c34", "c33"]


def test_the_best_of_a_small_shop_is_gold(db: Database) -> None:
    with db.transaction() as session:
        buyers(session, 3)
        assert tier_names(session, 3) == ["gold", "standard", "standard"]


def test_why_is_said_in_words(db: Database) -> None:
    with db.transaction() as session:
        buyers(session, 40)
        assert value.tier(session, "c40", NOW).why == (
            "$40.00 spent in the last 12 months: number 1 of 40 customers who bought, among the top 5 %"
        )
        assert value.tier(session, "nobody", NOW) == value.Tier("standard", "Nothing bought in the last 12 months")


def test_the_same_spend_is_the_same_rank(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        for number in range(1, 5):
            small.customer(session, f"c{number}")
            small.order(session, f"#W{number}", f"c{number}")
        assert tier_names(session, 4) == ["gold"] * 4


def test_what_was_refunded_or_is_older_than_a_year_does_not_count(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        for name in ("refunded", "old", "undated"):
            small.customer(session, name)
        small.order(session, "#W1", "refunded", moves=(("payment", 7500, "card"), ("refund", 7500, "card")))
        small.order(session, "#W2", "old", placed_at=NOW - value.PERIOD)
        small.order(session, "#W3", "undated", placed_at=None)
        assert value.customers_of(session, "gold", NOW) == ["undated"]
        assert value.tier(session, "old", NOW).name == value.tier(session, "refunded", NOW).name == "standard"


def test_in_a_large_shop_everybodys_spend_is_added_up_once_in_some_minutes(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The own spend is that of this moment."""
    monkeypatch.setattr(value, "LARGE", 1)
    with db.transaction() as session:
        buyers(session, 40)
        small.order(session, "#W99", "c1", moves=(("payment", 1, "card"),), sequence=1)
        assert value.tier(session, "c1", NOW).name == "standard"
        small.order(session, "#W100", "c1", moves=(("payment", 10_000, "card"),), sequence=2)
        small.order(session, "#W101", "c2", moves=(("payment", 20_000, "card"),), sequence=3)
        assert "number 1 of 40" in value.tier(session, "c1", NOW).why
        assert "number 2 of 40" in value.tier(session, "c1", NOW + value.OLD).why


def test_a_tier_is_read_from_one_index(sqlite_db: Database) -> None:
    """The whole shop's spend without touching an order: what keeps a shop of 100,000 orders quick."""
    with sqlite_db.transaction() as session:
        query = value._spend(NOW).compile(session.connection(), compile_kwargs={"literal_binds": True})
        steps = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {query}"))]
    assert any("COVERING INDEX ix_orders_customer" in step for step in steps), steps
