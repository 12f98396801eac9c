"""Cancelling an order: the plan, the yes, the receipt; and everything that must not happen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop import identity, operations, order_states, orders, plans, receipts
from shop.ground.db import Base, Database
from shop.ground.errors import BadInput, Conflict, NotFound, Refusal, Unauthorised
from shop.ground.jobs import Job
from shop.identity import Identity, Proof
from shop.models import CANCELLED, PENDING, STATUSES, Order, Payment, PaymentMethod
from shop.operations import cancel
from shop.records import PlanRow, ReceiptRow
from tests.shop import small
from tests.shop.small import NOW

REASON = "no longer needed"
ID = "#W1000001"


def shop(session: Session, **order: Any) -> Identity:
    small.catalogue(session)
    small.customer(session)
    small.order(session, **order)
    return small.proved(session)


def rows(session: Session) -> dict[str, list[Any]]:
    """All that stands in the database."""
    session.flush()
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in Base.metadata.sorted_tables}


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


@pytest.mark.parametrize("status", STATUSES)
def test_only_pending_orders_can_be_cancelled(sqlite_db: Database, status: str) -> None:
    with sqlite_db.transaction() as session:
        who = shop(session, status=status)
        if status == PENDING:
            assert cancel.prepare(session, who, ID, REASON, "c1:1", NOW).order_id == ID
            return
        before = rows(session)
        with pytest.raises(Conflict) as refused:
            cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        assert refused.value.message == order_states.why_not(status, order_states.CANCEL)
        assert rows(session) == before


def test_the_state_table_names_every_state() -> None:
    assert set(order_states.ALLOWED) == set(order_states.WORDS) == set(STATUSES)
    assert order_states.allowing(order_states.CANCEL) == [PENDING]


@pytest.mark.parametrize("status", [status for status in STATUSES if status != PENDING])
def test_a_state_that_changed_after_the_plan_refuses(sqlite_db: Database, status: str) -> None:
    with sqlite_db.transaction() as session:
        who = shop(session)
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        session.get_one(Order, ID).status = status
        before = rows(session)
        with pytest.raises(Conflict) as refused:
            operations.commit(session, who, plan.id, "c1:3", NOW)
        assert refused.value.code == "plan_void"
        assert rows(session) == before


def refused_commits() -> dict[str, tuple[type[Refusal], Any]]:
    """What must be refused: (how, what was done to the plan, the identity and the time before the yes)."""
    ten = timedelta(minutes=10)

    def drop(session: Session, who: Identity, plan: plans.Plan) -> tuple[Identity, Any]:
        plans.drop(session, who, plan.id, NOW)
        return who, NOW

    def forge(session: Session, who: Identity, plan: plans.Plan) -> tuple[Identity, Any]:
        session.get_one(PlanRow, plan.id).lines = ["Everything is free."]
        return who, NOW

    def change(session: Session, who: Identity, plan: plans.Plan) -> tuple[Identity, Any]:
        session.get_one(Order, ID).cancel_reason = "touched"
        return who, NOW

    def another(session: Session, who: Identity, plan: plans.Plan) -> tuple[Identity, Any]:
        small.customer(session, "bob")
        return small.proved(session, "bob", "c2"), NOW

    return {
        "expired": (Conflict, lambda session, who, plan: (who, NOW + ten)),
        "dropped": (Conflict, drop),
        "forged": (Conflict, forge),
        "order changed": (Conflict, change),
        "another customer": (NotFound, another),
        "another conversation": (NotFound, lambda session, who, plan: (small.proved(session, conversation="c2"), NOW)),
        "no proof": (Unauthorised, lambda session, who, plan: (Identity("c1"), NOW)),
    }


@pytest.mark.parametrize("name", refused_commits())
def test_a_refused_yes_changes_nothing(db: Database, name: str) -> None:
    error, prepare = refused_commits()[name]
    with db.transaction() as session:
        who = shop(session)
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        who, moment = prepare(session, who, plan)
        before = rows(session)
        with pytest.raises(error):
            operations.commit(session, who, plan.id, "c1:3", moment)
        assert rows(session) == before


def test_just_in_time_is_in_time(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session)
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        almost = NOW + timedelta(minutes=10) - timedelta(microseconds=1)
        assert operations.commit(session, who, plan.id, "c1:3", almost).order_id == ID


def test_what_cannot_be_planned(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session)
        small.customer(session, "bob")
        other = small.proved(session, "bob", "c2")
        before = rows(session)
        for asker, order_id, reason, error in (
            (who, ID, "because", BadInput),
            (who, "#W9999999", REASON, NotFound),
            (other, ID, REASON, NotFound),
            (Identity("c3"), ID, REASON, Unauthorised),
        ):
            with pytest.raises(error):
                cancel.prepare(session, asker, order_id, reason, "c1:1", NOW)
        assert rows(session) == before


def test_dropping_anothers_plan_leaves_it(db: Database) -> None:
    with db.transaction() as session:
        who = shop(session)
        plan = cancel.prepare(session, who, ID, REASON, "c1:1", NOW)
        plans.drop(session, Identity("c2", "bob", Proof.SIGNED), plan.id, NOW)
        assert operations.commit(session, who, plan.id, "c1:3", NOW)


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
