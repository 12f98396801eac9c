"""The console API in memory, over real HTTP: what the page does by itself can be tested without a database or a bot.

Tests change the desk in Python (`offer`, `say`, `assign`) and the page hears of it as from the gateway. Faults are part
of it: `fail` breaks the next matching calls, `drop_streams` cuts the live connections, `mangle` loses or repeats events.
"""

from __future__ import annotations

import json
import queue
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from handoff.tools.assets import asset

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:"
ME = {"id": "a1", "name": "Dana Kim", "role": "agent", "representative": True}
DEMO = [
    {"name": "Dana Kim", "email": "dana@shop.example", "role": "agent", "password": "demo-dana"},
    {"name": "Luis Ortega", "email": "luis@shop.example", "role": "agent", "password": "demo-luis"},
]
PAGE = 500
ROUTE = re.compile(r"/api/console/conversations/([^/]+)(?:/([a-z-]+))?")
ALLOWED = {"offered": ["accept", "decline"], "waiting": ["claim"], "held": ["reply", "hand-back", "close"]}

Json = dict[str, Any]


class Refused(Exception):
    """An error answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


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
    more: Json = field(default_factory=dict)
    client_ids: dict[str, int] = field(default_factory=dict)


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def now() -> datetime:
    return datetime.now(UTC)


class ConsoleStub:
    """One agent's desk."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.signed_in = False
        self.presence = "online"
        self.demo = True
        self.conversations: dict[str, Conversation] = {}
        self.calls: list[tuple[str, str, Json]] = []
        self.faults: list[Fault] = []
        self.streams: list[queue.Queue[str | None]] = []
        self.mangle: Callable[[str], list[str]] = lambda event: [event]

    # What tests do

    def add(self, id: str, name: str | None = "Ana Ortiz", *, tier: str = "standard", **fields: Any) -> Conversation:
        customer = name and {"id": f"c-{id}", "name": name, "tier": tier, **fields.pop("customer", {})}
        fields.setdefault("waiting_since", now() - timedelta(seconds=75))
        made = Conversation(id, customer or None, **fields)
        with self.lock:
            self.conversations[id] = made
        self.tell(id)
        return made

    def say(self, id: str, text: str, kind: str = "customer", name: str | None = None, **more: Any) -> int:
        with self.lock:
            messages = self.conversations[id].messages
            at = more.pop("at", now())
            author = {"kind": kind, "name": name}
            messages.append(
                {"seq": len(messages) + 1, "author": author, "text": text, "options": [], "at": iso(at), **more}
            )
            seq = len(messages)
        self.tell(id)
        return seq

    def offer(self, id: str, seconds: float = 30) -> None:
        self.assign(id, "offered", offer_expires_at=now() + timedelta(seconds=seconds))

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

    def sent(self, pattern: str) -> list[Json]:
        """The bodies of the calls so far whose "METHOD path" matches."""
        return [body for method, path, body in self.calls if re.fullmatch(pattern, f"{method} {path}")]

    # What the API answers

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Json) -> tuple[int, Any]:
        with self.lock:
            if path == "/demo/agents" and self.demo:
                return 200, DEMO
            if path == "/api/console/login":
                return self._login(body)
            if not self.signed_in:
                raise Refused(401, "unauthorised", "Sign in first.")
            if path == "/api/console/logout":
                self.signed_in = False
                return 200, {}
            if path == "/api/console/me":
                return 200, {"agent": ME, "presence": self.presence}
            if path == "/api/console/presence":
                self.presence = body["status"]
                return 200, {"presence": self.presence}
            if path == "/api/console/queue":
                return 200, self._queue()
            found = ROUTE.fullmatch(path)
            if not found or found[1] not in self.conversations:
                raise Refused(404, "not_found", "There is no such conversation.")
            row, verb = self.conversations[found[1]], found[2]
            if verb is None:
                return 200, self._conversation(row, int(query.get("after", ["0"])[0]))
            return self._reply(row, body) if verb == "reply" else self._change(row, verb, body)

    def _login(self, body: Json) -> tuple[int, Json]:
        if not any(body == {"email": agent["email"], "password": agent["password"]} for agent in DEMO):
            raise Refused(401, "unauthorised", "E-mail and password do not match.")
        self.signed_in, self.presence = True, "online"
        return 200, {"agent": ME}

    def _queue(self) -> Json:
        lists: dict[str, list[Json]] = {"mine": [], "dedicated": [], "general": []}
        for row in self.conversations.values():
            if row.state in ("held", "parked") and row.holder == ME:
                lists["mine"].append(self._item(row))
            elif row.state in ("waiting", "offered"):
                lists[row.queue].append(self._item(row))
        return {**lists, "presence": self.presence, "now": iso(now())}

    def _item(self, row: Conversation) -> Json:
        last = row.messages[-1] if row.messages else None
        return {
            "id": row.id,
            "customer": row.customer and {"id": row.customer["id"], "name": row.customer["name"]},
            "tier": row.customer and row.customer["tier"],
            "state": row.state,
            "channel": row.channel,
            "topic": row.topic,
            "waiting_since": iso(row.waiting_since),
            "offer_expires_at": iso(row.offer_expires_at),
            "held_by": row.holder and row.holder["id"],
            "preview": last["text"][:120] if last else "",
            "last_at": last["at"] if last else None,
            "unanswered": bool(last and last["author"]["kind"] == "customer"),
            "version": row.version,
        }

    def _conversation(self, row: Conversation, after: int) -> Json:
        mine = row.state != "held" or row.holder == ME
        return {
            **self._item(row),
            "customer": row.customer,
            "proof": {"level": "none", "at": None},
            "reason": "customer_asked",
            "facts": {},
            "holder": row.holder,
            "offered_to": ME["id"] if row.state == "offered" else None,
            "messages": [message for message in row.messages if message["seq"] > after][:PAGE],
            "receipts": [],
            "orders": [],
            "can": ALLOWED.get(row.state, []) if mine else [],
            **row.more,
        }

    def _reply(self, row: Conversation, body: Json) -> tuple[int, Json]:
        if row.state != "held" or row.holder != ME:
            raise Refused(409, "conflict", "You are not the one who answers this conversation.")
        if body["client_id"] not in row.client_ids:
            row.client_ids[body["client_id"]] = self.say(row.id, body["text"], "agent", ME["name"])
        return 201, {"seq": row.client_ids[body["client_id"]]}

    def _change(self, row: Conversation, verb: str, body: Json) -> tuple[int, Json]:
        held_elsewhere = row.state == "held" and row.holder != ME
        if held_elsewhere or verb not in ALLOWED.get(row.state, []) or body["version"] != row.version:
            raise Refused(409, "conflict", "The conversation has changed since you looked.")
        to = {"accept": "held", "claim": "held", "decline": "waiting", "hand-back": "bot", "close": "closed"}[verb]
        self.assign(row.id, to, ME if to == "held" else None)
        return 200, {"id": row.id, "state": row.state, "version": row.version}

    # The stream

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


def handler(stub: ConsoleStub) -> type[BaseHTTPRequestHandler]:
    """The HTTP side of one stub."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Tests read `stub.calls` instead."""

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/console" or path.startswith("/static/"):
                self._file("/static/console/index.html" if path == "/console" else path)
            elif path == "/api/console/stream" and stub.signed_in:
                self._stream()
            else:
                self._call("GET", {})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"{}")
            assert self.headers["Content-Type"] == "application/json"
            self._call("POST", body)

        def _call(self, method: str, body: Json) -> None:
            url = urlsplit(self.path)
            stub.calls.append((method, url.path, body))
            called = f"{method} {url.path}"
            fault = next((each for each in stub.faults if each.times > 0 and re.fullmatch(each.pattern, called)), None)
            try:
                if fault and fault.status:
                    raise Refused(fault.status, "failed", fault.message)
                status, answer = stub.answer(method, url.path, parse_qs(url.query), body)
            except Refused as refused:
                status, answer = refused.status, {"error": {"code": refused.code, "message": refused.message}}
            if fault:
                fault.times -= 1
            self._send(status, "application/json", json.dumps(answer).encode(), cut=bool(fault and not fault.status))

        def _file(self, path: str) -> None:
            found = asset(path.removeprefix("/static/"))
            if found is None:
                self._send(404, "text/plain", b"")
            else:
                self._send(200, found.media, found.body)

        def _send(self, status: int, kind: str, content: bytes, cut: bool = False) -> None:
            self.send_response(HTTPStatus(status))
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Security-Policy", CSP)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.end_headers()
            # A browser repeats by itself what got no answer at all on a kept connection: the cut comes in the middle.
            self.wfile.write(content[: len(content) // 2] if cut else content)
            self.close_connection = self.close_connection or cut

        def _stream(self) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            try:
                for event in stub.events():
                    self.wfile.write(event.encode())
            except OSError:
                return

    return Handler


@contextmanager
def served(stub: ConsoleStub, port: int = 0) -> Iterator[str]:
    """Serves the stub on the loopback; gives its address."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(stub))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        stub.drop_streams()
        server.shutdown()
        server.server_close()
