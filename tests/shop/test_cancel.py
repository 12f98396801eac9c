"""Cancelling an order: the plan, the yes, the receipt; and everything that must not happen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop import identity, operations, orders, plans, receipts
from shop.ground.db import Database
from shop.ground.errors import Conflict
from shop.ground.jobs import Job
from shop.models import CANCELLED, PENDING, Order, Payment, PaymentMethod
from shop.operations import cancel
from shop.records import PlanRow, ReceiptRow
from tests.shop import small
from tests.shop.cancelling import ID, REASON, rows, shop
from tests.shop.small import NOW


def test_a_plan_says_what_will_happen_and_changes_nothing(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session, moves=(("payment", 6500, "card"), ("payment", 1000, "gift")))
        plan = cancel.prepare(session, who, "w1000001", REASON, "c1:1", NOW)
        assert plan.lines == (
            "Order #W1000001 will be cancelled as a whole: Mug (blue) and Desk Lamp (brass).",
            "$65.00 goes back to your Visa ending in 1234, within 5 to 7 business days.",
            "$10.00 goes back to your gift card, immediately.",
        )
        assert plan.expires_at == NOW + timedelta(minutes=10)
        order = session.get_one(Order, ID)
        assert (order.status, order.version, order.paid_minor) == (PENDING, 1, 7500)


def test_a_yes_cancels_refunds_and_writes_the_receipt(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session, moves=(("payment", 6500, "card"), ("payment", 1000, "gift")))
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        receipt = operations.commit(session, who, plan.id, "c1:3", NOW)
        order = session.get_one(Order, ID)
        assert (order.status, order.cancelled_at, order.cancel_reason, order.paid_minor) == (CANCELLED, NOW, REASON, 0)
        assert order.version > 1
        refunds = [(p.amount_minor, p.method_id, p.at) for p in order.payments if p.kind == "refund"]
        assert refunds == [(6500, "card", NOW), (1000, "gift", NOW)]
        session.expire_all()
        assert session.get_one(PaymentMethod, ("ada", "gift")).balance_minor == 2000
        assert receipt.lines == (
            "Order #W1000001 is cancelled: Mug (blue) and Desk Lamp (brass).",
            "$65.00 goes back to your Visa ending in 1234, within 5 to 7 business days.",
            "$10.00 is back on your gift card.",
        )
        assert receipts.of_message(session, "c1", "c1:3") == [receipt]
        assert receipts.of_message(session, "c2", "c1:3") == []
        assert receipts.of_conversation(session, "c1") == [receipt]


def test_the_mail_is_owed_with_the_receipt(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session)
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        receipt = operations.commit(session, who, plan.id, "c1:3", NOW)
        job = session.scalars(select(Job)).one()
        assert (job.kind, job.key) == ("send_mail", f"receipt:{receipt.number}")
        assert set(job.payload) == {"to", "subject", "text"}
        assert job.payload["to"] == "Ada@Example.com"
        assert receipt.number in job.payload["subject"] and "$75.00" in job.payload["text"]


def test_the_same_yes_twice_is_one_effect_and_the_same_receipt(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session)
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        first = operations.commit(session, who, plan.id, "c1:3", NOW)
        before = rows(session)
        long_after = NOW + timedelta(days=1)
        assert operations.commit(session, who, plan.id, "c1:3", NOW) == first
        assert operations.commit(session, who, plan.id, "c1:9", long_after) == first
        assert rows(session) == before


def test_parallel_yeses_are_one_effect(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session, moves=(("payment", 7500, "gift"),))
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)

    def commit(_: int) -> str:
        with db.transaction() as session:
            return operations.commit(session, identity.of(session, "c1"), plan.id, "c1:3", NOW).number

    with ThreadPoolExecutor(8) as threads:
        numbers = set(threads.map(commit, range(24)))
    with db.transaction() as session:
        assert len(numbers) == 1
        assert session.scalar(select(func.count()).select_from(ReceiptRow)) == 1
        assert session.scalar(select(func.count()).select_from(Job)) == 1
        assert session.scalar(select(func.count()).where(Payment.kind == "refund")) == 1
        assert session.get_one(PaymentMethod, ("ada", "gift")).balance_minor == 1000 + 7500


def test_two_plans_for_one_order_only_one_is_carried_out(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session)
        made = [cancel.prepare(session, who, ID, REASON, f"c1:{seq}", NOW) for seq in (1, 2)]

    def commit(plan: plans.Plan) -> str:
        try:
            with db.transaction() as session:
                operations.commit(session, identity.of(session, "c1"), plan.id, "c1:3", NOW)
        except Conflict as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(commit, made)) == ["done", "plan_void"]


def test_the_same_message_makes_one_plan(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session)
        first = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        assert cancel.prepare(session, who, ID, REASON, "c1:1", NOW + timedelta(seconds=5)) == first
        assert session.scalar(select(func.count()).select_from(PlanRow)) == 1


methods = st.sampled_from(["card", "paypal", "gift", "unknown"])


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, int, str]]:
    """Payments, and refunds that never make a method's balance negative nor exceed what was paid."""
    moves: list[tuple[str, int, str]] = []
    for _ in range(draw(st.integers(0, 5))):
        moves.append(("payment", draw(st.integers(0, 500_000)), draw(methods)))
        back = sum(amount if kind == "payment" else -amount for kind, amount, _ in moves)
        if draw(st.booleans()):
            moves.append(("refund", draw(st.integers(0, back)), draw(methods)))
    return moves


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(moves=histories(), balance=st.integers(0, 100_000))
def test_money_is_conserved_to_the_cent(db: Database, moves: list[tuple[str, int, str]], balance: int) -> None:
    """Whatever was paid and refunded before: after cancelling the shop holds nothing, and no cent came from nowhere."""
    with Session(db.engine) as session:
        small.catalogue(session)
        small.customer(session, balance=balance)
        order = small.order(session, moves=moves)
        held = order.paid_minor
        who = small.proved(session)
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        receipt = operations.commit(session, who, plan.id, "c1:3", NOW)
        session.expire_all()
        new = order.payments[len(moves) :]
        assert all(payment.kind == "refund" and payment.amount_minor > 0 for payment in new)
        assert sum(payment.amount_minor for payment in new) == held
        assert order.paid_minor == 0
        to_gift = sum(payment.amount_minor for payment in new if payment.method_id == "gift")
        assert session.get_one(PaymentMethod, ("ada", "gift")).balance_minor == balance + to_gift
        assert [amount["amount_minor"] for amount in receipt.amounts] == [payment.amount_minor for payment in new]
        assert plan.payload["amounts"] == list(receipt.amounts)
        paid_with = {method for kind, _, method in moves if kind == "payment"}
        assert {payment.method_id for payment in new} <= paid_with
        session.rollback()


def test_orders_are_seen_with_what_was_done(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session)
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        operations.commit(session, who, plan.id, "c1:3", NOW)
        order = orders.find(session, "ada", ID)
        assert order is not None and [payment.kind for payment in order.payments] == ["payment", "refund"]
