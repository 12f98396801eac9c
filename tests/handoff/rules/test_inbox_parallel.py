"""The door in when many come at once: one message a key, numbers without a gap, and one thread a number."""

import asyncio
from collections.abc import Awaitable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Conversation, Message
from handoff.rules import inbox, sessions
from handoff.rules.inbox import Accepted, Inbound
from shop.ground.db import Database
from shop.ground.errors import Conflict
from tests.conftest import Clock
from tests.handoff import world


async def _all(*calls: Awaitable[Accepted]) -> list[Accepted | BaseException]:
    return await asyncio.gather(*calls, return_exceptions=True)


def _open(db: Database) -> int:
    with db.transaction() as session:
        return world.address(session, world.visitor(session))


def accept(session: Session, address: int, key: str, text: str = "hello") -> Accepted:
    return inbox.accept(session, address, Inbound("web", key, text))


def receive(session: Session, number: str, sid: str, text: str = "hello") -> Accepted:
    return inbox.accept(session, sessions.open_by_phone(session, number), Inbound("sms", sid, text))


def test_the_same_key_in_parallel_is_one_message(db: Database) -> None:
    address = _open(db)
    results = asyncio.run(_all(*(db.write(accept, address, "k") for _ in range(12))))
    accepted = [result for result in results if isinstance(result, Accepted)]
    assert len(accepted) == 12
    assert {result.seq for result in accepted} == {1}
    assert sum(result.created for result in accepted) == 1
    with db.transaction() as session:
        assert len(world.owed(session, "ask_bot")) == 1


def test_of_two_texts_under_one_key_the_second_is_a_conflict(db: Database) -> None:
    address = _open(db)
    results = asyncio.run(_all(*(db.write(accept, address, "k", f"text {n}") for n in range(6))))
    assert sum(isinstance(result, Accepted) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 5


def test_numbers_have_no_gap_whoever_writes_at_the_same_time(db: Database) -> None:
    address = _open(db)

    def refused(session: Session, n: int) -> Accepted:
        accept(session, address, f"r{n}")
        raise LookupError("after it was numbered")

    calls = [db.write(accept, address, f"k{n}") for n in range(30)]
    calls += [db.write(refused, n) for n in range(10)]
    results = asyncio.run(_all(*calls))
    numbers = sorted(result.seq for result in results if isinstance(result, Accepted))
    assert numbers == list(range(1, 31))
    with db.transaction() as session:
        stored = session.scalars(select(Message.seq).order_by(Message.seq)).all()
        assert stored == numbers
        assert session.execute(select(Conversation.last_seq)).scalar_one() == 30


def test_the_first_texts_of_a_number_open_one_thread(db: Database) -> None:
    results = asyncio.run(_all(*(db.write(receive, "+12125550001", f"SM{n}") for n in range(8))))
    assert {result.seq for result in results if isinstance(result, Accepted)} == set(range(1, 9)), results
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Address)) == 1
        assert session.scalar(select(func.count()).select_from(Conversation)) == 1


def test_two_messages_long_after_the_close_go_on_in_one_new_thread(db: Database, clock: Clock) -> None:
    address = _open(db)
    with db.transaction() as session:
        conversation = session.scalars(select(Conversation)).one()
        states.change(session, conversation, "closed", by="system", why="test", closed_at=clock.time)
    clock.advance(days=8)
    results = asyncio.run(_all(*(db.write(accept, address, f"k{n % 3}") for n in range(9))))
    accepted = [result for result in results if isinstance(result, Accepted)]
    assert len(accepted) == 9, results
    assert len({result.conversation for result in accepted}) == 1
    assert sorted({result.seq for result in accepted}) == [1, 2, 3]
    assert sum(result.created for result in accepted) == 3
