"""Arriving texts on both databases: one message for each sid however they come, and one conversation for each number."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Address, Consent, Message
from handoff.rules import arrivals
from handoff.rules.arrivals import Arrived
from shop.ground.db import Database
from shop.ground.jobs import Job

PHONE = "+12025550123"
REOPEN = timedelta(days=7)


def sid(number: int) -> str:
    return f"SM{number:032x}"


def counted(session: Session, row: type[object]) -> int:
    return session.scalar(select(func.count()).select_from(row)) or 0


async def arrive(db: Database, texts: list[Arrived]) -> None:
    await asyncio.gather(*(db.write(arrivals.receive, text, REOPEN) for text in texts))


def test_the_same_text_many_times_at_once(db: Database) -> None:
    asyncio.run(arrive(db, [Arrived(sid(1), PHONE, "Where is it?")] * 20))
    with db.transaction() as session:
        assert counted(session, Message) == 1
        assert counted(session, Address) == 1
        assert session.scalars(select(Job.kind)).all() == ["ask_bot"]


def test_many_texts_of_one_number_at_once_are_one_thread_without_gaps(db: Database) -> None:
    asyncio.run(arrive(db, [Arrived(sid(n % 15), PHONE, f"Text {n % 15}") for n in range(30)]))
    with db.transaction() as session:
        assert sorted(session.scalars(select(Message.seq))) == list(range(1, 16))
        assert len(set(session.scalars(select(Message.conversation_id)))) == 1


def test_a_stop_that_arrives_again_after_start_changes_nothing(db: Database) -> None:
    stop, start = Arrived(sid(1), PHONE, "STOP"), Arrived(sid(2), PHONE, "START")
    for text in (stop, start, stop):
        asyncio.run(arrive(db, [text]))
    with db.transaction() as session:
        assert list(session.scalars(select(Consent.kind).order_by(Consent.id))) == ["stop", "start"]
        assert counted(session, Job) == 0


def test_help_is_kept_and_left_to_the_carrier(db: Database) -> None:
    asyncio.run(arrive(db, [Arrived(sid(1), PHONE, "HELP")]))
    with db.transaction() as session:
        assert counted(session, Message) == 1
        assert counted(session, Consent) == 0
        assert counted(session, Job) == 0
