"""The threads that write: rules on their way, those of one commit, and what is done with a deadlock's victim.

SQLite has one writer: rules that wait together share one commit, with a savepoint each, so that a refused rule takes
nothing of its neighbours along. PostgreSQL has a pool of threads with a transaction each.
"""

import itertools
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from shop.ground.db import Database

T = TypeVar("T")

GROUP = 50  # rules in one SQLite commit: 10,000 rows a second with 50, 264 with 1
GROUP_S = 0.05  # after so long a commit takes no more of them: those that are done wait for it
FIRST, AFTER, LAST = range(3)  # among the rules that wait to be written
WRITERS = 8
DEADLOCK_TRIES = 4


def rung(session: Session) -> frozenset[str]:
    """The bells that a transaction's rules asked for."""
    return frozenset(session.info.get("bells", ()))


class _Owed:
    """A rule on its way to the writer, and the future its caller waits for. In a queue the lower place comes first."""

    def __init__(self, rule: Callable[[Session], Any] | None, place: tuple[int, int]) -> None:
        self.rule = rule
        self.place = place
        self.future: Future[Any] = Future()

    def __lt__(self, other: "_Owed") -> bool:
        return self.place < other.place


class OneWriter:
    """One thread writes; rules that wait together share a commit. On SQLite all do, on PostgreSQL those that come first."""

    def __init__(self, db: "Database") -> None:
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
                self.db.notify(connection, frozenset(bells))
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
            bells.update(rung(session))


class ManyWriters:
    """PostgreSQL: a transaction a thread; a deadlock's victim goes again. What comes first is in nobody's way and locks nothing."""

    def __init__(self, db: "Database") -> None:
        self.db = db
        self.threads = ThreadPoolExecutor(WRITERS, "db-write")
        self.first = OneWriter(db)  # those that come first share their commits: many a second wait for one disk

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
