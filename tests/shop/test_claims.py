"""A claim finds a customer or nobody, and nobody can tell which: the same answer, the same statements, the same budgets."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from shop import claims, codes, identity, policy
from shop.claims import Claim
from shop.codes import Verdict
from shop.ground.db import Database
from shop.ground.errors import BadInput
from shop.identity import Proof
from shop.models import Customer
from shop.records import ChallengeRow
from tests.shop import small
from tests.shop.asking import ADA, NOBODY, announced, claimed, says
from tests.shop.claiming import FOUND, bombed, shop
from tests.shop.small import NOW

PHONE = "+16175550101"
TRIES = policy.current().codes.tries
NOT_FOUND = {
    "no such e-mail": NOBODY,
    "no such name": Claim(first="Eve", last="Byron", zip="02134"),
    "another zip": Claim(first="Ada", last="Byron", zip="99999"),
    "no such order": Claim(order_id="#W9999999"),
    "another's order": Claim(email="ada@example.com", order_id="#W2000002"),
    "another's name": Claim(email="ada@example.com", first="Bob", last="Byron", zip="02134"),
}


@pytest.mark.parametrize("case", FOUND)
def test_who_is_found_gets_a_code(db: Database, case: str) -> None:
    with db.transaction() as session:
        shop(session)
        issued = claimed(session, FOUND[case])
        assert issued and (issued.contact.address, issued.operation) == ("Ada@Example.com", "claim")
        assert identity.of(session, "c1").customer_id is None
        verdict = says(session, issued.code)
        assert verdict and verdict.customer_id == "ada"
        assert identity.of(session, "c1").level == Proof.CODE


@pytest.mark.parametrize("case", NOT_FOUND)
def test_who_is_not_found_is_asked_for_a_code_that_nothing_fits(sqlite_db: Database, case: str) -> None:
    with sqlite_db.transaction() as session:
        shop(session)
        assert claimed(session, NOT_FOUND[case]) is None
        row = session.scalars(select(ChallengeRow)).one()
        assert (row.customer_id, row.contact) == (None, None)
        for left in reversed(range(TRIES)):
            assert says(session, f"{left:06}") == Verdict(why="wrong", tries_left=left)


@pytest.mark.parametrize(
    "claim", [Claim(), Claim(first="Ada", last="Byron"), Claim(email=" "), Claim(zip="02134", last="Byron")]
)
def test_too_little_is_not_looked_for(sqlite_db: Database, claim: Claim) -> None:
    with sqlite_db.transaction() as session:
        with pytest.raises(BadInput) as refusal:
            codes.open_for_claim(session, "c1", claim, "c1:1", NOW)
        assert refusal.value.code == "claim_incomplete"


def test_of_two_who_share_it_nobody_is_meant(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        shop(session)
        session.get_one(Customer, "bob").email_key = "ada@example.com"
        session.flush()
        assert claims.find(session, ADA) is None
        assert claims.find(session, Claim(email="ada@example.com", first="Bob")) == "bob"


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def bound_to_bob(session: Session) -> None:
    identity.prove(session, "c1", "bob", Proof.SIGNED, "token", NOW)


def fresh(session: Session) -> None:
    session.get_one(Customer, "ada").email_changed_at = NOW
    session.flush()


BEFORE = {"anybody": lambda session: None, "bombed": bombed, "fresh contact": fresh}


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize(
    ("found", "other"),
    [("an e-mail in any case", "no such e-mail"), ("names and zip", "no such name"), ("names and zip", "another zip"),
     ("an order", "no such order"), ("an order with its e-mail", "another's order")],
)  # fmt: skip
def test_found_or_not_is_the_same_work_and_the_same_answer(db: Database, found: str, other: str, before: str) -> None:
    asked: list[list[str]] = []
    answers = []
    for claim in (FOUND[found], NOT_FOUND[other]):
        with db.transaction() as session:
            if not asked:
                shop(session)
                BEFORE[before](session)
        conversation = f"c{len(asked)}"
        with statements(db) as noted, db.transaction() as session:
            challenge = codes.open_for_claim(session, conversation, claim, f"{conversation}:1", NOW)
        answers.append((challenge.kind, challenge.hint, len(challenge.id)))
        with statements(db) as later, db.transaction() as session:
            codes.announce(session, challenge.id, conversation, NOW)
            codes.check(session, b"k", conversation, "000000", NOW)
        asked.append(noted + later)
    assert answers[0] == answers[1] == (None, None, 16)
    assert asked[0] == asked[1]


def test_a_conversation_stays_its_customer_s(db: Database) -> None:
    with db.transaction() as session:
        shop(session)
        bound_to_bob(session)
        assert claimed(session, ADA) is None
        assert says(session, "000000") == Verdict(why="wrong", tries_left=TRIES - 1)
        assert claimed(session, Claim(email="bob@example.com"), "c1:2") is not None


def test_who_became_somebody_else_meanwhile_is_not_proved(db: Database) -> None:
    with db.transaction() as session:
        shop(session)
        issued = claimed(session)
        bound_to_bob(session)
        assert issued
        assert says(session, issued.code) == Verdict(why="wrong", tries_left=TRIES - 1)
        assert identity.of(session, "c1").customer_id == "bob"


def test_a_customer_who_is_gone_meanwhile_is_not_proved(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        row = small.customer(session)
        issued = claimed(session)
        for method in row.methods:
            session.delete(method)
        session.delete(row)
        session.flush()
        assert issued
        assert says(session, issued.code) == Verdict(why="wrong", tries_left=TRIES - 1)


def test_by_text_the_number_in_use_gets_no_code(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        row = small.customer(session, phone=PHONE)
        row.email = ""
        challenge = codes.open_for_claim(session, "c1", ADA, "c1:1", NOW)
        assert announced(session, challenge, in_use=[PHONE]) is None
        issued = announced(session, challenge, in_use=["+16175550199"])
        assert issued and (issued.contact.kind, issued.contact.address) == ("sms", PHONE)
