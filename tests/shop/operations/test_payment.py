"""Another method of payment: the amount is paid anew and refunded to the old one, once."""

from typing import Any

import pytest

from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, NotFound, Refusal
from shop.models import PENDING, Order, PaymentMethod
from shop.operations import payment
from tests.shop.operations import acting
from tests.shop.operations.acting import ID
from tests.shop.small import NOW


def test_a_new_payment_and_a_refund_of_the_old(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session)
        plan = payment.prepare(session, who, ID, "paypal", "c1:1", NOW)
        assert plan.lines == (
            "Order #W1000001 will be paid with your PayPal: $75.00.",
            "$75.00 goes back to your Visa ending in 1234, within 5 to 7 business days.",
        )
        receipt = acting.commit(session, who, plan)
        assert acting.moves(session) == [
            ("payment", 7500, "card"),
            ("payment", 7500, "paypal"),
            ("refund", 7500, "card"),
        ]
        order = session.get_one(Order, ID)
        assert (order.status, order.paid_minor, order.version) == (PENDING, 7500, 2)
        assert receipt.changes == ({"what": "payment_method", "before": "Visa ending in 1234", "after": "PayPal"},)
        assert [(one["kind"], one["amount_minor"], one["method_id"]) for one in receipt.amounts] == [
            ("payment", 7500, "paypal"),
            ("refund", 7500, "card"),
        ]


def test_from_a_gift_card_it_is_back_at_once(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, moves=(("payment", 7500, "gift"),), balance=5)
        plan = payment.prepare(session, who, ID, "card", "c1:1", NOW)
        assert plan.lines[1] == "$75.00 goes back to your gift card, immediately."
        assert acting.commit(session, who, plan).lines[1] == "$75.00 is back on your gift card."
        assert acting.balance(session) == 7505


@pytest.mark.parametrize("balance", [7500, 7501])
def test_a_gift_card_that_covers_it(sqlite_db: Database, balance: int) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, balance=balance)
        assert [one.id for one in payment.methods(session, "ada", ID)] == ["paypal", "gift"]
        acting.commit(session, who, payment.prepare(session, who, ID, "gift", "c1:1", NOW))
        assert acting.balance(session) == balance - 7500


def test_a_gift_card_that_does_not(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, balance=7499)
        assert [one.id for one in payment.methods(session, "ada", ID)] == ["paypal"]
        with pytest.raises(Conflict) as refused:
            payment.prepare(session, who, ID, "gift", "c1:1", NOW)
        assert refused.value.code == "gift_card_short"
        assert refused.value.message == (
            "Your gift card has $74.99, which does not cover $75.00. Another of your payment methods can."
        )


def test_a_gift_card_that_was_spent_after_the_plan(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session, balance=7500)
        plan = payment.prepare(session, who, ID, "gift", "c1:1", NOW)
        session.get_one(PaymentMethod, ("ada", "gift")).balance_minor = 7499
        before = acting.rows(session)
        with pytest.raises(Conflict):
            acting.commit(session, who, plan)
        assert acting.rows(session) == before


def test_it_can_be_done_once(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        acting.commit(session, who, payment.prepare(session, who, ID, "paypal", "c1:1", NOW))
        with pytest.raises(Conflict) as refused:
            payment.prepare(session, who, ID, "card", "c1:3", NOW)
        assert refused.value.code == "one_payment"
        assert refused.value.message.endswith("A person can look into it.")


def test_a_second_plan_is_void_after_the_first(db: Database) -> None:
    """Nothing in the order's own row changes, and yet its version does."""
    with db.transaction() as session:
        who = acting.shop(session, balance=7500)
        first = payment.prepare(session, who, ID, "paypal", "c1:1", NOW)
        second = payment.prepare(session, who, ID, "gift", "c1:2", NOW)
        acting.commit(session, who, first)
        with pytest.raises(Conflict) as refused:
            acting.commit(session, who, second)
        assert refused.value.code == "plan_void"


@pytest.mark.parametrize(
    ("method", "moves", "error", "code"),
    [
        ("card", (("payment", 7500, "card"),), BadInput, "method_same"),
        ("bobs", (("payment", 7500, "card"),), NotFound, "method"),
        ("nothing", (("payment", 7500, "card"),), NotFound, "method"),
        ("paypal", (("payment", 5000, "card"), ("payment", 2500, "gift")), Conflict, "one_payment"),
        ("paypal", (("payment", 7500, "card"), ("refund", 7500, "card")), Conflict, "one_payment"),
        ("paypal", (), Conflict, "one_payment"),
    ],
)
def test_what_is_refused(sqlite_db: Database, method: str, moves: Any, error: type[Refusal], code: str) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, moves=moves)
        acting.bobs_method(session)
        before = acting.rows(session)
        with pytest.raises(error) as refused:
            payment.prepare(session, who, ID, method, "c1:1", NOW)
        assert refused.value.code == code
        assert acting.rows(session) == before
