"""A code on its whole way: owed, in the outbox or on the phone, typed back, and in no log."""

import asyncio
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.jobs import send_code
from handoff.models import Conversation, Delivery
from handoff.rules import arrivals, challenges, sessions, spoken
from handoff.rules.arrivals import Arrived
from handoff.tools.mailer import Mailer
from handoff.tools.texter import Texter
from shop import codes, identity
from shop.claims import Claim
from shop.ground import clock, jobs
from shop.ground.db import Database
from shop.ground.settings import Settings
from shop.identity import Proof
from shop.models import Customer
from tests.handoff import world
from tests.twins.running import Twin

pytestmark = pytest.mark.slow  # starts the twin
SOON_S = 120.0
WEEK = timedelta(days=7)


@dataclass
class Parts:
    """What the job needs."""

    db: Database
    settings: Settings
    mailer: Mailer
    texter: Texter


@pytest.fixture
def parts(twin: Twin, sqlite_db: Database) -> Iterator[Parts]:
    texter = Texter(twin.settings)
    yield Parts(sqlite_db, twin.settings, Mailer(twin.settings), texter)
    texter.close()


def text(parts: Parts, number: str, words: str, sid: str) -> str:
    """A phone writes; the conversation's id."""
    with parts.db.transaction() as session:
        arrived = Arrived(sid, number, words)
        return arrivals.receive(session, arrived, WEEK, codes.key(parts.settings)).conversation


def owe(session: Session, conversation: str, claim: Claim) -> None:
    challenge = codes.open_for_claim(session, conversation, claim, f"{conversation}:1", clock.now())
    challenges.owe(session, session.get_one(Conversation, conversation), challenge.id)


def send(parts: Parts) -> None:
    with parts.db.transaction() as session:
        job = jobs.claim(session, 30, ("send_code",))
    assert job
    asyncio.run(send_code.run(parts, job))
    with parts.db.transaction() as session:
        assert world.owed(session, "send_code") == []


def level(parts: Parts, conversation: str) -> Proof:
    with parts.db.transaction() as session:
        return identity.of(session, conversation).level


def code_in(words: str) -> str:
    found = spoken.code(words)
    assert found
    return found


def test_by_mail(twin: Twin, parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    conversation = text(parts, "+12125550171", "it is me", "SM1")
    with parts.db.transaction() as session:
        world.customer(session, "Olga", phone="+12125550172")
        owe(session, conversation, Claim(email="olga@example.com"))
    send(parts)
    mail = twin.http.get("/twin/mails").json()["mails"][0]
    assert (mail["receivers"], mail["subject"]) == (["olga@example.com"], "Your code from Juniper & Pine")
    assert "show in our chat that it is you" in mail["text"]
    assert "Never pass it on" in mail["text"]
    code = code_in(mail["text"])
    text(parts, "+12125550171", f"code is {code}", "SM2")
    assert level(parts, conversation) == Proof.CODE
    assert code not in caplog.text
    assert twin.received("+12125550172") == []


def test_by_text(twin: Twin, parts: Parts, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with parts.db.transaction() as session:
        session.get_one(Customer, world.customer(session, "Pia", phone="+12125550173")).email = ""
        opened = sessions.open_web(session, None, WEEK)
        owe(session, opened.conversation, Claim(email="pia@example.com"))
    send(parts)
    deadline = time.monotonic() + SOON_S
    while not (got := twin.received("+12125550173")):
        assert time.monotonic() < deadline
    [body] = got
    code = code_in(body)
    with parts.db.transaction() as session:
        row = session.scalars(select(Delivery)).one()
        assert (row.to, row.body, row.segments) == ("+12125550173", body.replace(code, "------"), 1)
        assert row.state in ("sent", "delivered")
        heard = challenges.hear(
            session,
            session.get_one(Conversation, opened.conversation),
            sessions.web_address(session, opened.visitor),
            code,
            codes.key(parts.settings),
        )
        assert heard and heard.verdict.accepted
    assert code not in caplog.text


def test_a_carrier_that_is_away_gets_another_code_later(twin: Twin, parts: Parts) -> None:
    with parts.db.transaction() as session:
        session.get_one(Customer, world.customer(session, "Quin", phone="+12125550174")).email = ""
        opened = sessions.open_web(session, None, WEEK)
        owe(session, opened.conversation, Claim(email="quin@example.com"))
    twin.switch(send=["busy"])
    with parts.db.transaction() as session:
        job = jobs.claim(session, 30, ("send_code",))
    assert job
    asyncio.run(send_code.run(parts, job))
    assert twin.received("+12125550174") == []
    twin.switch()
    with parts.db.transaction() as session:
        [waiting] = world.owed(session, "send_code")
        waiting.due_at = clock.now()
    send(parts)
    assert len(twin.received("+12125550174")) == 1
