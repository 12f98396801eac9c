"""The database: one metadata, readers that cannot write, and writers that commit, then ring.

`await db.write(rule, *args)` runs `rule(session, *args)` in a thread, commits, then rings the bells the rule asked for.
Which thread that is, and what shares a commit, is told in `writers`.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from shop.ground.writers import FIRST, WRITERS, ManyWriters, OneWriter, rung

P = ParamSpec("P")
T = TypeVar("T")
Rule = Callable[Concatenate[Session, P], T]

NOTIFY_CHANNEL = "rapport"
READERS = 4
BUSY_MS = 10_000


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
        self._writers: OneWriter | ManyWriters = OneWriter(self) if self.sqlite else ManyWriters(self)
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
            bells = rung(session)
            self.notify(connection, bells)
        if bells:
            self.on_bells(bells)

    def notify(self, connection: Connection, bells: frozenset[str]) -> None:
        """PostgreSQL takes the bells to the other processes, with the commit that this belongs to."""
        if bells and not self.sqlite:
            connection.execute(
                text("SELECT pg_notify(:channel, topic) FROM unnest(CAST(:topics AS text[])) AS topic"),
                {"channel": NOTIFY_CHANNEL, "topics": sorted(bells)},
            )

    def close(self) -> None:
        self._writers.close()
        self._readers.shutdown()
        self.engine.dispose()
        self._read_engine.dispose()

    def _read(self, rule: Callable[[Session], T]) -> T:
        with self._read_engine.connect() as connection, Session(connection) as session:
            return rule(session)


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
