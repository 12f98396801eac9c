"""From the website to a number that a code proves: who may have one, what it opens, and how little a stranger learns."""

from unittest.mock import ANY

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Delivery, NumberCode, NumberLink
from handoff.rules import consent, links, moving, numbers, proving, reach, sessions
from handoff.rules.challenges import ToText
from handoff.rules.moving import Moved, Terms
from handoff.tools.texter import Later, Refused, Sent
from shop import identity
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, TooMany
from shop.ground.settings import Settings
from shop.identity import Proof
from tests.conftest import Clock
from tests.handoff import world

KEY = b"k" * 32
TERMS = Terms(frozenset(), 100, KEY, "Juniper & Pine")
PHONE, OTHER = "+12025550123", "+13105550155"


@pytest.fixture(autouse=True)
def _texts_are_on(settings: Settings) -> None:
    links.start(settings)


def web(session: Session, customer: str | None = None) -> Address:
    opened = world.visitor(session, customer)
    world.writes(session, opened, "hello")
    return sessions.web_address(session, opened.visitor)


def asks(
    session: Session, address: Address, number: str | None, asker: str = "192.0.2.1", terms: Terms = TERMS
) -> Moved:
    return moving.ask(session, address, number, asker, terms)


def sent(session: Session) -> ToText | None:
    """Carry out the job that is owed; what is to be texted."""
    job = jobs.claim(session, 30, (proving.JOB,))
    assert job is not None
    step = proving.prepare(session, job, KEY, TERMS.shop)
    if step is not None:
        proving.texted(session, job, step.delivery, Sent("SM" + f"{step.delivery:032x}"))
    return step


def code(session: Session) -> str:
    step = sent(session)
    assert step is not None
    return "".join(char for char in step.body if char.isdigit())[:6]


def test_a_stranger_goes_on_by_text_and_comes_back(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        address = web(session)
        assert moving.standing(session, address) == Moved(True, "off")
        assert asks(session, address, "(202) 555-0123") == Moved(True, "code", "•••23", None, ANY)
        digits = code(session)
        shown = session.scalars(select(Delivery)).one()
        assert (shown.to, shown.seq, shown.segments, digits in shown.body) == (PHONE, 0, 1, False)
        assert moving.confirm(session, address, digits, TERMS) == ""
        conversation = world.conversation(session, address.conversation_id)
        assert moving.standing(session, address) == Moved(True, "on", "•••23")
        assert conversation.channel == "sms"
        [words] = session.scalars(select(Delivery.body).where(Delivery.seq > 0)).all()
        assert "Juniper & Pine" in words
        assert "STOP" in words
        assert consent.agreed(session, PHONE, "updates")
        assert world.texts(session, PHONE, "now from the bus").conversation == conversation.id
        assert identity.of(session, conversation.id).customer_id is None
        assert moving.stop(session, address).state == "off"
        assert world.conversation(session, conversation.id).channel == "web"


def test_the_number_on_file_needs_no_code(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        address = web(session, world.customer(session, "Ann Lee", phone=PHONE))
        assert moving.standing(session, address).on_file == "•••23"
        assert asks(session, address, None) == Moved(True, "on", "•••23", "•••23")
        assert world.owed(session, proving.JOB) == []


def test_a_code_links_a_number_to_who_is_signed_in_until_it_may_have_a_new_owner(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        address = web(session, world.customer(session, "Ann Lee", phone=PHONE))
        asks(session, address, OTHER)
        assert moving.confirm(session, address, code(session), TERMS) == ""
        assert numbers.owner(session, OTHER) == "ann lee"
        said = world.texts(session, OTHER, "where is my order")
        assert said.conversation == address.conversation_id
        assert identity.of(session, said.conversation).level == Proof.PHONE
        consent.record(session, OTHER, "stop", wording="STOP", source="sms:1")
        assert numbers.owner(session, OTHER) is None
        assert session.scalars(select(NumberLink)).all() == []
        consent.record(session, OTHER, "start", wording="START", source="sms:2")
        moving.stop(session, address)
        asks(session, address, OTHER)
        assert moving.confirm(session, address, code(session), TERMS) == ""
        assert numbers.owner(session, OTHER) == "ann lee"  # the code is younger than the doubt
        clock.advance(days=366)
        assert world.texts(session, OTHER, "who is this").conversation != said.conversation
        assert numbers.owner(session, OTHER) is None


def test_a_number_of_two_is_nobodys(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        numbers.link(session, PHONE, world.customer(session, "Ann Lee"))
        assert numbers.owner(session, PHONE) == "ann lee"
        world.customer(session, "Bob Roe", phone=PHONE)
        assert numbers.owner(session, PHONE) is None


def test_another_customers_number_stays_theirs(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Bob Roe", phone=OTHER)
        address = web(session, world.customer(session, "Ann Lee", phone=PHONE))
        asks(session, address, OTHER)
        assert moving.confirm(session, address, code(session), TERMS) == "elsewhere"
        assert numbers.owner(session, OTHER) == "bob roe"
        assert world.conversation(session, address.conversation_id).channel == "web"


def test_a_thread_that_somebody_deals_with_is_not_taken_from_them(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        held = world.conversation(session, world.texts(session, OTHER, "a person please").conversation)
        states.change(session, held, "waiting", by="customer", why="asked")
        address = web(session)
        asks(session, address, OTHER)
        assert moving.confirm(session, address, code(session), TERMS) == "elsewhere"
        assert world.texts(session, OTHER, "hello?").conversation == held.id


def test_a_code_counts_once_for_a_while_and_for_a_few_tries(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        address = web(session)
        assert moving.confirm(session, address, "123456", TERMS) == "expired"
        asks(session, address, OTHER)
        digits = code(session)
        wrong = f"{(int(digits) + 1) % 1000000:06}"
        assert [moving.confirm(session, address, wrong, TERMS) for _ in range(6)] == ["wrong"] * 5 + ["spent"]
        assert moving.confirm(session, address, digits, TERMS) == "spent"
        asks(session, address, OTHER)
        digits = code(session)
        stranger = web(session)
        assert moving.confirm(session, stranger, digits, TERMS) == "expired"
        clock.advance(minutes=11)
        assert moving.standing(session, address).state == "off"
        assert moving.confirm(session, address, digits, TERMS) == "expired"
        asks(session, address, OTHER)
        digits = code(session)
        assert moving.confirm(session, address, digits, TERMS) == ""
        assert moving.confirm(session, address, digits, TERMS) == "expired"


@pytest.mark.parametrize(
    "number", ["", "hello", "12", "+18005551234", "+19005551234", "+447700900123", "+15005550006", "+1202555012"]
)
def test_a_number_that_is_none_or_costs_more_is_refused(sqlite_db: Database, clock: Clock, number: str) -> None:
    with sqlite_db.transaction() as session:
        address = web(session)
        with pytest.raises(BadInput):
            asks(session, address, number)
        assert session.scalars(select(NumberCode)).all() == []


def test_other_countries_where_they_are_allowed(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        terms = Terms(frozenset({"GB"}), 100, KEY, "Shop")
        assert asks(session, web(session), "+44 7400 123456", terms=terms).state == "code"
        with pytest.raises(BadInput):
            asks(session, web(session), PHONE, terms=terms)


def test_codes_are_few_for_a_conversation_a_number_and_an_address(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        address = web(session)
        for _ in range(3):
            asks(session, address, PHONE, "192.0.2.1")
        for tried, number, asker in ((address, OTHER, "192.0.2.2"), (web(session), PHONE, "192.0.2.3")):
            with pytest.raises(TooMany):
                asks(session, tried, number, asker)
        for n in range(3):
            asks(session, web(session), f"+1202555013{n}", "192.0.2.1")
        with pytest.raises(TooMany):
            asks(session, web(session), OTHER, "192.0.2.1")


def test_pumping_runs_dry_and_nobody_learns_who_is_a_customer(sqlite_db: Database, clock: Clock) -> None:
    """A range of numbers gets five codes a day, whoever asks; a customer's among them still gets theirs."""
    with sqlite_db.transaction() as session:
        world.customer(session, "Ann Lee", phone="+12025550199")
        answers = [asks(session, web(session), f"+120255501{n:02}", f"192.0.2.{n}") for n in range(12)]
        assert len(world.owed(session, proving.JOB)) == 5
        answers.append(asks(session, web(session), "+12025550199", "192.0.2.99"))
        assert len(world.owed(session, proving.JOB)) == 6
        assert {(one.state, one.on_file) for one in answers} == {("code", None)}
        few = Terms(frozenset(), 0, KEY, "Shop")
        assert asks(session, web(session), OTHER, "192.0.2.100", few).state == "code"
        assert len(world.owed(session, proving.JOB)) == 6


def test_who_opted_out_gets_no_code(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        consent.record(session, OTHER, "stop", wording="STOP", source="sms:1")
        assert asks(session, web(session), OTHER).state == "code"
        assert world.owed(session, proving.JOB) == []


def test_who_waits_is_texted_when_it_is_their_turn(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        opened = world.visitor(session)
        world.taps(session, opened, "person")
        address = sessions.web_address(session, opened.visitor)
        asks(session, address, OTHER)
        assert moving.confirm(session, address, code(session), TERMS) == ""
        conversation = world.conversation(session, address.conversation_id)
        assert (conversation.state, conversation.waits_by, conversation.channel) == ("waiting", "text", "sms")
        world.writes(session, opened, "still here")
        assert world.conversation(session, conversation.id).channel == "sms"


@pytest.mark.parametrize("after", ["confirmed", "replaced", "expired", "opted out"])
def test_a_code_that_nobody_waits_for_is_not_sent(sqlite_db: Database, clock: Clock, after: str) -> None:
    with sqlite_db.transaction() as session:
        address = web(session)
        asks(session, address, PHONE)
        if after == "confirmed":
            session.execute(update(NumberCode).values(ended_at=clock()))
        elif after == "replaced":
            asks(session, address, OTHER)
        elif after == "expired":
            clock.advance(minutes=10)
        else:
            consent.record(session, PHONE, "stop", wording="STOP", source="sms:1")
        session.flush()
        session.expire_all()
        assert sent(session) is None


def test_sending_again_makes_another_code_and_a_refusal_ends_it(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        address = web(session)
        asks(session, address, PHONE)
        job = jobs.claim(session, 30, (proving.JOB,))
        assert job is not None
        first = proving.prepare(session, job, KEY, TERMS.shop)
        assert first is not None
        proving.texted(session, job, first.delivery, Later("429"))
        clock.advance(5)
        job = jobs.claim(session, 30, (proving.JOB,))
        assert job is not None
        second = proving.prepare(session, job, KEY, TERMS.shop)
        assert second is not None
        proving.texted(session, job, second.delivery, Refused(21614, "no mobile"))
        assert world.owed(session, proving.JOB) == []
        assert moving.confirm(session, address, "".join(filter(str.isdigit, first.body))[:6], TERMS) == "wrong"


def test_where_texts_are_off_nothing_is_possible(sqlite_db: Database, settings: Settings, clock: Clock) -> None:
    links.start(settings.model_copy(update={"twilio_from": ""}))
    with sqlite_db.transaction() as session:
        address = web(session)
        assert not moving.standing(session, address).possible
        with pytest.raises(Conflict):
            asks(session, address, PHONE)
        links.start(settings)
        with pytest.raises(Conflict):
            asks(session, address, None)
        assert reach.textable(session, world.conversation(session, address.conversation_id)) is None
