"""What a bot turn asks of the database goes over indexes: a shop of 100,000 orders is as quick as one of 1,000."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import hot, plans
from bench.hot import Turn
from shop import value
from shop.ground.db import Database
from shop.models import DELIVERED, Order, Variant
from tests.shop import small
from tests.shop.small import NOW

PENDING, DONE = "#W1000001", "#W1000002"
Run = Callable[[Callable[[Turn], None]], tuple[int, list[str]]]


@pytest.fixture
def turn(db: Database, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs one, and tells how many statements it made and which of their steps scan."""
    monkeypatch.setattr(value, "LARGE", 0)  # as in a large shop

    def run(does: Callable[[Turn], None]) -> tuple[int, list[str]]:
        with db.transaction() as session:
            _shop(session)
            made = Turn(session, small.proved(session), PENDING, DONE, NOW)
            value.tier(session, "ada", NOW)  # the one pass in some minutes
            with plans.recorded(session) as statements:
                does(made)
            return len(statements), [step for one in statements.values() for step in plans.scans(session, one)]

    return run


def _shop(session: Session) -> None:
    small.catalogue(session)
    price = {"price_minor": 1800, "currency": "USD", "available": True}
    session.add(Variant(id="V-mug-red", product_id="P-Mug", position=1, options={"color": "red"}, **price))
    small.customer(session, phone="+16175550123")
    small.order(session, PENDING)
    done = small.order(session, DONE, status=DELIVERED, sequence=1)
    done.delivered_at = NOW - timedelta(days=3)
    session.flush()


@pytest.mark.parametrize("does", hot.TURNS, ids=lambda does: does.__name__)
def test_no_turn_goes_through_a_whole_table(turn: Run, does: Callable[[Turn], None]) -> None:
    statements, scans = turn(does)
    assert statements and scans == []


def test_a_scan_would_be_seen(db: Database) -> None:
    with db.transaction() as session:
        _shop(session)
        with plans.recorded(session) as statements:
            session.scalars(select(Order.id).where(Order.cancel_reason == "x")).all()
            session.scalars(select(Order.id).where(Order.customer_id == "x")).all()
        assert [len(plans.scans(session, one)) for one in statements.values()] == [1, 0]
