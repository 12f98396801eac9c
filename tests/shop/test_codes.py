"""One-time codes: who gets one, where it goes, and that only the right one, in time, in its conversation, proves anything."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop import codes, identity, plans, policy
from shop.codes import Challenge, Verdict
from shop.ground.db import Database
from shop.ground.errors import NotFound, TooMany, Unauthorised
from shop.ground.settings import Settings
from shop.identity import Identity, Proof
from shop.models import Customer
from shop.records import ChallengeRow
from tests.shop import small
from tests.shop.asking import KEY, announced, holding, plan, says, wrong
from tests.shop.small import NOW

PHONE = "+16175550101"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
TRIES = policy.current().codes.tries


def ada(session: Session, **columns: object) -> Identity:
    """Known by her phone, with a plan that waits."""
    row = small.customer(session, phone=PHONE)
    for name, value in columns.items():
        setattr(row, name, value)
    session.flush()
    identity.prove(session, "c1", "ada", Proof.PHONE, PHONE, NOW - DAY)
    plan(session)
    return identity.of(session, "c1")


def ask(session: Session, message: str = "c1:1", now: datetime = NOW) -> Challenge:
    return codes.open_for_plan(session, identity.of(session, "c1"), "plan", message, now)


def test_the_right_code_proves_its_customer_once(db: Database) -> None:
    with db.transaction() as session:
        ada(session)
        challenge = ask(session)
        assert (challenge.kind, challenge.hint) == ("email", "A•••@Example.com")
        issued = announced(session, challenge)
        assert issued and (issued.contact.address, issued.operation) == ("Ada@Example.com", "address")
        assert issued.order_id == "#W1000001"
        assert len(issued.code) == 6 and issued.code.isdigit()
        verdict = says(session, issued.code, NOW + MINUTE)
        assert verdict and verdict.accepted and verdict.customer_id == "ada"
        known = identity.of(session, "c1")
        assert (known.level, known.contact, known.proved_at) == (Proof.CODE, "Ada@Example.com", NOW + MINUTE)
        assert says(session, issued.code, NOW + MINUTE) is None


def test_a_wrong_code_costs_a_try_and_after_the_last_even_the_right_one_is_spent(db: Database) -> None:
    with db.transaction() as session:
        ada(session)
        issued = announced(session, ask(session))
        assert issued
        for left in reversed(range(TRIES)):
            assert says(session, wrong(issued.code)) == Verdict(why="wrong", tries_left=left)
        assert says(session, issued.code) == Verdict(why="spent")
        assert identity.of(session, "c1").level == Proof.PHONE


@pytest.mark.parametrize(("after", "why"), [(10 * MINUTE, "expired"), (59 * MINUTE, "expired"), (61 * MINUTE, None)])
def test_a_late_code_has_expired_and_after_an_hour_it_is_words(
    sqlite_db: Database, after: timedelta, why: str | None
) -> None:
    with sqlite_db.transaction() as session:
        ada(session)
        issued = announced(session, ask(session))
        assert issued
        assert says(session, issued.code, NOW + 9 * MINUTE + timedelta(seconds=59), "c2") is None
        verdict = says(session, issued.code, NOW + after)
        assert (verdict.why if verdict else None) == why
        assert identity.of(session, "c1").level == Proof.PHONE


def test_only_the_conversation_that_asked_takes_it(db: Database) -> None:
    with db.transaction() as session:
        ada(session)
        identity.prove(session, "c2", "ada", Proof.PHONE, PHONE, NOW)
        issued = announced(session, ask(session))
        assert issued
        assert says(session, issued.code, conversation="c2") is None
        assert identity.of(session, "c2").level == Proof.PHONE
        mine = says(session, issued.code)
        assert mine and mine.accepted


def test_a_code_dies_with_its_plan(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        who = ada(session)
        issued = announced(session, ask(session))
        assert issued
        plans.drop(session, who, "plan", NOW)
        assert says(session, issued.code) == Verdict(why="expired", tries_left=TRIES)


def test_before_the_customer_was_told_six_digits_are_words(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        ada(session)
        challenge = ask(session)
        assert says(session, "000000") is None
        assert codes.announce(session, challenge.id, "c2", NOW) is None
        assert codes.announce(session, challenge.id, "c1", NOW) == "ada"
        assert codes.announce(session, challenge.id, "c1", NOW) is None
        assert says(session, "000000") == Verdict(why="wrong", tries_left=TRIES - 1)


def test_a_new_code_voids_the_one_before(db: Database) -> None:
    with db.transaction() as session:
        ada(session)
        challenge = ask(session)
        first, second = announced(session, challenge), codes.issue_code(session, KEY, challenge.id, NOW)
        assert first and second
        if first.code != second.code:
            assert says(session, first.code) == Verdict(why="wrong", tries_left=TRIES - 1)
        resent = announced(session, ask(session, "c1:2"))
        assert resent
        assert codes.issue_code(session, KEY, challenge.id, NOW) is None
        if resent.code != second.code:
            assert says(session, second.code) == Verdict(why="wrong", tries_left=TRIES - 1)
        verdict = says(session, resent.code)
        assert verdict and verdict.accepted


def test_a_challenge_that_is_over_is_not_sent_any_more(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        ada(session)
        challenge = ask(session)
        assert codes.issue_code(session, KEY, challenge.id, NOW + 10 * MINUTE) is None
        assert codes.issue_code(session, KEY, "unknown", NOW) is None
        assert codes.void(session, challenge.id, NOW)
        assert not codes.void(session, challenge.id, NOW)
        assert codes.issue_code(session, KEY, challenge.id, NOW) is None
        with pytest.raises(ValueError, match="key"):
            codes.issue_code(session, b"", challenge.id, NOW)


def test_the_same_message_opens_it_once(db: Database) -> None:
    with db.transaction() as session:
        ada(session)
        assert ask(session) == ask(session)
        assert session.scalar(select(func.count()).select_from(ChallengeRow)) == 1


CONTACTS: dict[str, tuple[dict[str, object], tuple[str, str] | None]] = {
    "the e-mail first": ({}, ("email", "A•••@Example.com")),
    "not the number in use": ({"email": ""}, None),
    "not a fresh e-mail, and the phone is in use": ({"email_changed_at": NOW - 6 * DAY}, None),
    "an e-mail of a week ago": ({"email_changed_at": NOW - 7 * DAY}, ("email", "A•••@Example.com")),
    "another phone": ({"email_changed_at": NOW, "phone": "+16175550199"}, ("sms", "•••99")),
    "not a fresh phone": ({"email": "", "phone": "+16175550199", "phone_changed_at": NOW - DAY}, None),
    "not a phone that nobody confirmed": ({"email": "", "phone": "+16175550199", "phone_confirmed": False}, None),
}


@pytest.mark.parametrize("case", CONTACTS)
def test_where_a_code_goes(sqlite_db: Database, case: str) -> None:
    columns, expected = CONTACTS[case]
    with sqlite_db.transaction() as session:
        ada(session, **columns)
        if expected:
            challenge = ask(session)
            assert (challenge.kind, challenge.hint) == expected
        else:
            with pytest.raises(NotFound) as refusal:
                ask(session)
            assert refusal.value.code == "no_contact"
            assert session.scalar(select(func.count()).select_from(ChallengeRow)) == 0


def test_a_contact_that_changed_while_the_code_was_owed_gets_none(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        ada(session)
        challenge = ask(session)
        session.get_one(Customer, "ada").email_changed_at = NOW
        assert announced(session, challenge) is None
        assert announced(session, challenge, in_use=[PHONE]) is None


def test_a_plan_of_somebody_else_or_without_a_proof_gets_no_code(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        ada(session)
        small.customer(session, "bob")
        theirs = identity.prove(session, "c2", "bob", Proof.SIGNED, "token", NOW)
        with pytest.raises(NotFound) as refusal:
            codes.open_for_plan(session, theirs, "plan", "c2:1", NOW)
        assert refusal.value.code == "plan_gone"
        with pytest.raises(Unauthorised):
            codes.open_for_plan(session, Identity("c3"), "plan", "c3:1", NOW)


def test_three_codes_an_hour_and_then_it_says_when(db: Database) -> None:
    with db.transaction() as session:
        ada(session)
        for number in range(3):
            ask(session, f"c1:{number}", NOW + number * MINUTE)
        with pytest.raises(TooMany) as refusal:
            ask(session, "c1:3", NOW + 3 * MINUTE)
        assert (refusal.value.code, refusal.value.retry_after_s) == ("too_many_codes", 57 * 60)
        assert "57 minutes" in refusal.value.message
        ask(session, "c1:4", NOW + 60 * MINUTE)


def test_other_conversations_do_not_get_a_customer_more_codes(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        ada(session)
        for number in range(3):
            ask(session, f"c1:{number}")
        plan(session, "other", conversation="c2")
        elsewhere = identity.prove(session, "c2", "ada", Proof.SIGNED, "token", NOW)
        with pytest.raises(TooMany):
            codes.open_for_plan(session, elsewhere, "other", "c2:1", NOW)


def test_asked_for_at_once_they_are_three_all_the_same(db: Database) -> None:
    with db.transaction() as session:
        who = ada(session)

    def one(number: int) -> bool:
        try:
            with db.transaction() as session:
                codes.open_for_plan(session, who, "plan", f"c1:{number}", NOW)
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(10))) == 3


def test_guesses_at_once_do_not_exceed_the_tries(db: Database) -> None:
    with db.transaction() as session:
        ada(session)
        issued = announced(session, ask(session))
    assert issued
    guesses = [f"{(int(issued.code) + n) % 1_000_000:06}" for n in range(1, 13)]

    def one(guess: str) -> str:
        with db.transaction() as session:
            verdict = says(session, guess)
            assert verdict
            return verdict.why

    with ThreadPoolExecutor(8) as threads:
        whys = list(threads.map(one, guesses))
    assert (whys.count("wrong"), whys.count("spent")) == (TRIES, len(guesses) - TRIES)
    with db.transaction() as session:
        assert session.scalars(select(ChallengeRow.tries)).one() == TRIES


def test_the_right_code_at_once_counts_once(db: Database) -> None:
    with db.transaction() as session:
        ada(session)
        issued = announced(session, ask(session))
    assert issued

    def one(_: int) -> bool:
        with db.transaction() as session:
            verdict = says(session, issued.code)
            return bool(verdict and verdict.accepted)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, range(8))) == 1


def test_the_database_holds_no_code_and_nothing_shows_one(db: Database, settings: Settings) -> None:
    with db.transaction() as session:
        ada(session)
        issued = announced(session, ask(session))
        assert issued
        assert issued.code not in repr(issued)
        assert holding(session, issued.code) == []
        stored = session.scalars(select(ChallengeRow.code_hash)).one()
        assert issued.code not in stored or len(stored) == 64
    assert len(codes.key(settings)) == 32
    assert codes.key(settings) != codes.key(settings.model_copy(update={"identity_secret": "x" * 64}))


def test_another_key_takes_no_code(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        ada(session)
        issued = announced(session, ask(session))
        assert issued
        assert codes.check(session, b"", "c1", issued.code, NOW) == Verdict(why="wrong", tries_left=TRIES - 1)
