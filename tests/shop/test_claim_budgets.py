"""Guesses have budgets, found or not: by conversation, by address, by target; and nobody is bombed with codes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select

from shop import codes, guesses, policy
from shop.claims import Claim
from shop.ground.db import Database
from shop.ground.errors import TooMany
from shop.records import GuessRow
from tests.shop import small
from tests.shop.asking import ADA, NOBODY, claimed, plan
from tests.shop.claiming import FOUND, bombed, shop
from tests.shop.small import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
QUARTER_LIMIT = policy.current().guesses.per_15_minutes
DAY_LIMIT = policy.current().guesses.per_day


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
