"""Addresses: a signature opens one session, a customer has one open thread, a number proves only whom it belongs to."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation
from handoff.rules import sessions
from handoff.rules.sessions import Opened
from shop import identity
from shop.ground import clock as clock_module
from shop.ground.db import Database
from shop.ground.errors import Unauthorised
from shop.identity import Proof, Token
from shop.models import Customer
from tests.conftest import Clock
from tests.handoff import world

PHONE = "+12125550001"


def _open(session: Session, jti: str, customer_id: str = "mia") -> Opened:
    token = Token(customer_id, jti, clock_module.now() + timedelta(minutes=5))
    return sessions.open_web(session, token, world.WEEK)


def test_a_signature_opens_one_session(db: Database) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        _open(session, "once")
        with pytest.raises(Unauthorised) as refusal:
            _open(session, "once")
        assert refusal.value.code == "identity_used"


def test_where_a_browser_says_its_reader_is_stays_with_the_address(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        opened = sessions.open_web(session, None, world.WEEK, sessions.Place("Europe/Madrid", "es-ES"))
        address = sessions.web_address(session, opened.visitor)
        assert (address.zone, address.locale) == ("Europe/Madrid", "es-ES")


def test_a_signature_opens_one_session_however_many_use_it_at_once(db: Database) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")

    async def many() -> list[Opened | BaseException]:
        return await asyncio.gather(*(db.write(_open, "once") for _ in range(8)), return_exceptions=True)

    results = asyncio.run(many())
    assert sum(isinstance(result, Opened) for result in results) == 1
    assert sum(isinstance(result, Unauthorised) for result in results) == 7


def test_devices_that_come_at_once_share_the_customer_s_one_conversation(db: Database) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")

    async def many() -> list[Opened]:
        return await asyncio.gather(*(db.write(_open, f"device-{n}") for n in range(6)))

    opened = asyncio.run(many())
    assert len({one.conversation for one in opened}) == 1
    assert len({one.visitor for one in opened}) == 6


def test_what_one_device_says_the_other_reads(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia")
        phone, laptop = world.visitor(session, mia), world.visitor(session, mia)
        world.writes(session, phone, "from the phone")
        assert world.writes(session, laptop, "from the laptop").seq == 2
        assert identity.of(session, phone.conversation).level == Proof.SIGNED


def test_visitors_who_are_not_signed_in_share_nothing(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        one, other = world.visitor(session), world.visitor(session)
        assert one.conversation != other.conversation
        assert identity.of(session, one.conversation).customer_id is None


def test_signing_in_does_not_take_over_a_thread_that_only_a_phone_proved(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", phone=PHONE)
        by_text = world.texts(session, PHONE, "hello").conversation
        assert world.visitor(session, mia).conversation != by_text


def test_a_session_ends(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        signed = world.visitor(session, world.customer(session, "Mia"))
        anonymous = world.visitor(session)
        clock.advance(days=1)
        with pytest.raises(Unauthorised):
            world.writes(session, signed, "hello")
        world.writes(session, anonymous, "hello")
        clock.advance(days=29)
        with pytest.raises(Unauthorised):
            world.writes(session, anonymous, "hello")


def test_a_made_up_visitor_is_nobody(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.texts(session, PHONE, "hello")
        for made_up in ("", "1", PHONE):
            with pytest.raises(Unauthorised):
                sessions.web_address(session, made_up)


def test_signing_in_again_after_a_close_goes_on_or_after_a_week_begins_anew(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia")
        first = world.visitor(session, mia)
        states.change(
            session, world.conversation(session, first.conversation), "closed",
            by="system", why="test", closed_at=clock.time,
        )  # fmt: skip
        clock.advance(days=7)
        assert world.visitor(session, mia).conversation == first.conversation
        clock.advance(seconds=1)
        assert world.visitor(session, mia).conversation != first.conversation


def test_a_number_on_file_of_one_customer_proves_them(db: Database) -> None:
    with db.transaction() as session:
        mia = world.customer(session, "Mia", phone=PHONE)
        conversation = world.texts(session, PHONE, "hello").conversation
        proof = identity.of(session, conversation)
        assert (proof.customer_id, proof.level, proof.contact) == (mia, Proof.PHONE, PHONE)
        assert world.conversation(session, conversation).customer_id == mia


def test_a_shared_number_an_unconfirmed_and_an_unknown_one_prove_nobody(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia", phone=PHONE)
        world.customer(session, "Noah", phone=PHONE)
        olga = world.customer(session, "Olga", phone="+12125550002")
        session.get_one(Customer, olga).phone_confirmed = False
        for number in (PHONE, "+12125550002", "+12125550003"):
            conversation = world.texts(session, number, "hello").conversation
            assert identity.of(session, conversation).customer_id is None
            assert world.conversation(session, conversation).customer_id is None


def test_a_number_keeps_its_thread(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        first = world.texts(session, PHONE, "hello")
        second = world.texts(session, PHONE, "again")
        assert (second.conversation, second.seq) == (first.conversation, 2)


@pytest.mark.parametrize("new_owner", ["Noah", None])
def test_when_a_number_changes_hands_the_thread_does_not_go_along(sqlite_db: Database, new_owner: str | None) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", phone=PHONE)
        hers = world.texts(session, PHONE, "my secret").conversation
        session.get_one(Customer, mia).phone = None
        noah = world.customer(session, new_owner, phone=PHONE) if new_owner else None
        session.flush()
        his = world.texts(session, PHONE, "hello")
        assert his.conversation != hers
        assert his.seq == 1
        assert identity.of(session, his.conversation).customer_id == noah
        conversation = world.conversation(session, his.conversation)
        assert (conversation.customer_id, conversation.previous_id) == (noah, None)
        assert identity.of(session, hers).customer_id == mia


def test_a_customer_whom_the_shop_no_longer_has_is_nobody(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia")
        visitor = world.visitor(session, mia)
        session.execute(delete(Customer).where(Customer.id == mia))
        assert identity.of(session, visitor.conversation).customer_id is None
        assert session.scalars(select(Conversation.id)).all() == [visitor.conversation]


def _signed_in(session: Session, visitor: Opened, customer_id: str = "mia", jti: str = "signed-in") -> Opened:
    token = Token(customer_id, jti, clock_module.now() + timedelta(minutes=5))
    return sessions.open_web(session, token, world.WEEK, keep=visitor.visitor)


def test_a_visitor_who_signs_in_and_agrees_goes_on_with_the_thread(db: Database) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        visitor = world.visitor(session)
        world.writes(session, visitor, "before")
        mia = _signed_in(session, visitor)
        assert mia.conversation == visitor.conversation and mia.visitor != visitor.visitor
        assert session.get_one(Conversation, mia.conversation).customer_id == "mia"
        assert identity.of(session, mia.conversation).level == Proof.SIGNED
        assert world.writes(session, mia, "after").seq == 2
        with pytest.raises(Unauthorised):  # who signs out is not in the customer's thread any more
            sessions.web_address(session, visitor.visitor)
        assert _open(session, "elsewhere").conversation == mia.conversation


def test_a_customer_has_one_open_thread_also_when_they_would_keep_another(db: Database) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        hers, visitor = _open(session, "first"), world.visitor(session)
        world.writes(session, visitor, "before")
        assert _signed_in(session, visitor).conversation == hers.conversation
        assert session.get_one(Conversation, visitor.conversation).customer_id is None
        assert sessions.web_address(session, visitor.visitor).conversation_id == visitor.conversation
        closed = states.lock(session, hers.conversation)
        states.change(session, closed, "closed", by="system", why="test", closed_at=clock_module.now())
        assert _signed_in(session, visitor, jti="again").conversation == visitor.conversation


def test_nobody_keeps_what_is_somebody_else_s_or_over(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia")
        world.customer(session, "Noah")
        hers = _open(session, "first")
        his = _signed_in(session, hers, "noah")
        assert his.conversation != hers.conversation
        late = world.visitor(session)
        clock.advance(seconds=1 + sessions.VISITOR_LASTS.total_seconds())
        assert _signed_in(session, late, "noah", "late").conversation != late.conversation
        assert sessions.open_web(session, None, world.WEEK, keep=his.visitor).conversation != his.conversation


def test_a_visitors_session_can_be_renewed_and_a_proof_cannot(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Mia")
        visitor, mia = world.visitor(session), _open(session, "first")
        clock.advance(seconds=sessions.VISITOR_LASTS.total_seconds() - 86_400)
        renewed = sessions.renew(session, visitor.visitor)
        assert (renewed.visitor, renewed.conversation) == (visitor.visitor, visitor.conversation)
        clock.advance(days=2)
        assert sessions.web_address(session, visitor.visitor).conversation_id == visitor.conversation
        with pytest.raises(Unauthorised):
            sessions.renew(session, mia.visitor)
        clock.advance(seconds=sessions.VISITOR_LASTS.total_seconds())
        with pytest.raises(Unauthorised):
            sessions.renew(session, visitor.visitor)
