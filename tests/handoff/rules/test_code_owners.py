"""Whose the conversation is after the right code, and that each message counts as one try."""

import asyncio

import pytest
from sqlalchemy import select

from handoff.routing import holding
from handoff.rules import challenges
from handoff.rules.inbox import Accepted
from shop import identity
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.errors import Conflict
from shop.models import Customer
from shop.records import ChallengeRow
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.rules.challenging import (
    MIA,
    OTHER_PHONE,
    PHONE,
    SHOP,
    TRIES,
    asks,
    claimed,
    heard,
    mailed,
    says,
    sending,
    texts,
)
from tests.shop.asking import KEY, wrong


def test_the_same_message_again_costs_no_second_try(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        visitor = world.visitor(session)
        asks(session, visitor, clock)
        code = mailed(session)
        first = says(session, visitor, wrong(code), key="k")
        again = says(session, visitor, wrong(code), key="k")
        assert (first.created, again.created, again.seq) == (True, False, first.seq)
        assert session.scalars(select(ChallengeRow.tries)).one() == 1
        assert len(world.owed(session, "ask_bot")) == 1
        says(session, visitor, code, key="right")
        assert not says(session, visitor, code, key="right").created
        with pytest.raises(Conflict):
            says(session, visitor, "something else", key="right")


def test_the_same_message_at_once_is_one_try(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        visitor = world.visitor(session)
        asks(session, visitor, clock)
        guess = wrong(mailed(session))

    async def all_at_once() -> list[Accepted]:
        return await asyncio.gather(*(db.write(says, visitor, guess, key="k") for _ in range(8)))

    results = asyncio.run(all_at_once())
    assert sum(result.created for result in results) == 1
    with db.transaction() as session:
        assert session.scalars(select(ChallengeRow.tries)).one() == 1


def test_many_guesses_at_once_are_no_more_than_the_tries(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        visitor = world.visitor(session)
        asks(session, visitor, clock)
        code = mailed(session)

    async def all_at_once() -> None:
        guesses = [f"{(int(code) + n) % 1_000_000:06}" for n in range(1, 13)]
        await asyncio.gather(*(db.write(says, visitor, guess, key=guess) for guess in guesses))

    asyncio.run(all_at_once())
    with db.transaction() as session:
        assert session.scalars(select(ChallengeRow.tries)).one() == TRIES
        says(session, visitor, code)
        assert heard(session, visitor.conversation)["why"] == "spent"


@pytest.mark.parametrize("held", [True, False])
def test_while_people_answer_the_code_still_counts_and_a_line_says_so(
    sqlite_db: Database, clock: Clock, held: bool
) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia Lind")
        session.get_one(Customer, mia).email_key = "mia@example.com"
        visitor = world.visitor(session)
        asks(session, visitor, clock)
        code = mailed(session)
        world.taps(session, visitor, "person")
        if held:
            alice = world.agent(session, "Alice", here=False)
            conversation = world.conversation(session, visitor.conversation)
            holding.claim(session, conversation, world.locked(session, alice))
        for guess, line in (
            (wrong(code), f"That code is not right. Tries left: {TRIES - 1}."),
            (code, "Thank you. The code is right: this is Mia Lind."),
        ):
            says(session, visitor, guess)
            assert world.told(session, visitor.conversation)[-1] == line
        assert world.owed(session, "ask_bot") == []
        assert not [message for message in world.said(session, visitor.conversation) if code in message.text]
        assert identity.of(session, visitor.conversation).customer_id == mia


def test_a_conversation_of_another_customer_stays_theirs(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia")
        noah = world.customer(session, "Noah")
        visitor = world.visitor(session, noah)
        asks(session, visitor, clock)
        job = sending(session)
        assert challenges.prepare(session, job, KEY, SHOP) is None
        says(session, visitor, "123456")
        assert heard(session, visitor.conversation)["why"] == "wrong"
        assert world.conversation(session, visitor.conversation).customer_id == noah


def test_who_has_another_thread_keeps_both_and_signs_in_to_the_newest(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia")
        signed = world.visitor(session, mia)
        world.writes(session, signed, "first")
        clock.advance(60)
        jobs.finish(session, jobs.claim(session, 30, ("ask_bot",)))  # type: ignore[arg-type]
        visitor = world.visitor(session)
        asks(session, visitor, clock)
        says(session, visitor, mailed(session))
        assert world.writes(session, signed, "second").conversation == signed.conversation
        assert world.writes(session, visitor, "here").conversation == visitor.conversation
        assert world.visitor(session, mia).conversation == visitor.conversation


def test_by_text_a_stranger_s_number_is_the_customer_s_for_a_day(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", phone=OTHER_PHONE)
        first = texts(session, "it is me", "SM1")
        claimed(session, first.conversation, MIA, clock)
        texts(session, mailed(session), "SM2")
        assert heard(session, first.conversation) == {"intent": "code_accepted"}
        clock.advance(hours=23)
        assert texts(session, "hello again", "SM3").conversation == first.conversation
        assert identity.of(session, first.conversation).customer_id == mia
        clock.advance(hours=1)
        later = texts(session, "and again", "SM4").conversation
        assert later != first.conversation
        assert identity.of(session, later).customer_id is None


def test_a_number_that_is_another_customer_s_now_leaves_the_thread(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia")
        first = texts(session, "it is me", "SM1")
        claimed(session, first.conversation, MIA, clock)
        texts(session, mailed(session), "SM2")
        noah = world.customer(session, "Noah", phone=PHONE)
        later = texts(session, "hello", "SM3").conversation
        assert later != first.conversation
        assert identity.of(session, later).customer_id == noah
