"""Codes at the gateway: owed with the answer, kept out of everything, heard once, and told to whoever answers."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from handoff.models import Address, Conversation, Delivery
from handoff.routing import holding
from handoff.rules import bot_turn, challenges, consent, inbox, sessions, spoken
from handoff.rules.bot_turn import Answer, Part
from handoff.rules.challenges import ToMail, ToText
from handoff.rules.inbox import Accepted, Inbound
from handoff.rules.sessions import Opened
from handoff.tools import mailer, texter
from shop import codes, identity, order_states, policy
from shop.claims import Claim
from shop.codes import Issued
from shop.contacts import Contact
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.errors import Conflict
from shop.identity import Proof
from shop.models import Customer
from shop.records import ChallengeRow
from tests.conftest import Clock
from tests.handoff import world
from tests.shop import asking
from tests.shop.asking import KEY, wrong

PHONE, OTHER_PHONE = "+12125550001", "+12125550002"
MIA = Claim(email="mia@example.com")
SHOP = "Juniper & Pine"
TRIES = policy.current().codes.tries
COMES = Answer([Part("If that is right, a code is on its way.")])


def claimed(session: Session, conversation: str, claim: Claim, clock: Clock) -> str:
    """The bot's turn in which the customer is told of a code; the challenge's id."""
    job = jobs.claim(session, 30, ("ask_bot",))
    assert job
    challenge = codes.open_for_claim(session, conversation, claim, bot_turn.message_id(job), clock.time)
    bot_turn.settle(session, job, Answer(COMES.parts, challenge=challenge.id))
    return challenge.id


def asks(session: Session, visitor: Opened, clock: Clock, claim: Claim = MIA) -> str:
    world.writes(session, visitor, "it is me")
    return claimed(session, visitor.conversation, claim, clock)


def sending(session: Session) -> jobs.Claimed:
    job = jobs.claim(session, 30, ("send_code",))
    assert job
    return job


def code_in(words: str) -> str:
    found = spoken.code(words)
    assert found
    return found


def mailed(session: Session) -> str:
    """The worker's next mail with a code; the code."""
    job = sending(session)
    step = challenges.prepare(session, job, KEY, SHOP)
    assert isinstance(step, ToMail)
    challenges.mailed(session, job, mailer.Accepted())
    return code_in(step.text)


def says(session: Session, visitor: Opened, words: str, key: str = "") -> Accepted:
    inbound = Inbound("web", key or f"c-{len(world.said(session, visitor.conversation))}", words)
    return inbox.accept(session, world.address(session, visitor), inbound, key=KEY)


def texts(session: Session, words: str, sid: str, number: str = PHONE) -> Accepted:
    return inbox.accept(session, sessions.open_by_phone(session, number), Inbound("sms", sid, words), key=KEY)


def heard(session: Session, conversation: str) -> dict[str, object]:
    """What the bot is asked about the newest message."""
    message = world.said(session, conversation)[-1]
    assert message.kind == "customer"
    choice = message.choice or {}
    return {"intent": choice.get("intent"), **{e["entity"]: e["value"] for e in choice.get("entities", [])}}


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


def by_phone(session: Session, clock: Clock, phone: str = OTHER_PHONE) -> str:
    """Mia without an e-mail is asked for a code in a web chat; it goes to her phone."""
    mia = world.customer(session, "Mia", phone=phone)
    session.get_one(Customer, mia).email = ""
    visitor = world.visitor(session)
    asks(session, visitor, clock)
    return visitor.conversation


def test_by_text_the_code_is_in_one_segment_and_its_delivery_hides_it(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation = by_phone(session, clock)
        job = sending(session)
        step = challenges.prepare(session, job, KEY, SHOP)
        assert isinstance(step, ToText)
        code = code_in(step.body)
        assert step.to == OTHER_PHONE
        assert SHOP in step.body
        row = session.scalars(select(Delivery)).one()
        assert (row.state, row.segments, row.conversation_id, row.seq) == ("sending", 1, conversation, 0)
        assert row.body == step.body.replace(code, "------")
        assert code not in repr(step)
        challenges.texted(session, job, step.delivery, texter.Sent("SM" + "0" * 32))
        assert row.state == "sent"
        assert world.owed(session, "send_code") == []


def test_nothing_that_is_stored_holds_the_code(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Noah")
        by_phone(session, clock)
        visitor = world.visitor(session)
        asks(session, visitor, clock, Claim(email="noah@example.com"))
        found = []
        for _ in range(2):
            step = challenges.prepare(session, sending(session), KEY, SHOP)
            assert step
            found.append(code_in(step.text if isinstance(step, ToMail) else step.body))
        says(session, visitor, found[1])
        session.flush()
        for table in inspect(session.connection()).get_table_names():
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                shown = [str(value) for name, value in row._mapping.items() if name != "code_hash"]
                assert not [value for value in shown for code in found if code in value], (table, shown)


def test_after_a_crash_another_code_is_sent(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        by_phone(session, clock)
        lost = challenges.prepare(session, sending(session), KEY, SHOP)  # and the process dies
        clock.advance(31)
        job = sending(session)
        again = challenges.prepare(session, job, KEY, SHOP)
        assert isinstance(lost, ToText) and isinstance(again, ToText)
        challenges.texted(session, job, again.delivery, texter.Sent("SM" + "0" * 32))
        rows = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        assert [row.state for row in rows] == ["failed", "sent"]
        assert code_in(lost.body) != code_in(again.body) or lost.body == again.body


def test_who_lost_the_lease_makes_no_code(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia")
        asks(session, world.visitor(session), clock)
        late = sending(session)
        clock.advance(31)
        job = sending(session)
        step = challenges.prepare(session, job, KEY, SHOP)
        assert challenges.prepare(session, late, KEY, SHOP) is None
        assert isinstance(step, ToMail)
        challenges.mailed(session, late, mailer.Later("away"))
        challenges.mailed(session, job, mailer.Accepted())
        assert world.owed(session, "send_code") == []


def test_what_does_not_go_out_is_tried_for_two_minutes_and_then_told(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia")
        visitor = world.visitor(session, mia)
        asking.plan(session, customer=mia, conversation=visitor.conversation)
        who = identity.of(session, visitor.conversation)
        challenge = codes.open_for_plan(session, who, "plan", "m", clock.time)
        challenges.owe(session, world.conversation(session, visitor.conversation), challenge.id)
        begun = clock.time
        for _ in range(20):
            due = jobs.next_due(session)
            if due is None:
                break
            clock.time = max(clock.time, due)
            job = sending(session)
            assert isinstance(challenges.prepare(session, job, KEY, SHOP), ToMail)
            challenges.mailed(session, job, mailer.Later("away"))
        assert timedelta(minutes=2) < clock.time - begun < timedelta(minutes=5)
        assert world.told(session, visitor.conversation)[-1].startswith("Sorry, the code could not be sent")
        assert world.options(session, visitor.conversation) == ["person"]
        says(session, visitor, "123456")
        assert world.said(session, visitor.conversation)[-1].text == "123456"


def test_that_a_code_could_not_be_sent_tells_nobody_that_a_claim_found_somebody(
    sqlite_db: Database, clock: Clock
) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia")
        visitor = world.visitor(session)
        asks(session, visitor, clock)
        job = sending(session)
        challenges.prepare(session, job, KEY, SHOP)
        challenges.mailed(session, job, mailer.Refused("550 no such mailbox"))
        assert world.told(session, visitor.conversation) == []
        assert session.get_one(jobs.Job, job.id).error == "550 no such mailbox"
        says(session, visitor, "123456")
        assert heard(session, visitor.conversation)["why"] == "wrong"  # as for somebody who was not found


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(texter.Uncertain("ReadTimeout"), "uncertain"), (texter.Refused(30007, "filtered"), "failed"),
     (texter.Later("429"), "failed")],
)  # fmt: skip
def test_what_becomes_of_a_text_is_noted(
    sqlite_db: Database, clock: Clock, outcome: texter.Outcome, state: str
) -> None:
    with sqlite_db.transaction() as session:
        by_phone(session, clock)
        job = sending(session)
        step = challenges.prepare(session, job, KEY, SHOP)
        assert isinstance(step, ToText)
        challenges.texted(session, job, step.delivery, outcome)
        assert session.get_one(Delivery, step.delivery).state == state
        left = world.owed(session, "send_code")
        assert len(left) == (1 if isinstance(outcome, texter.Later) else 0)


def test_a_number_that_wants_no_texts_gets_none(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        by_phone(session, clock)
        consent.record(session, OTHER_PHONE, "stop", wording="STOP", source="test")
        assert challenges.prepare(session, sending(session), KEY, SHOP) is None
        assert session.scalars(select(Delivery)).all() == []
        assert world.owed(session, "send_code") == []


def test_the_phone_in_use_gets_no_code_of_its_own(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        for name in ("Mia", "Noah"):  # a shared number proves nobody
            session.get_one(Customer, world.customer(session, name, phone=PHONE)).email = ""
        first = texts(session, "it is me", "SM1")
        claimed(session, first.conversation, MIA, clock)
        assert challenges.prepare(session, sending(session), KEY, SHOP) is None
        assert session.get_one(Conversation, first.conversation).customer_id is None


OPERATIONS = [*order_states.OPERATIONS, order_states.ACCOUNT, "claim"]


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("shop", [SHOP, "The Very Long Name of a Shop for Furniture and Lamps", "Żółć & Sons"])
def test_every_operation_has_its_words_and_one_segment(operation: str, shop: str) -> None:
    issued = Issued(Contact("sms", PHONE), "123456", operation, "#W1234567")
    body = challenges.body(issued, issued.code, shop)
    assert challenges.texting.segments(body).count == 1
    assert spoken.code(body) == "123456"
