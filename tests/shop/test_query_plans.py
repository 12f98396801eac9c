"""What a bot turn asks of the database goes over indexes: a shop of 100,000 orders is as quick as one of 1,000."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import plans
from shop import catalogue, claims, codes, customers, identity, operations, orders, receipts, recommendations, value
from shop.claims import Claim
from shop.ground.db import Database
from shop.identity import Identity
from shop.models import DELIVERED, Address, Order, Variant
from shop.operations import account, address, cancel, exchange, items, payment, returns
from shop.operations.swaps import Swap
from shop.orders import OPEN
from shop.picking import orders as picking
from shop.picking.mentions import Mention
from shop.plans import Plan
from tests.shop import small
from tests.shop.asking import KEY
from tests.shop.small import NOW

ZONE = ZoneInfo("America/New_York")
NEW = Address("9 Elm Street", "", "Boston", "MA", "02135", "USA")
PENDING, DONE = "#W1000001", "#W1000002"


@dataclass
class Turn:
    """Ada, who has one order that is pending and one that was delivered long ago."""

    session: Session
    who: Identity

    def lines(self, order_id: str) -> list[int]:
        return [line.id for line in self.session.scalars(select(Order).where(Order.id == order_id)).one().lines]

    def swaps(self, order_id: str) -> list[Swap]:
        return [Swap(self.lines(order_id)[0], "V-mug-red")]

    def commits(self, plan: Plan) -> None:
        operations.commit(self.session, self.who, plan.id, "m2", NOW)


def _looks(turn: Turn) -> None:
    session = turn.session
    identity.of(session, "c1")
    customers.get(session, "ada")
    customers.methods(session, "ada")
    customers.by_phone(session, "+16175550123")
    orders.recent(session, "ada", 5, OPEN)
    orders.latest(session, "ada")
    orders.count(session, "ada", OPEN)
    orders.find(session, "ada", "w1000001")
    orders.some(session, "ada", [PENDING, DONE])
    orders.summaries(session, "ada")


def _looks_for_a_parcel(turn: Turn) -> None:
    orders.by_tracking(turn.session, "ada", "1Z999")


def _looks_for_refunds(turn: Turn) -> None:
    orders.with_refunds(turn.session, "ada", 5)


def _looks_for_receipts(turn: Turn) -> None:
    receipts.of_conversation(turn.session, "c1")
    receipts.of_message(turn.session, "c1", "m2")


def _picks_by_words(turn: Turn) -> None:
    text = "the blue mug from march"
    said = (Mention("product", "Mug", 9, 12), Mention("option_value", "blue", 4, 8), Mention("date", "march", 18, 23))
    picking.pick(turn.session, "ada", said, text, NOW, ZONE)


def _looks_at_products(turn: Turn) -> None:
    catalogue.products(turn.session)
    catalogue.variants(turn.session, "P-Mug")


def _asks_what_goes_with_it(turn: Turn) -> None:
    recommendations.suggest(turn.session, ["P-Mug"], "ada")
    recommendations.stopped_at(turn.session, "ada")


def _is_worth(turn: Turn) -> None:
    value.tier(turn.session, "ada", NOW)


def _claims(turn: Turn) -> None:
    for claim in (
        Claim(email="ada@example.com"),
        Claim(first="Ada", last="Byron", zip="02134"),
        Claim(email="ada@example.com", order_id=PENDING),
        Claim(order_id=PENDING),
    ):
        claims.find(turn.session, claim)


def _proves_with_a_code(turn: Turn) -> None:
    challenge = codes.open_for_claim(turn.session, "c9", Claim(email="ada@example.com"), "c9:1", NOW)
    codes.announce(turn.session, challenge.id, "c9", NOW)
    issued = codes.issue_code(turn.session, KEY, challenge.id, NOW)
    assert issued is not None
    codes.check(turn.session, KEY, "c9", issued.code, NOW)


def _asks_for_a_code(turn: Turn) -> None:
    plan = cancel.prepare(turn.session, turn.who, PENDING, "no longer needed", "m1", NOW)
    codes.open_for_plan(turn.session, turn.who, plan.id, "m1", NOW)


def _cancels(turn: Turn) -> None:
    turn.commits(cancel.prepare(turn.session, turn.who, PENDING, "no longer needed", "m1", NOW))


def _changes_the_address(turn: Turn) -> None:
    turn.commits(address.prepare(turn.session, turn.who, PENDING, NEW, "m1", NOW))


def _changes_the_payment(turn: Turn) -> None:
    payment.methods(turn.session, "ada", PENDING)
    turn.commits(payment.prepare(turn.session, turn.who, PENDING, "paypal", "m1", NOW))


def _changes_items(turn: Turn) -> None:
    swaps = turn.swaps(PENDING)
    items.methods(turn.session, "ada", PENDING, swaps)
    turn.commits(items.prepare(turn.session, turn.who, PENDING, swaps, "card", "m1", NOW))


def _returns(turn: Turn) -> None:
    returns.methods(turn.session, "ada", DONE)
    turn.commits(returns.prepare(turn.session, turn.who, DONE, turn.lines(DONE)[:1], "card", "m1", NOW))


def _exchanges(turn: Turn) -> None:
    turn.commits(exchange.prepare(turn.session, turn.who, DONE, turn.swaps(DONE), "card", "m1", NOW))


def _changes_the_account(turn: Turn) -> None:
    turn.commits(account.prepare(turn.session, turn.who, NEW, [PENDING], "m1", NOW))


TURNS: list[Callable[[Turn], None]] = [
    _looks,
    _looks_for_a_parcel,
    _looks_for_refunds,
    _looks_for_receipts,
    _looks_at_products,
    _picks_by_words,
    _asks_what_goes_with_it,
    _is_worth,
    _claims,
    _proves_with_a_code,
    _asks_for_a_code,
    _cancels,
    _changes_the_address,
    _changes_the_payment,
    _changes_items,
    _returns,
    _exchanges,
    _changes_the_account,
]


@pytest.fixture
def turn(db: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Turn], None]], tuple[int, list[str]]]:
    """Runs one, and tells how many statements it made and which of their steps scan."""
    monkeypatch.setattr(value, "LARGE", 0)  # as in a large shop

    def run(does: Callable[[Turn], None]) -> tuple[int, list[str]]:
        with db.transaction() as session:
            _shop(session)
            made = Turn(session, small.proved(session))
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


@pytest.mark.parametrize("does", TURNS, ids=lambda does: does.__name__.strip("_"))
def test_no_turn_goes_through_a_whole_table(
    turn: Callable[[Callable[[Turn], None]], tuple[int, list[str]]], does: Callable[[Turn], None]
) -> None:
    statements, scans = turn(does)
    assert statements and scans == []


def test_a_scan_would_be_seen(db: Database) -> None:
    with db.transaction() as session:
        _shop(session)
        with plans.recorded(session) as statements:
            session.scalars(select(Order.id).where(Order.cancel_reason == "x")).all()
            session.scalars(select(Order.id).where(Order.customer_id == "x")).all()
        assert [len(plans.scans(session, one)) for one in statements.values()] == [1, 0]
