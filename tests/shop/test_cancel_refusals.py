"""What cannot be cancelled: planned or agreed to too late, by somebody else, or in another state."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shop import operations, order_states, plans
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, NotFound, Refusal, Unauthorised
from shop.identity import Identity, Proof
from shop.models import PENDING, STATUSES, Order
from shop.operations import cancel
from shop.records import PlanRow
from tests.shop import small
from tests.shop.cancelling import ID, REASON, rows, shop
from tests.shop.small import NOW


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
