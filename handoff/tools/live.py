"""The doorbell: wakes whoever waits for a topic after a commit, in this process and, with PostgreSQL, in all.

A bell carries no news, only "look again". Rings may be lost or doubled; a poll each second is the floor. Beside them it
carries signs of life, which need no floor.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator

import psycopg
import structlog

from handoff.tools.signs import MARK, Sign, Signs
from shop.ground.db import NOTIFY_CHANNEL, Database, ring

log = structlog.get_logger()
RECONNECT_S = 1.0


class Listener:
    """One waiter and its topics. A ring between two waits is not lost."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    async def wait(self, timeout_s: float) -> bool:
        """True when the bell rang, False when the time ran out first."""
        try:
            await asyncio.wait_for(self._rung.wait(), timeout_s)
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    def ring(self) -> None:
        self._rung.set()


class Doorbell:
    """All the listeners of this process, by topic."""

    def __init__(self) -> None:
        self._by_topic: dict[str, set[Listener]] = defaultdict(set)
        self._rung_at: dict[str, float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self.signs = Signs()

    def attach(self) -> None:
        """Belong to the running event loop; rings from other threads go through it."""
        self._loop = asyncio.get_running_loop()

    @contextlib.contextmanager
    def listening(self, *topics: str) -> Iterator[Listener]:
        listener = Listener()
        for topic in topics:
            self._by_topic[topic].add(listener)
        try:
            yield listener
        finally:
            for topic in topics:
                self._by_topic[topic].discard(listener)
                if not self._by_topic[topic]:
                    del self._by_topic[topic]
                    self._rung_at.pop(topic, None)

    def ring(self, topics: frozenset[str]) -> None:
        """Ring from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ring, topics)

    async def tell(self, db: Database, sign: Sign) -> None:
        """Tell a sign of life, in this process and, with PostgreSQL, in all."""
        if db.sqlite:
            self._ring(frozenset({sign.topic}))
        else:
            await db.write(ring, sign.topic)

    def ring_if_quiet(self, topics: frozenset[str], for_s: float) -> None:
        """For the poll: ring what is listened for and did not ring within the last `for_s` seconds."""
        recently = time.monotonic() - for_s
        self._ring(frozenset(t for t in topics if self._rung_at.get(t, 0.0) < recently))

    def _ring(self, topics: frozenset[str]) -> None:
        for topic in topics:
            if topic.startswith(MARK):
                self.signs.hear(topic)
        for topic in topics & self._by_topic.keys():
            self._rung_at[topic] = time.monotonic()
            for listener in self._by_topic[topic]:
                listener.ring()

    async def hear_postgres(self, url: str) -> None:
        """Pass on what other gateways ring; runs until cancelled, and after a lost connection rings everything once."""
        address = url.replace("postgresql+psycopg://", "postgresql://", 1)
        while True:
            try:
                async for topic in _notifications(address):
                    self._ring(frozenset({topic}))
            except psycopg.Error as error:
                log.warning("bell_connection_lost", error=str(error))
            await asyncio.sleep(RECONNECT_S)
            self._ring(frozenset(self._by_topic))


async def _notifications(address: str) -> AsyncIterator[str]:
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
        async for notification in connection.notifies():
            yield notification.payload
