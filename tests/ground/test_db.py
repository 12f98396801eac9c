"""The database: a refused rule takes nothing along, bells ring after the commit, readers cannot write."""

import asyncio
import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from handoff.models import Consent
from shop.ground.db import Database, ring
from shop.ground.errors import Conflict

NOON = datetime(2026, 6, 15, 12, 0, tzinfo=timezone(timedelta(hours=-4)))


def add(session: Session, word: str) -> str:
    session.add(Consent(number="+1", kind="start", wording=word, source="test"))
    ring(session, word)
    return word


def add_and_refuse(session: Session, word: str) -> None:
    add(session, word)
    session.flush()
    raise Conflict(word)


def words(session: Session) -> set[str]:
    return set(session.scalars(select(Consent.wording)))


def hear(db: Database) -> list[str]:
    heard: list[str] = []
    db.on_bells = heard.extend
    return heard


def test_what_a_rule_returns_and_raises_comes_out_to_its_caller(db: Database) -> None:
    assert asyncio.run(db.write(add, "one")) == "one"
    with pytest.raises(Conflict, match="no"):
        asyncio.run(db.write(add_and_refuse, "no"))
    assert asyncio.run(db.read(words)) == {"one"}


def test_a_refused_rule_takes_nothing_of_its_neighbours_along(db: Database) -> None:
    async def all_at_once() -> list[str | BaseException]:
        rules: list[tuple[Callable[..., str | None], str]] = [
            (add_and_refuse if n % 3 == 0 else add, f"w{n}") for n in range(60)
        ]
        return await asyncio.gather(*(db.write(rule, word) for rule, word in rules), return_exceptions=True)  # type: ignore[return-value]

    heard = hear(db)
    results = asyncio.run(all_at_once())
    kept = {f"w{n}" for n in range(60) if n % 3}
    assert asyncio.run(db.read(words)) == kept
    assert sorted(heard) == sorted(kept)
    assert [isinstance(result, Conflict) for result in results] == [n % 3 == 0 for n in range(60)]


def test_a_rule_that_breaks_the_database_s_own_rules_harms_nobody_else(db: Database) -> None:
    def twice(session: Session) -> None:
        session.add_all([Consent(id=7, number="+1", kind="start", wording=w, source="") for w in ("a", "b")])

    async def together() -> tuple[object, ...]:
        return tuple(
            await asyncio.gather(db.write(add, "x"), db.write(twice), db.write(add, "y"), return_exceptions=True)
        )

    first, broken, last = asyncio.run(together())
    assert (first, last) == ("x", "y")
    assert isinstance(broken, DBAPIError)
    assert asyncio.run(db.read(words)) == {"x", "y"}


def test_bells_ring_after_the_commit_when_what_they_tell_can_be_read(db: Database) -> None:
    seen: list[set[str]] = []

    def look(_: frozenset[str]) -> None:
        with db._read_engine.connect() as connection, Session(connection) as session:
            seen.append(words(session))

    db.on_bells = look
    asyncio.run(db.write(add, "news"))
    assert seen == [{"news"}]


def test_a_transaction_in_this_thread_commits_and_then_rings(db: Database) -> None:
    heard = hear(db)
    with db.transaction() as session:
        add(session, "done")
        assert heard == []
    assert heard == ["done"]


def test_a_transaction_that_is_left_by_an_error_neither_stays_nor_rings(db: Database) -> None:
    heard = hear(db)
    with pytest.raises(Conflict), db.transaction() as session:
        add_and_refuse(session, "never")
    assert asyncio.run(db.read(words)) == set()
    assert heard == []


def test_a_reader_cannot_write(db: Database) -> None:
    def sneak(session: Session) -> None:
        add(session, "sneaked")
        session.flush()
        session.commit()

    with pytest.raises(DBAPIError):
        asyncio.run(db.read(sneak))
    assert asyncio.run(db.read(words)) == set()


def test_when_the_commit_itself_fails_every_caller_hears_it_and_no_bell_rings(db: Database) -> None:
    heard = hear(db)

    def fail(_: object) -> None:
        event.remove(db.engine, "commit", fail)
        raise OSError("the disk is full")

    event.listen(db.engine, "commit", fail)
    with pytest.raises(OSError, match="disk"):
        asyncio.run(db.write(add, "lost"))
    assert heard == []
    assert asyncio.run(db.write(add, "next")) == "next"  # and the writer goes on
    assert asyncio.run(db.read(words)) == {"next"}


def test_with_sqlite_all_who_share_a_failing_commit_hear_of_it(sqlite_db: Database) -> None:
    blocked, go_on = threading.Event(), threading.Event()

    def hold(_: Session) -> None:
        blocked.set()
        go_on.wait(20)

    def fail(_: object) -> None:
        raise OSError("the disk is full")

    async def three() -> list[object]:
        first = asyncio.ensure_future(sqlite_db.write(hold))
        await asyncio.to_thread(blocked.wait, 20)
        others = [asyncio.ensure_future(sqlite_db.write(add, word)) for word in ("a", "b")]
        await asyncio.sleep(0)  # both are in the queue before the writer is free again
        event.listen(sqlite_db.engine, "commit", fail)
        go_on.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    results = asyncio.run(three())
    event.remove(sqlite_db.engine, "commit", fail)
    assert all(isinstance(result, OSError) for result in results)
    assert asyncio.run(sqlite_db.read(words)) == set()


def test_many_writers_at_once_lose_nothing(db: Database) -> None:
    async def many() -> None:
        await asyncio.gather(*(db.write(add, f"w{n}") for n in range(200)))

    asyncio.run(many())
    assert asyncio.run(db.read(lambda session: session.scalar(select(func.count(Consent.id))))) == 200


def test_times_come_back_aware_and_in_utc(db: Database) -> None:
    def keep(session: Session) -> None:
        session.add(Consent(number="+1", kind="start", wording="", source="", at=NOON))

    asyncio.run(db.write(keep))
    at = asyncio.run(db.read(lambda session: session.execute(select(Consent.at)).scalar_one()))
    assert at == NOON
    assert at.isoformat() == "2026-06-15T16:00:00+00:00"


def test_a_time_without_a_zone_is_refused(sqlite_db: Database) -> None:
    def keep(session: Session) -> None:
        session.add(Consent(number="+1", kind="start", wording="", source="", at=datetime(2026, 6, 15)))
        session.flush()

    with pytest.raises(Exception, match="without a zone"):
        asyncio.run(sqlite_db.write(keep))
