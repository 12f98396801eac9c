"""Codes at the gateway: owed with the answer, kept out of everything, heard once, and told to whoever answers."""

from handoff.models import Address
from handoff.rules import bot_turn, challenges, sessions
from handoff.rules.bot_turn import Answer
from shop import codes, identity
from shop.claims import Claim
from shop.ground import jobs
from shop.ground.db import Database
from shop.identity import Proof
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.rules.challenging import COMES, MIA, SHOP, TRIES, asks, heard, mailed, says, sending
from tests.shop.asking import KEY, wrong


def test_the_code_is_owed_with_the_words_that_announce_it(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        visitor = world.visitor(session)
        challenge = asks(session, visitor, clock)
        [job] = world.owed(session, "send_code")
        assert job.payload == {"challenge": challenge, "conversation": visitor.conversation}
        assert (job.lane, job.key) == ("code:mia", f"code:{challenge}")


def test_found_or_not_the_same_is_owed_and_only_who_is_found_gets_a_mail(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        asks(session, world.visitor(session), clock)
        asks(session, world.visitor(session), clock, Claim(email="nobody@example.com"))
        assert len(world.owed(session, "send_code")) == 2
        assert mailed(session)
        job = sending(session)
        assert challenges.prepare(session, job, KEY, SHOP) is None
        assert world.owed(session, "send_code") == []


def test_the_right_code_makes_the_conversation_the_customer_s(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        mia = world.customer(session, "Mia")
        visitor = world.visitor(session)
        asks(session, visitor, clock)
        code = mailed(session)
        accepted = says(session, visitor, f"my code: {code[:3]} {code[3:]}")
        assert heard(session, visitor.conversation) == {"intent": "code_accepted"}
        assert world.said(session, visitor.conversation)[-1].text == "my code: ••• •••"
        [job] = world.owed(session, "ask_bot")
        assert job.payload["seq"] == accepted.seq
        known = identity.of(session, visitor.conversation)
        assert (known.customer_id, known.level, known.contact) == (mia, Proof.CODE, "mia@example.com")
        row = world.conversation(session, visitor.conversation)
        address = session.get_one(Address, row.address_id)
        assert (row.customer_id, address.customer_id) == (mia, mia)
        assert address.expires_at == clock.time + sessions.SIGNED_LASTS


def test_a_wrong_code_is_told_to_the_bot_with_the_tries_that_are_left(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        visitor = world.visitor(session)
        asks(session, visitor, clock)
        code = mailed(session)
        for left in reversed(range(TRIES)):
            says(session, visitor, wrong(code))
            expected = {"intent": "code_refused", "why": "wrong", "tries_left": left}
            assert heard(session, visitor.conversation) == expected
        says(session, visitor, code)
        assert heard(session, visitor.conversation) == {"intent": "code_refused", "why": "spent", "tries_left": 0}
        assert identity.of(session, visitor.conversation).customer_id is None


def test_a_late_code_has_expired(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia")
        visitor = world.visitor(session)
        asks(session, visitor, clock)
        code = mailed(session)
        clock.advance(minutes=10)
        says(session, visitor, code)
        assert heard(session, visitor.conversation)["why"] == "expired"


def test_without_a_challenge_six_digits_are_words(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        says(session, visitor, "123456")
        [message] = world.said(session, visitor.conversation)
        assert (message.text, message.choice) == ("123456", None)


def test_a_turn_whose_answer_was_dropped_opens_no_ear(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia")
        visitor = world.visitor(session)
        world.writes(session, visitor, "it is me")
        job = jobs.claim(session, 30, ("ask_bot",))
        assert job
        challenge = codes.open_for_claim(session, visitor.conversation, MIA, bot_turn.message_id(job), clock.time)
        world.taps(session, visitor, "person")
        bot_turn.settle(session, job, Answer(COMES.parts, challenge=challenge.id))
        assert world.owed(session, "send_code") == []
        says(session, visitor, "123456")
        assert world.said(session, visitor.conversation)[-1].text == "123456"


def test_a_challenge_of_another_conversation_is_not_sent(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia")
        mine, other = world.visitor(session), world.visitor(session)
        challenge = codes.open_for_claim(session, other.conversation, MIA, "m", clock.time)
        challenges.owe(session, world.conversation(session, mine.conversation), challenge.id)
        assert world.owed(session, "send_code") == []
