"""Before the door: a text is kept once, taken once and in order, and one that cannot be taken keeps nobody else waiting."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Message, TextIn
from handoff.rules import arrivals, doorstep
from handoff.rules.arrivals import Arrived
from handoff.rules.doorstep import Stumbled, Terms
from shop.ground.db import Database
from shop.ground.jobs import Job
from tests.conftest import Clock

TERMS = Terms(timedelta(days=7))
PHONE, OTHER = "+12025550123", "+13105550155"


def text(n: int, number: str = PHONE, words: str = "") -> Arrived:
    return Arrived(f"SM{n:032x}", number, words or f"text {n}")


def said(session: Session) -> list[str]:
    return list(session.scalars(select(Message.text).where(Message.kind == "customer").order_by(Message.id)))


def lying(session: Session) -> list[tuple[str, int]]:
    return [(row.number, row.tries) for row in session.scalars(select(TextIn).order_by(TextIn.id))]


async def take_all(db: Database) -> None:
    while await db.write(doorstep.take, TERMS):
        pass


def test_however_often_and_by_whomever_it_is_one_message_and_one_turn(db: Database) -> None:
    """Deliveries at once, takers at once, and Twilio again when it is long done."""

    async def run() -> None:
        texts = [text(n, f"+1202555{n % 7:04}") for n in range(40)]
        await asyncio.gather(*(db.write_first(doorstep.keep, one) for one in (*texts, *texts[:12], *texts[3:9])))
        await asyncio.gather(*(take_all(db) for _ in range(3)))
        await asyncio.gather(*(db.write_first(doorstep.keep, one) for one in texts[:5]))
        await take_all(db)
        await take_all(db)  # what another taker held when these found nothing
        with db.transaction() as session:
            assert sorted(said(session)) == sorted(one.body for one in texts)
            assert session.scalar(select(func.count(Job.id)).where(Job.kind == "ask_bot")) == 40
            assert lying(session) == []

    asyncio.run(run())


def test_each_number_in_its_order(db: Database) -> None:

    async def run() -> None:
        for n in range(12):
            await db.write_first(doorstep.keep, text(n, (PHONE, OTHER)[n % 2]))
        await take_all(db)
        with db.transaction() as session:
            of_one = (
                select(Message.text).where(Message.kind == "customer").order_by(Message.conversation_id, Message.seq)
            )
            words = [int(line.split()[1]) for line in session.scalars(of_one)]
            assert sorted(words) == list(range(12))
            for parity in (0, 1):
                mine = [n for n in words if n % 2 == parity]
                assert mine == sorted(mine)

    asyncio.run(run())


def test_one_that_cannot_be_taken_keeps_nobody_waiting(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:

    async def run() -> None:
        receive = arrivals.receive

        def breaks(session: Session, one: Arrived, *rest: object) -> object:
            if one.body == "poison":
                raise RuntimeError("broken")
            return receive(session, one, *rest)  # type: ignore[arg-type]

        monkeypatch.setattr(arrivals, "receive", breaks)
        await db.write_first(doorstep.keep, text(1, PHONE, "poison"))
        await db.write_first(doorstep.keep, text(2, PHONE, "behind it"))
        await db.write_first(doorstep.keep, text(3, OTHER, "elsewhere"))
        for _ in range(doorstep.TRIES):
            with pytest.raises(Stumbled) as stumbled:
                await take_all(db)
            await db.write(doorstep.stumbled, stumbled.value.text_id)
        await take_all(db)
        with db.transaction() as session:
            assert said(session) == ["elsewhere", "behind it"]
            assert lying(session) == [(PHONE, doorstep.TRIES)]
            assert not doorstep.waits(session, PHONE)

    asyncio.run(run())


def test_what_lies_here_is_not_unknown(sqlite_db: Database, clock: Clock) -> None:

    async def run() -> None:
        await sqlite_db.write_first(doorstep.keep, text(1))
        with sqlite_db.transaction() as session:
            assert doorstep.waits(session, PHONE)
            assert not doorstep.waits(session, OTHER)
            assert arrivals.unknown(session, [text(1).sid, text(2).sid]) == {text(2).sid}

    asyncio.run(run())
