"""From the website to the phone and back: where a customer can be texted, and what a proof is worth there."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Consent, Conversation, Delivery
from handoff.rules import consent, links, outbox, reach, sessions
from shop import identity
from shop.ground.db import Database
from shop.ground.errors import Conflict
from shop.ground.settings import Settings
from shop.identity import Proof
from shop.models import Customer
from tests.conftest import Clock
from tests.handoff import world

PHONE = "+12025550123"


def signed(session: Session, phone: str | None = PHONE) -> Conversation:
    """The conversation of a customer whom the shop vouches for on the website."""
    visitor = world.visitor(session, world.customer(session, "Ann Lee", phone=phone))
    return world.conversation(session, world.writes(session, visitor, "hello").conversation)


def test_a_proved_customer_is_reached_at_the_number_on_file(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation = signed(session)
        found = reach.textable(session, conversation)
        assert found is not None
        assert found.value == PHONE
        reach.by_text(session, conversation, "Text me when it is my turn")
        outbox.tell(session, conversation, "already_with_bot")
        assert conversation.channel == "sms"
        assert session.scalars(select(Delivery.to)).all() == [PHONE]
        row = session.scalars(select(Consent)).one()
        assert (row.kind, row.scope, row.how) == ("start", "updates", "asked")
        assert (row.wording, row.source) == ("Text me when it is my turn", f"web:{conversation.id}")


def test_what_they_text_comes_into_the_same_thread_and_the_web_takes_it_back(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation = signed(session)
        visitor = world.visitor(session, "ann lee")
        reach.by_text(session, conversation)
        assert world.texts(session, PHONE, "I am on my way").conversation == conversation.id
        assert identity.of(session, conversation.id).level == Proof.PHONE
        assert identity.at_best(session, conversation.id).level == Proof.SIGNED
        assert world.visitor(session, "ann lee").conversation == conversation.id
        world.writes(session, visitor, "back at the desk")
        assert identity.of(session, conversation.id).level == Proof.SIGNED
        assert world.conversation(session, conversation.id).channel == "web"
        assert world.texts(session, PHONE, "and out again").conversation == conversation.id
        assert world.conversation(session, conversation.id).channel == "sms"


def test_nobody_else_is_reached(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        anybody = world.conversation(session, world.writes(session, visitor, "hello").conversation)
        assert reach.textable(session, anybody) is None
        with pytest.raises(Conflict):
            reach.by_text(session, anybody)
        assert reach.textable(session, signed(session, phone=None)) is None


@pytest.mark.parametrize("why", ["shared", "unconfirmed", "stopped", "expired", "with an agent"])
def test_a_number_that_may_not_be_texted_is_none(sqlite_db: Database, clock: Clock, why: str) -> None:
    with sqlite_db.transaction() as session:
        conversation = signed(session)
        assert reach.textable(session, conversation) is not None
        if why == "shared":
            world.customer(session, "Bob Roe", phone=PHONE)
        elif why == "unconfirmed":
            session.get_one(Customer, "ann lee").phone_confirmed = False
        elif why == "stopped":
            consent.record(session, PHONE, "stop", wording="STOP", source="sms:1")
        elif why == "expired":
            consent.record(session, PHONE, "stop", wording="STOP", source="sms:1")
            consent.record(session, PHONE, "start", wording="START", source="sms:2")
        else:
            other = world.conversation(session, world.texts(session, PHONE, "a person please").conversation)
            states.change(session, other, "waiting", by="customer", why="asked")
        session.flush()
        assert reach.textable(session, conversation) is None


def test_a_number_that_was_silent_for_a_year_is_nobodys_until_a_code_comes_back(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Ann Lee", phone=PHONE)
        old = world.texts(session, PHONE, "hello").conversation
        assert identity.of(session, old).customer_id == "ann lee"
        clock.advance(days=300)
        assert world.texts(session, PHONE, "hello again").conversation != ""
        clock.advance(days=366)
        new = world.texts(session, PHONE, "who is this").conversation
        assert new != old
        assert identity.of(session, new).customer_id is None
        address = session.scalars(select(Address).where(Address.value == PHONE)).one()
        assert identity.of(session, world.texts(session, PHONE, "once more").conversation).customer_id is None
        conversation = world.conversation(session, new)
        sessions.join(session, conversation, address, "ann lee")
        identity.prove(session, new, "ann lee", Proof.CODE, "ann@example.com")
        assert identity.of(session, world.texts(session, PHONE, "me").conversation).customer_id == "ann lee"


def test_who_opted_out_is_shown_the_way_back_on_the_website_once(
    db: Database, settings: Settings, clock: Clock
) -> None:
    """The trap: one word too short for cancelling an order, and the carrier lets nothing through any more."""
    links.start(settings)
    with db.transaction() as session:
        conversation = signed(session)
        reach.offer_start(session, conversation)
        assert world.told(session, conversation.id) == []
        world.texts(session, PHONE, "hello")
        consent.record(session, PHONE, "stop", wording="CANCEL", source="sms:1")
        for _ in range(2):
            reach.offer_start(session, conversation)
        [said] = world.told(session, conversation.id)
        assert "June 15, 2026" in said
        assert f"START to {settings.twilio_from}" in said
        consent.record(session, PHONE, "start", wording="START", source="sms:2")
        consent.record(session, PHONE, "stop", wording="STOP", source="sms:3")
        reach.offer_start(session, conversation)
        assert len(world.told(session, conversation.id)) == 2
