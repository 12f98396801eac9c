"""Which proof an operation needs: asked for at the yes, by the policy; the plan stays open until it is there."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from shop import identity, policy
from shop.ground.db import Database
from shop.ground.errors import Unauthorised
from shop.identity import Identity, Proof
from shop.models import DELIVERED, PENDING
from shop.operations import exchange, returns
from shop.plans import Plan
from tests.shop import small
from tests.shop.operations import acting
from tests.shop.operations.acting import ID, PREPARE
from tests.shop.small import NOW

STATE = {write: DELIVERED if write in ("return", "exchange") else PENDING for write in PREPARE}
BY_PHONE = ("cancel", "return", "exchange")


def elsewhere(session: Session, who: Identity, write: str) -> Plan:
    """A return or an exchange that another method settles than the order was paid with."""
    if write == "return":
        return returns.prepare(session, who, ID, acting.line_ids(session), "gift", "c1:1", NOW)
    return exchange.prepare(session, who, ID, acting.red(session), "paypal", "c1:1", NOW)


@pytest.mark.parametrize("write", PREPARE)
def test_planning_needs_a_proved_customer(sqlite_db: Database, write: str) -> None:
    with sqlite_db.transaction() as session:
        acting.shop(session, status=STATE[write])
        before = acting.rows(session)
        for nobody in (Identity("c1"), Identity("c1", "ada", Proof.NONE)):
            with pytest.raises(Unauthorised):
                PREPARE[write](session, nobody, "c1:1")
        assert acting.rows(session) == before


@pytest.mark.parametrize("write", PREPARE)
def test_a_text_from_the_number_on_file(db: Database, write: str) -> None:
    with db.transaction() as session:
        who = acting.shop(session, Proof.PHONE, status=STATE[write])
        plan = PREPARE[write](session, who, "c1:1")
        if write in BY_PHONE:
            assert acting.commit(session, who, plan)
            return
        before = acting.rows(session)
        with pytest.raises(Unauthorised) as refused:
            acting.commit(session, who, plan)
        assert refused.value.code == "needs_code"
        assert acting.rows(session) == before
        identity.prove(session, "c1", "ada", Proof.CODE, "ada@example.com", NOW)
        assert acting.commit(session, identity.of(session, "c1"), plan)


@pytest.mark.parametrize("write", PREPARE)
def test_the_shops_signature_is_enough(sqlite_db: Database, write: str) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, Proof.SIGNED, status=STATE[write])
        assert acting.commit(session, who, PREPARE[write](session, who, "c1:1"))


@pytest.mark.parametrize("write", ["return", "exchange"])
def test_settled_elsewhere_it_needs_a_code(sqlite_db: Database, write: str) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, Proof.PHONE, status=DELIVERED)
        plan = elsewhere(session, who, write)
        with pytest.raises(Unauthorised) as refused:
            acting.commit(session, who, plan)
        assert refused.value.code == "needs_code"
        identity.prove(session, "c1", "ada", Proof.CODE, "ada@example.com", NOW)
        assert acting.commit(session, identity.of(session, "c1"), plan)


@pytest.mark.parametrize(("minutes", "enough"), [(0, True), (29.99, True), (30, False), (90, False)])
def test_a_code_counts_for_half_an_hour(sqlite_db: Database, minutes: float, enough: bool) -> None:
    with sqlite_db.transaction() as session:
        acting.shop(session, Proof.PHONE)
        who = identity.prove(session, "c1", "ada", Proof.CODE, "x", NOW - timedelta(minutes=minutes))
        plan = PREPARE["address"](session, who, "c1:1")
        if enough:
            assert acting.commit(session, who, plan)
            return
        with pytest.raises(Unauthorised):
            acting.commit(session, who, plan)


def test_a_code_of_another_conversation_does_not_count(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, Proof.PHONE)
        small.proved(session, conversation="c2", level=Proof.CODE)
        plan = PREPARE["address"](session, who, "c1:1")
        with pytest.raises(Unauthorised):
            acting.commit(session, who, plan)


@pytest.mark.parametrize(
    ("needed", "level", "code"),
    [
        ("phone", Proof.PHONE, None),
        ("code", Proof.SIGNED, None),
        ("code_always", Proof.SIGNED, "needs_code"),
        ("code_always", Proof.CODE, None),
        ("signed", Proof.CODE, "needs_sign_in"),
        ("signed", Proof.SIGNED, None),
    ],
)
def test_the_policy_decides(sqlite_db: Database, needed: policy.Proof, level: Proof, code: str | None) -> None:
    own = policy.current().model_copy(update={"proofs": {**policy.current().proofs, "address": needed}})
    with policy.using(own), sqlite_db.transaction() as session:
        who = acting.shop(session, level)
        plan = PREPARE["address"](session, who, "c1:1")
        if code is None:
            assert acting.commit(session, who, plan)
            return
        with pytest.raises(Unauthorised) as refused:
            acting.commit(session, who, plan)
        assert refused.value.code == code


def test_a_receipt_says_who_did_it(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session)
        receipt = acting.commit(session, who, PREPARE["cancel"](session, who, "c1:1"), by="agent-7")
        assert receipt.by == "agent-7"
