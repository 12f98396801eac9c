"""A claim finds a customer or nobody, and nobody can tell which: the same answer, the same statements, the same budgets."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from shop import claims, codes, guesses, identity, policy
from shop.claims import Claim
from shop.codes import Verdict
from shop.ground.db import Database
from shop.ground.errors import BadInput, TooMany
from shop.identity import Proof
from shop.models import Customer
from shop.records import ChallengeRow, GuessRow
from tests.shop import small
from tests.shop.asking import ADA, NOBODY, announced, claimed, plan, says
from tests.shop.small import NOW

PHONE = "+16175550101"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
QUARTER_LIMIT = policy.current().guesses.per_15_minutes
DAY_LIMIT = policy.current().guesses.per_day
TRIES = policy.current().codes.tries


def shop(session: Session) -> None:
    small.catalogue(session)
    small.customer(session)
    small.customer(session, "bob")
    small.order(session)
    small.order(session, "#W2000002", "bob")


FOUND = {
    "an e-mail in any case": Claim(email=" ADA@Example.COM "),
    "names and zip": Claim(first="ADA", last=" byron ", zip="02134"),
    "an accent, and a longer zip": Claim(first="Áda", last="Byron", zip="02134-1234"),
    "an order": Claim(order_id="w1000001"),
    "an order with its e-mail": Claim(email="ada@example.com", order_id="#W1000001"),
    "everything": Claim("ada@example.com", "Ada", "Byron", "02134", "#W1000001"),
}
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


def bombed(session: Session) -> None:
    for number, claim in enumerate(list(FOUND.values())[:3]):
        assert claimed(session, claim, f"z{number}:1", f"z{number}")


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


def test_nobody_is_bombed_and_it_does_not_show(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        shop(session)
        bombed(session)
        assert claimed(session, FOUND["everything"], "z9:1", "z9") is None  # and no refusal tells that she exists
        plan(session)
        with pytest.raises(TooMany):
            codes.open_for_plan(session, small.proved(session), "plan", "c1:1", NOW)
        assert claimed(session, FOUND["everything"], "z10:1", "z10", NOW + 60 * MINUTE) is not None


def test_the_same_claim_again_and_again_is_refused_found_or_not(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        shop(session)
        words = set()
        for claim, conversation in ((ADA, "a"), (NOBODY, "b")):
            for number in range(3):
                claimed(session, claim, f"{conversation}:{number}", conversation)
            with pytest.raises(TooMany) as refusal:
                claimed(session, claim, f"{conversation}:9", conversation, NOW + MINUTE)
            words.add((refusal.value.message, refusal.value.code, refusal.value.retry_after_s))
        assert len(words) == 1


def test_slips_in_an_e_mail_cost_no_codes(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        shop(session)
        for number in range(QUARTER_LIMIT - 1):
            assert claimed(session, Claim(email=f"a{number}@example.com"), f"c1:{number}") is None
        assert claimed(session, ADA, "c1:9") is not None


ORDER = Claim(order_id="#W1000001")
TARGETS = {
    "order": lambda n: Claim(order_id="w1000001", email=f"{n}@example.com"),
    "e-mail": lambda n: Claim(email="Ada@example.com", order_id=f"#W7{n:06}"),
    "name": lambda n: Claim(first="Ada", last="Byron", zip="02134", order_id=f"#W7{n:06}"),
}


def test_guesses_from_one_conversation_and_from_one_address_have_a_budget(db: Database) -> None:
    with db.transaction() as session:
        for place in ({"conversation": "c1"}, {"address": "17"}):
            for number in range(QUARTER_LIMIT + 1):
                conversation = place.get("conversation", f"z{number}")
                claim = Claim(email=f"{number}-{place}@example.com")
                guess = (session, conversation, claim, f"{conversation}:{place}:{number}", NOW, place.get("address"))
                if number < QUARTER_LIMIT:
                    codes.open_for_claim(*guess)
                else:
                    with pytest.raises(TooMany) as refusal:
                        codes.open_for_claim(*guess)
                    assert (refusal.value.code, refusal.value.retry_after_s) == ("too_many_codes", 15 * 60)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("known", [True, False])
def test_guesses_at_one_target_have_a_budget_found_or_not(sqlite_db: Database, target: str, known: bool) -> None:
    with sqlite_db.transaction() as session:
        if known:
            shop(session)
        now, made = NOW, 0
        for number in range(60):
            try:
                codes.open_for_claim(session, f"z{number}", TARGETS[target](number), f"z{number}:1", now)
                made += 1
            except TooMany:
                now += 3 * MINUTE
        assert now - NOW < DAY
        assert made == DAY_LIMIT


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 400)), max_size=60))
@examples(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_tried_no_budget_is_exceeded(sqlite_db: Database, tries: list[tuple[int, int, int]]) -> None:
    now = NOW
    made: list[tuple[int, int, datetime]] = []
    with sqlite_db.transaction() as session:
        for conversation, target, minutes in tries:
            now += minutes * MINUTE
            budgets = {f"c{conversation}": guesses.of_source(), f"t{target}": guesses.of_target()}
            fits = all(
                sum(when > now - budget.within for place, at, when in made if (place, at)[of_target] == wanted)
                < budget.limit
                for of_target, wanted, key in ((0, conversation, f"c{conversation}"), (1, target, f"t{target}"))
                for budget in budgets[key]
            )
            try:
                guesses.spend(session, budgets, now)
            except TooMany:
                assert not fits
            else:
                assert fits
                made.append((conversation, target, now))
        session.rollback()


def test_guesses_at_once_do_not_exceed_the_budget(db: Database) -> None:
    def one(number: int) -> bool:
        try:
            with db.transaction() as session:
                codes.open_for_claim(session, f"z{number}", TARGETS["order"](number), f"z{number}:1", NOW)
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(12))) == QUARTER_LIMIT


def test_a_refused_guess_counts_nothing_and_old_ones_are_forgotten(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        for number in range(QUARTER_LIMIT):
            claimed(session, Claim(email=f"{number}@example.com"), f"c1:{number}")
        with pytest.raises(TooMany):
            claimed(session, NOBODY, "c1:9", now=NOW + 14 * MINUTE)
        assert claimed(session, NOBODY, "c1:10", now=NOW + 15 * MINUTE) is None
        guesses.forget(session, NOW + DAY + MINUTE)
        kept = set(session.scalars(select(GuessRow.key)))
        assert "conversation:c1" in kept
        assert len(kept) == 3
        assert not [key for key in kept if "example" in key]
