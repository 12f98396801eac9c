"""Texts that were sent while nobody opened: all are recovered, in order, once; over real HTTP from the twin."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.jobs import reconcile
from handoff.models import Address, Message
from handoff.rules import arrivals
from handoff.rules.arrivals import Arrived
from handoff.tools.texter import Held, Texter, Unreachable
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.settings import Settings
from tests import ports
from tests.conftest import Clock
from tests.sms.sending import Parts, start_now
from tests.twins.running import Twin

pytestmark = pytest.mark.slow  # starts the twin
REOPEN = timedelta(days=7)
MISSED, PHONES = 500, 20


@pytest.fixture
def parts(twin: Twin, sqlite_db: Database, clock: Clock) -> Iterator[Parts]:
    start_now(clock)
    texter = Texter(twin.settings)
    yield Parts(sqlite_db, twin.settings, texter)
    texter.close()


def phone(n: int) -> str:
    return f"+1202557{n:04d}"


def said(session: Session, number: str) -> list[str]:
    address = session.scalars(select(Address).where(Address.value == number)).one()
    where = (Message.conversation_id == address.conversation_id, Message.kind == "customer")
    return list(session.scalars(select(Message.text).where(*where).order_by(Message.seq)))


def test_five_hundred_missed_texts_are_recovered_in_order_and_once(twin: Twin, parts: Parts, clock: Clock) -> None:
    def write(n: int) -> list[str]:
        return [twin.text(phone(n), f"{n}.{turn}")["sid"] for turn in range(MISSED // PHONES)]

    with ThreadPoolExecutor(8) as pool:
        sids = list(pool.map(write, range(PHONES)))
    clock.time = datetime.now(UTC) + timedelta(minutes=1)

    async def play() -> datetime:
        # One of them came through the door after all; its place in the order is lost, but it is not there twice.
        await parts.db.write(arrivals.receive, Arrived(sids[0][-1], phone(0), "0.24"), REOPEN)
        since = await reconcile.round_of(parts)
        return await reconcile.round_of(parts, since)

    since = asyncio.run(play())
    assert clock.time - since == reconcile.OVERLAP
    with parts.db.transaction() as session:
        for n in range(1, PHONES):
            assert said(session, phone(n)) == [f"{n}.{turn}" for turn in range(MISSED // PHONES)]
        assert sorted(said(session, phone(0)), key=lambda text: int(text[2:])) == [f"0.{turn}" for turn in range(25)]
        asked = session.scalars(select(jobs.Job.lane).where(jobs.Job.kind == "ask_bot")).all()
        ours = {
            f"bot:{line}"
            for line in session.scalars(
                select(Address.conversation_id).where(Address.value.in_(map(phone, range(PHONES))))
            )
        }
        assert sum(lane in ours for lane in asked) == MISSED


def test_a_missed_picture_is_recovered_with_its_text(twin: Twin, parts: Parts, clock: Clock) -> None:
    number = phone(900)
    twin.text(number, "", pictures=[{"content_type": "image/png", "data": "iVBORw0KGgo="}] * 2)
    clock.time = datetime.now(UTC) + timedelta(minutes=1)
    asyncio.run(reconcile.round_of(parts))
    with parts.db.transaction() as session:
        assert said(session, number) == ["(2 pictures or files)"]
        line = session.scalars(select(Address.conversation_id).where(Address.value == number)).one()
        owed = session.scalars(select(jobs.Job.payload).where(jobs.Job.lane.startswith(f"media:{line}:"))).all()
        assert len(owed) == 2
        assert all(payload["url"].startswith(f"{twin.settings.twilio_api_url}/2010-04-01/") for payload in owed)


def test_what_is_seconds_old_is_left_to_the_door(twin: Twin, parts: Parts, clock: Clock) -> None:
    number = phone(901)
    twin.text(number, "just now")
    clock.time = datetime.now(UTC)
    since = asyncio.run(reconcile.round_of(parts))
    with parts.db.transaction() as session:
        assert session.scalars(select(Address).where(Address.value == number)).first() is None
    clock.advance(minutes=1)
    asyncio.run(reconcile.round_of(parts, since))
    with parts.db.transaction() as session:
        assert said(session, number) == ["just now"]


@dataclass
class Away:
    """A Twilio that notes from when on it is asked, and does not answer at first."""

    away: int
    asked: list[datetime] = field(default_factory=list)

    async def received(self, since: datetime) -> list[Held]:
        self.asked.append(since)
        if len(self.asked) <= self.away:
            raise Unreachable("ConnectionError")
        return []


def test_what_comes_in_while_twilio_cannot_be_asked_hides_nothing(
    sqlite_db: Database, settings: Settings, clock: Clock
) -> None:
    """Down for five hours; back, the door opens, and only then Twilio answers: it is asked for all five of them."""

    async def looks(carrier: Away) -> None:
        parts = Parts(sqlite_db, settings, carrier)  # type: ignore[arg-type]
        for _ in range(carrier.away):
            with pytest.raises(Unreachable):
                await reconcile.round_of(parts)
        await reconcile.round_of(parts)

    asyncio.run(looks(Away(0)))
    last = clock.time
    for hours, since in ((5, last), (24 * 7, clock.time + timedelta(hours=5 + 24 * 4))):
        clock.advance(hours=hours)
        with sqlite_db.transaction() as session:
            arrivals.receive(session, Arrived(f"SM{hours:032x}", phone(902), "hello"), REOPEN)
        carrier = Away(2)
        asyncio.run(looks(carrier))
        assert set(carrier.asked) == {max(since - reconcile.GRACE - reconcile.OVERLAP, clock.time - timedelta(days=3))}


def test_a_carrier_that_does_not_answer_is_said_to_be_away(twin: Twin, sqlite_db: Database, clock: Clock) -> None:
    nowhere = twin.settings.model_copy(update={"twilio_api_url": f"http://127.0.0.1:{ports.free()}"})
    texter = Texter(nowhere, 0.5)
    with pytest.raises(Unreachable):
        asyncio.run(reconcile.round_of(Parts(sqlite_db, nowhere, texter)))
    texter.close()
