"""The console API in memory, over real HTTP: what the page does by itself can be tested without a database or a bot.

Tests change the desk in Python (`offer`, `say`, `assign`) and the page hears of it as from the gateway. Faults are part
of it: `fail` breaks the next matching calls, `drop_streams` cuts the live connections, `mangle` loses or repeats events,
`lag` keeps answers back, so that they overtake one another.
"""

from __future__ import annotations

import json
import queue
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

ME = {"id": "a1", "name": "Dana Kim", "role": "agent", "representative": True}

Json = dict[str, Any]


@dataclass
class Fault:
    """Breaks the next `times` calls whose "METHOD path" matches: `status` 0 carries the call out, then cuts the answer."""

    pattern: str
    status: int
    times: int
    message: str


@dataclass
class Conversation:
    """One row, with everything that the API says of it."""

    id: str
    customer: Json | None = None
    state: str = "waiting"
    queue: str = "general"
    holder: Json | None = None
    channel: str = "web"
    topic: str | None = "orders"
    version: int = 1
    waiting_since: datetime | None = None
    offer_expires_at: datetime | None = None
    messages: list[Json] = field(default_factory=list)
    notes: list[Json] = field(default_factory=list)
    participants: list[Json] = field(default_factory=list)
    more: Json = field(default_factory=dict)  # of the open conversation
    stands: Json = field(default_factory=dict)  # of the card too
    client_ids: dict[str, int] = field(default_factory=dict)


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def now() -> datetime:
    return datetime.now(UTC)


class ConsoleStub:
    """One agent's desk."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.now: Callable[[], datetime] = now
        self.signed_in = False
        self.presence = "online"
        self.away_reason: str | None = None
        self.queues = 1
        self.decisions: list[Json] = []
        self.book: Json = {"customers": []}
        self.mentions: list[Json] = []
        self.demo = True
        self.held_back: list[Json] = []
        self.conversations: dict[str, Conversation] = {}
        self.calls: list[tuple[str, str, Json]] = []
        self.faults: list[Fault] = []
        self.streams: list[queue.Queue[str | None]] = []
        self.mangle: Callable[[str], list[str]] = lambda event: [event]
        self.lag: Callable[[], float] = lambda: 0.0  # seconds

    def add(self, id: str, name: str | None = "Ana Ortiz", *, tier: str = "standard", **fields: Any) -> Conversation:
        customer = name and {"id": f"c-{id}", "name": name, "tier": tier, **fields.pop("customer", {})}
        fields.setdefault("waiting_since", self.now() - timedelta(seconds=75))
        made = Conversation(id, customer or None, **fields)
        with self.lock:
            self.conversations[id] = made
        self.tell(id)
        return made

    def say(self, id: str, text: str, kind: str = "customer", name: str | None = None, **more: Any) -> int:
        with self.lock:
            messages = self.conversations[id].messages
            at = more.pop("at", self.now())
            author = {"kind": kind, "name": name}
            messages.append(
                {"seq": len(messages) + 1, "author": author, "text": text, "options": [], "at": iso(at), **more}
            )
            seq = len(messages)
        self.tell(id)
        return seq

    def offer(self, id: str, seconds: float = 600) -> None:
        self.assign(id, "offered", offer_expires_at=self.now() + timedelta(seconds=seconds))

    def assign(self, id: str, state: str, holder: Json | None = None, **fields: Any) -> None:
        with self.lock:
            row = self.conversations[id]
            row.state, row.holder, row.version = state, holder, row.version + 1
            row.offer_expires_at = fields.get("offer_expires_at")
        self.tell(id)

    def fail(self, pattern: str, status: int = 500, *, times: int = 1, message: str = "Something broke.") -> None:
        self.faults.append(Fault(pattern, status, times, message))

    def drop_streams(self) -> None:
        with self.lock:
            for stream in self.streams:
                stream.put(None)

    def tell(self, id: str) -> None:
        with self.lock:
            event = f"event: changed\ndata: {json.dumps({'id': id, 'version': self.conversations[id].version})}\n\n"
            for stream in self.streams:
                for each in self.mangle(event):
                    stream.put(each)

    def sign(self, event: str, conversation: str, /, **data: Any) -> None:
        """A sign of life: typing, looking, marks."""
        with self.lock:
            for stream in self.streams:
                stream.put(f"event: {event}\ndata: {json.dumps({'id': conversation, **data})}\n\n")

    def sent(self, pattern: str) -> list[Json]:
        """The bodies of the calls so far whose "METHOD path" matches."""
        return [body for method, path, body in self.calls if re.fullmatch(pattern, f"{method} {path}")]

    def events(self) -> Iterator[str]:
        stream: queue.Queue[str | None] = queue.Queue()
        with self.lock:
            self.streams.append(stream)
        try:
            yield "event: hello\ndata: {}\n\n"
            while (event := stream.get()) is not None:
                yield event
        finally:
            with self.lock:
                self.streams.remove(stream)
