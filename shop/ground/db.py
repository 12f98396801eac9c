"""The database: one metadata, readers that cannot write, and writers that commit, then ring.

`await db.write(rule, *args)` runs `rule(session, *args)` in a thread, commits, then rings the bells the rule asked for.
SQLite has one writer thread: rules that wait together share one commit, with a savepoint each, so that a
refused rule takes nothing of its neighbours along. PostgreSQL has a pool of threads with a transaction each.
"""

import asyncio
import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

P = ParamSpec("P")
T = TypeVar("T")
Rule = Callable[Concatenate[Session, P], T]

NOTIFY_CHANNEL = "rapport"
GROUP = 50  # rules in one SQLite commit: 10,000 rows a second with 50, 264 with 1
GROUP_S = 0.05  # after so long a commit takes no more of them: those that are done wait for it
FIRST, AFTER, LAST = range(3)  # among the rules that wait to be written
READERS, WRITERS = 4, 8
BUSY_MS = 10_000
DEADLOCK_TRIES = 4


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on every database; SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The one metadata behind the one Alembic history."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON}


def ring(session: Session, *topics: str) -> None:
    """Ask for these bells once, and only if, this transaction commits."""
    session.info.setdefault("bells", set()).update(topics)


class Database:
    """One address, two doors: `write` and `read`. `on_bells` is called after each commit that rang."""

    def __init__(self, url: str, on_bells: Callable[[frozenset[str]], None] | None = None) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        self.on_bells = on_bells or (lambda _: None)
        self.engine = (
            _sqlite_engine(url, "BEGIN IMMEDIATE")
            if self.sqlite
            else create_engine(url, pool_size=WRITERS + 1, pool_pre_ping=True)
        )
        self._read_engine = _sqlite_engine(url, "BEGIN", read_only=True) if self.sqlite else _postgres_reader(url)
        self._readers = ThreadPoolExecutor(READERS, "db-read")
        self._writers: _OneWriter | _ManyWriters = _OneWriter(self) if self.sqlite else _ManyWriters(self)
        self._urgent: dict[object, float] = {}  # when each that is to come first began to wait, the oldest first

    async def write(self, rule: Rule[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the rule, commit, ring. What the rule raises rolls back the rule alone, and comes out here."""
        return await asyncio.wrap_future(self._writers.submit(lambda session: rule(session, *args, **kwargs)))

    async def write_first(self, rule: Rule[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same, before all that waits to be written: for a short rule that locks nothing and that somebody gives us seconds for."""
        mark = object()
        self._urgent[mark] = time.monotonic()
        try:
            written = self._writers.submit(lambda session: rule(session, *args, **kwargs), FIRST)
            return await asyncio.wrap_future(written)
        finally:
            del self._urgent[mark]

    @property
    def first_waits_s(self) -> float:
        """How long the oldest of `write_first` has been waiting by now; 0 when there is none. Asked by the event loop."""
        return time.monotonic() - next(iter(self._urgent.values())) if self._urgent else 0.0

    async def read(self, rule: Rule[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the rule on a connection that cannot write."""
        return await asyncio.wrap_future(
            self._readers.submit(self._read, lambda session: rule(session, *args, **kwargs))
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A write transaction in this thread, for commands and the action server; commits at the end, then rings."""
        with self.engine.begin() as connection:
            with Session(connection) as session:
                yield session
                session.flush()
            bells = _bells(session)
            self._notify(connection, bells)
        if bells:
            self.on_bells(bells)

    def close(self) -> None:
        self._writers.close()
        self._readers.shutdown()
        self.engine.dispose()
        self._read_engine.dispose()

    def _read(self, rule: Callable[[Session], T]) -> T:
        with self._read_engine.connect() as connection, Session(connection) as session:
            return rule(session)

    def _notify(self, connection: Connection, bells: frozenset[str]) -> None:
        if bells and not self.sqlite:
            connection.execute(
                text("SELECT pg_notify(:channel, topic) FROM unnest(CAST(:topics AS text[])) AS topic"),
                {"channel": NOTIFY_CHANNEL, "topics": sorted(bells)},
            )


class _Owed:
    """A rule on its way to the writer, and the future its caller waits for. In a queue the lower place comes first."""

    def __init__(self, rule: Callable[[Session], Any] | None, place: tuple[int, int]) -> None:
        self.rule = rule
        self.place = place
        self.future: Future[Any] = Future()

    def __lt__(self, other: "_Owed") -> bool:
        return self.place < other.place


class _OneWriter:
    """One thread writes; rules that wait together share a commit. On SQLite all do, on PostgreSQL those that come first."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.waiting: queue.PriorityQueue[_Owed] = queue.PriorityQueue()
        self.numbers = itertools.count()
        self.thread = threading.Thread(target=self._run, name="db-write", daemon=True)
        self.thread.start()

    def submit(self, rule: Callable[[Session], T], rank: int = AFTER) -> "Future[T]":
        return self._put(rule, rank)

    def close(self) -> None:
        self._put(None, LAST)
        self.thread.join()

    def _put(self, rule: Callable[[Session], Any] | None, rank: int) -> "Future[Any]":
        owed = _Owed(rule, (rank, next(self.numbers)))
        self.waiting.put(owed)
        return owed.future

    def _run(self) -> None:
        while (first := self.waiting.get()).rule is not None:
            self._commit(first)

    def _group(self, first: _Owed) -> Iterator[_Owed]:
        """The rules of one commit, taken as they are wanted: what is to come first waits for one rule, not for fifty."""
        began = time.monotonic()
        yield first
        for _ in range(GROUP - 1):
            try:
                following = self.waiting.get_nowait()
            except queue.Empty:
                return
            if following.rule is None or time.monotonic() - began > GROUP_S:
                self.waiting.put(following)
                return
            yield following

    def _commit(self, first: _Owed) -> None:
        group: list[_Owed] = []
        done: list[tuple[_Owed, Any]] = []
        bells: set[str] = set()
        try:
            with self.db.engine.begin() as connection:
                for owed in self._group(first):
                    group.append(owed)
                    self._attempt(connection, owed, done, bells)
                self.db._notify(connection, frozenset(bells))
        except BaseException as error:  # the commit itself failed: nobody may believe that it was written
            for owed, _ in done:
                owed.future.set_exception(error)
            for owed in group or [first]:
                if not owed.future.done():
                    owed.future.set_exception(error)
            return
        if bells:
            self.db.on_bells(frozenset(bells))
        for owed, result in done:
            if not owed.future.cancelled():
                owed.future.set_result(result)

    @staticmethod
    def _attempt(connection: Connection, owed: _Owed, done: list[tuple[_Owed, Any]], bells: set[str]) -> None:
        if owed.rule is None or not owed.future.set_running_or_notify_cancel():
            return
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            try:
                result = owed.rule(session)
                session.commit()
            except BaseException as error:
                session.rollback()
                owed.future.set_exception(error)
                return
            done.append((owed, result))
            bells.update(_bells(session))


class _ManyWriters:
    """PostgreSQL: a transaction a thread; a deadlock's victim goes again. What comes first is in nobody's way and locks nothing."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.threads = ThreadPoolExecutor(WRITERS, "db-write")
        self.first = _OneWriter(db)  # those that come first share their commits: many a second wait for one disk

    def submit(self, rule: Callable[[Session], T], rank: int = AFTER) -> "Future[T]":
        return self.first.submit(rule, rank) if rank == FIRST else self.threads.submit(self._run, rule)

    def close(self) -> None:
        self.threads.shutdown()
        self.first.close()

    def _run(self, rule: Callable[[Session], T]) -> T:
        for tries_left in reversed(range(DEADLOCK_TRIES)):
            try:
                with self.db.transaction() as session:
                    return rule(session)
            except OperationalError as error:
                if tries_left == 0 or getattr(error.orig, "sqlstate", "") not in ("40P01", "40001"):
                    raise
        raise AssertionError("unreachable")


def _bells(session: Session) -> frozenset[str]:
    return frozenset(session.info.get("bells", ()))


def _sqlite_engine(url: str, begin: str, read_only: bool = False) -> Engine:
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # NORMAL survives a crash of the process, not of the power
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgres_reader(url: str) -> Engine:
    return create_engine(
        url, pool_size=READERS, pool_pre_ping=True, connect_args={"options": "-c default_transaction_read_only=on"}
    )
