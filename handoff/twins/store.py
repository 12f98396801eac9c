"""What the twins remember, in a SQLite file of their own: texts both ways, who opted out, media and mails."""

import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from shop.ground import clock

_SCHEMA = """
CREATE TABLE IF NOT EXISTS texts (
    place INTEGER PRIMARY KEY, sid TEXT UNIQUE NOT NULL, direction TEXT NOT NULL,
    sender TEXT NOT NULL, receiver TEXT NOT NULL,
    body TEXT NOT NULL, status TEXT NOT NULL, error_code INTEGER, segments INTEGER NOT NULL, media TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, door TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS texts_receiver ON texts (receiver, place);
CREATE INDEX IF NOT EXISTS texts_sender ON texts (sender, place);
CREATE TABLE IF NOT EXISTS media (sid TEXT PRIMARY KEY, content_type TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS opted_out (number TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, receivers TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
    message_id TEXT NOT NULL, at TEXT NOT NULL);
"""


@dataclass
class Text:
    """A text as Twilio holds it. `door` says how our webhook answered, for the page."""

    sid: str
    direction: str  # inbound | outbound-api | outbound-reply
    sender: str
    receiver: str
    body: str
    status: str
    segments: int
    error_code: int | None = None
    media: list[dict[str, str]] = field(default_factory=list)  # sid and content_type
    created_at: datetime = field(default_factory=clock.now)
    updated_at: datetime = field(default_factory=clock.now)
    door: str = ""


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


class Store:
    """Used by the one event loop of the twins; `on_change` is called after each change."""

    def __init__(self, path: Path | str, on_change: Callable[[], None] = lambda: None) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")  # a twin's memory is worth no disk time
        self._db.executescript(_SCHEMA)
        self.on_change = on_change

    def close(self) -> None:
        self._db.close()

    def add(self, text: Text) -> None:
        self._db.execute(
            "INSERT INTO texts (sid, direction, sender, receiver, body, status, error_code, segments, media, created_at,"
            " updated_at, door) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(text.sid, text.direction, text.sender, text.receiver, text.body, text.status, text.error_code),
                *(text.segments, json.dumps(text.media)),
                *(text.created_at.isoformat(), text.updated_at.isoformat(), text.door),
            ),
        )
        self.on_change()

    def set_status(self, sid: str, status: str, error_code: int | None = None) -> None:
        self._db.execute(
            "UPDATE texts SET status=?, error_code=?, updated_at=? WHERE sid=?",
            (status, error_code, clock.now().isoformat(), sid),
        )
        self.on_change()

    def set_door(self, sid: str, door: str) -> None:
        self._db.execute("UPDATE texts SET door=? WHERE sid=?", (door, sid))
        self.on_change()

    def text(self, sid: str) -> Text | None:
        row = self._db.execute("SELECT * FROM texts WHERE sid=?", (sid,)).fetchone()
        return _text(row) if row else None

    def texts(
        self,
        *,
        sender: str = "",
        receiver: str = "",
        after: datetime | None = None,
        before: datetime | None = None,
        limit: int,
        offset: int = 0,
    ) -> list[Text]:
        """The newest first; `after` and `before` are inclusive."""
        wheres, values = ["1=1"], []
        bounds = [("sender=?", sender), ("receiver=?", receiver), ("created_at>=?", after), ("created_at<=?", before)]
        for clause, value in bounds:
            if value:
                wheres.append(clause)
                values.append(value.isoformat() if isinstance(value, datetime) else value)
        query = f"SELECT * FROM texts WHERE {' AND '.join(wheres)} ORDER BY place DESC LIMIT ? OFFSET ?"
        return [_text(row) for row in self._db.execute(query, (*values, limit, offset))]

    def thread(self, number: str, limit: int = 200) -> list[Text]:
        """Both directions of one phone, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM texts WHERE sender=?1 OR receiver=?1 ORDER BY place DESC LIMIT ?2", (number, limit)
        ).fetchall()
        return [_text(row) for row in reversed(rows)]

    def recent_numbers(self, ours: str, limit: int = 12) -> list[str]:
        """The phones that were last in use."""
        rows = self._db.execute(
            "SELECT CASE WHEN direction='inbound' THEN sender ELSE receiver END AS number, max(place) AS newest FROM texts"
            " GROUP BY number HAVING number != ? ORDER BY newest DESC LIMIT ?",
            (ours, limit),
        )
        return [row["number"] for row in rows]

    def add_media(self, sid: str, content_type: str, data: bytes) -> None:
        self._db.execute("INSERT INTO media VALUES (?,?,?)", (sid, content_type, data))

    def media(self, sid: str) -> tuple[str, bytes] | None:
        row = self._db.execute("SELECT content_type, data FROM media WHERE sid=?", (sid,)).fetchone()
        return (row["content_type"], row["data"]) if row else None

    def opt_out(self, number: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO opted_out VALUES (?)", (number,))
        self.on_change()

    def opt_in(self, number: str) -> None:
        self._db.execute("DELETE FROM opted_out WHERE number=?", (number,))
        self.on_change()

    def opted_out(self, number: str) -> bool:
        return self._db.execute("SELECT 1 FROM opted_out WHERE number=?", (number,)).fetchone() is not None

    def add_mail(self, sender: str, receivers: list[str], subject: str, text: str, message_id: str) -> None:
        self._db.execute(
            "INSERT INTO mails (sender, receivers, subject, text, message_id, at) VALUES (?,?,?,?,?,?)",
            (sender, json.dumps(receivers), subject, text, message_id, clock.now().isoformat()),
        )
        self.on_change()

    def mails(self, limit: int = 200) -> list[dict[str, Any]]:
        """The newest first."""
        rows = self._db.execute("SELECT * FROM mails ORDER BY id DESC LIMIT ?", (limit,))
        return [{**dict(row), "receivers": json.loads(row["receivers"])} for row in rows]


def _text(row: sqlite3.Row) -> Text:
    kept = dict(row)
    del kept["place"]
    kept["media"] = json.loads(kept["media"])
    for name in ("created_at", "updated_at"):
        kept[name] = datetime.fromisoformat(kept[name])
    return Text(**kept)
