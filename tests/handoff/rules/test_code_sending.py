"""A code on its way out: in one text or mail, stored nowhere, tried again, and what becomes of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Conversation, Delivery
from handoff.rules import challenges, consent, spoken
from handoff.rules.challenges import ToMail, ToText
from handoff.tools import mailer, texter
from shop import codes, identity, order_states
from shop.claims import Claim
from shop.codes import Issued
from shop.contacts import Contact
from shop.ground import jobs
from shop.ground.db import Database
from shop.models import Customer
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.rules.challenging import (
    MIA,
    OTHER_PHONE,
    PHONE,
    SHOP,
    asks,
    claimed,
    code_in,
    heard,
    says,
    sending,
    texts,
)
from tests.shop import asking
from tests.shop.asking import KEY, holding


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
        assert [holding(session, code) for code in found] == [[], []]


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
