"""Conversations as Rasa needs them, one row each: slots, the open form and the last events.

So turn 400 costs what turn 10 costs. What was said is kept by the gateway; this memory may be lost.
"""

import json
import sqlite3
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

KEEP = 40  # events; a turn has 4 to 10

Events = list[dict[str, Any]]


class Rows(Protocol):
    """One text for each key."""

    def put(self, key: str, text: str) -> None: ...
    def get(self, key: str) -> str | None: ...
    def keys(self) -> list[str]: ...


class BoundedTrackerStore(TrackerStore, SerializedTrackerAsText):  # type: ignore[misc]  # Rasa has no types
    """`url` is a SQLite file or postgresql://... (with ?schema=... if it is not the default one)."""

    def __init__(
        self, domain: Domain, host: str | None = None, event_broker: EventBroker | None = None, **kwargs: Any
    ) -> None:
        self.rows = rows_at(host or "var/tracker.db")
        super().__init__(domain, event_broker, **kwargs)

    async def save(self, tracker: DialogueStateTracker) -> None:
        self.rows.put(tracker.sender_id, json.dumps(bounded(tracker)))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        text = self.rows.get(sender_id)
        return DialogueStateTracker.from_dict(sender_id, json.loads(text), self.domain.slots) if text else None

    async def keys(self) -> Iterable[str]:
        return self.rows.keys()


def bounded(tracker: DialogueStateTracker) -> Events:
    """The events to keep: the last whole turns, led by what the earlier ones left behind."""
    events = list(tracker.events)
    cut = _start_of_turn(events, len(events) - KEEP)
    if cut == 0:
        return [event.as_dict() for event in events]
    at = events[cut].timestamp
    slots = [SlotSet(key, slot.value, at) for key, slot in tracker.slots.items() if slot.has_been_set]
    head: list[Event] = [ActionExecuted("action_session_start", timestamp=at), SessionStarted(at), *slots]
    loop_before = DialogueStateTracker.from_events(tracker.sender_id, events[:cut]).active_loop_name
    if loop_before:
        head.append(ActiveLoop(loop_before, at))
    return [event.as_dict() for event in [*head, *events[cut:]]]


def _start_of_turn(events: list[Event], wanted: int) -> int:
    """The first place from `wanted` on where the bot began to listen; a history without one is kept whole."""
    for place in range(max(wanted, 0), len(events)):
        event = events[place]
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME:
            return place if wanted > 0 else 0
    return 0


def rows_at(url: str) -> Rows:
    return PostgresRows(url) if url.startswith(("postgresql://", "postgres://")) else SqliteRows(url)


class SqliteRows:
    def __init__(self, path: str) -> None:
        path = path.removeprefix("sqlite:///")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, isolation_level=None, timeout=5, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode = WAL")
        # Survives a crash of the process; a tracker lost with the power costs an open form, no data.
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.execute(
            "CREATE TABLE IF NOT EXISTS trackers"
            " (conversation TEXT PRIMARY KEY, events TEXT NOT NULL, at REAL NOT NULL)"
        )

    def put(self, key: str, text: str) -> None:
        self.connection.execute("INSERT OR REPLACE INTO trackers VALUES (?, ?, ?)", (key, text, time.time()))

    def get(self, key: str) -> str | None:
        row = self.connection.execute("SELECT events FROM trackers WHERE conversation = ?", (key,)).fetchone()
        return row[0] if row else None

    def keys(self) -> list[str]:
        return [row[0] for row in self.connection.execute("SELECT conversation FROM trackers")]


class PostgresRows:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        self.schema = query.pop("schema", "")
        self.dsn = urlunsplit(parts._replace(query=urlencode(query)))
        self.connection: Any = None
        if self.schema:
            self._run('CREATE SCHEMA IF NOT EXISTS "{}"'.format(self.schema.replace('"', '""')))
        self._run(
            "CREATE TABLE IF NOT EXISTS trackers"
            " (conversation TEXT PRIMARY KEY, events TEXT NOT NULL, at DOUBLE PRECISION NOT NULL)"
        )

    def put(self, key: str, text: str) -> None:
        self._run(
            "INSERT INTO trackers VALUES (%s, %s, %s) ON CONFLICT (conversation)"
            " DO UPDATE SET events = excluded.events, at = excluded.at",
            (key, text, time.time()),
        )

    def get(self, key: str) -> str | None:
        rows = self._run("SELECT events FROM trackers WHERE conversation = %s", (key,))
        return rows[0][0] if rows else None

    def keys(self) -> list[str]:
        return [row[0] for row in self._run("SELECT conversation FROM trackers")]

    def _run(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """Each statement commits by itself and is safe to repeat: a lost connection is opened anew once."""
        import psycopg2

        for last in (False, True):
            try:
                if self.connection is None:
                    self.connection = self._connect()
                with self.connection.cursor() as cursor:
                    cursor.execute(sql, values or None)
                    return cursor.fetchall() if cursor.description else []
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                self.connection = None
                if last:
                    raise
        return []

    def _connect(self) -> Any:
        import psycopg2

        connection = psycopg2.connect(self.dsn, connect_timeout=3)
        connection.autocommit = True
        if self.schema:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('search_path', %s, false)", (self.schema,))
        return connection
