"""Arriving texts on both databases: one message for each sid however they come, and one conversation for each number."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Consent, Message
from handoff.rules import arrivals, outbox
from handoff.rules.arrivals import Arrived
from shop.ground.db import Database
from shop.ground.jobs import Job
from tests.conftest import Clock
from tests.handoff import world

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


def test_a_sid_is_known_for_ever_wherever_its_number_has_gone_since(db: Database, clock: Clock) -> None:
    texts = Arrived(sid(1), PHONE, "Where is it?"), Arrived(sid(2), PHONE, "Hello again")
    asyncio.run(arrive(db, [texts[0]]))
    with db.transaction() as session:
        first = session.scalars(select(Message)).one().conversation_id
        states.change(session, states.lock(session, first), "closed", by="bot", why="over")
    clock.advance(days=900)
    asyncio.run(arrive(db, [texts[1]]))
    asyncio.run(arrive(db, [texts[0]]))
    asyncio.run(arrive(db, [texts[1]]))
    with db.transaction() as session:
        rows = session.execute(select(Message.key, Message.conversation_id).order_by(Message.id)).all()
        assert [key for key, _ in rows] == [f"sms:{sid(1)}", f"sms:{sid(2)}"]
        assert rows[0][1] == first != rows[1][1]
        assert arrivals.unknown(session, [sid(1), sid(2), sid(3)]) == {sid(3)}


def test_a_number_answers_the_newest_list_and_only_until_something_else_is_written(db: Database) -> None:
    with db.transaction() as session:
        conversation = world.conversation(session, world.texts(session, PHONE, "hi").conversation)

        def asks(*labels: str) -> None:
            choices = [outbox.Choice(label, {"intent": label}) for label in labels]
            outbox.say(session, conversation, outbox.bot(), "Which one?", choices)

        def chosen(words: str) -> str | None:
            world.texts(session, PHONE, words)
            newest = session.scalars(select(Message.choice).order_by(Message.id.desc())).first()
            return newest["intent"] if newest else None

        asks("lamp", "rug")
        asks("sofa", "chair")
        assert chosen("2") == "chair"
        assert chosen("2") is None  # that question is answered
        asks("lamp", "rug")
        assert chosen("wait a moment") is None
        assert chosen("1") is None
