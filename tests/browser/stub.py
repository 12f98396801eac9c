"""The web API in memory, for the widget's own behaviour alone: it can fall silent, refuse, forget and come back on demand."""

import base64
import contextlib
import json
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from handoff.tools.assets import asset

CUSTOMERS = [
    {"id": "ana_ruiz_4821", "name": "Ana Ruiz", "tier": "gold", "note": "an order on its way"},
    {"id": "tom_berg_1177", "name": "Tom Berg", "tier": "standard", "note": "one pending order"},
]
HEARTBEAT_S = 5.0
NOBODY: dict[str, Any] = {"agent": None, "queue": None, "position": None, "waiting_since": None}
CSP = "default-src 'self'; script-src 'self' {gateway}; connect-src 'self' {gateway}; style-src 'self'; object-src 'none'; base-uri 'none'"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Conversation:
    """One thread with its state."""

    id: str
    state: str = "bot"
    status: dict[str, Any] = field(default_factory=lambda: dict(NOBODY))
    messages: list[dict[str, Any]] = field(default_factory=list)


class Gateway:
    """The stub with its levers. `answer(gateway, conversation, words)` is the bot; without one it is silent."""

    def __init__(self, answer: Callable[["Gateway", Conversation, str], None] | None = None) -> None:
        self.answer = answer
        self.changed = threading.Condition()
        self.conversations: dict[str, Conversation] = {}
        self.tokens: dict[str, str] = {}
        self.of_customer: dict[str, str] = {}
        self.spent: set[str] = set()
        self.refusals: list[tuple[str, int, str, str]] = []
        self.asked: list[str] = []
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self.streams = 0
        self.generation = 0
        self.server = self._listen(0)
        self.port = self.server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def page(self) -> str:
        return f"http://localhost:{self.port}/"

    def _listen(self, port: int) -> "_Server":
        server = _Server(("127.0.0.1", port), type("BoundHandler", (_Handler,), {"gateway": self}))
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    def down(self) -> None:
        """Nobody listens any more, and every open stream breaks."""
        self.server.shutdown()
        self.server.server_close()
        self.drop_streams()
        self.server.hang_up()

    def up(self) -> None:
        self.server = self._listen(self.port)

    def drop_streams(self) -> None:
        with self.changed:
            self.generation += 1
            self.changed.notify_all()

    def forget_tokens(self) -> None:
        """Every session is over, as after its expiry."""
        with self.changed:
            self.tokens.clear()
        self.drop_streams()

    def refuse_next(self, what: str, status: int, code: str, message: str) -> None:
        """The next POST to `what` ("session" or "messages") is answered with this error."""
        self.refusals.append((what, status, code, message))

    def only(self) -> Conversation:
        """The conversation, where there is just one."""
        (conversation,) = self.conversations.values()
        return conversation

    @property
    def heard(self) -> list[str]:
        """Everything that customers have said, in whatever conversation."""
        said = [one for conversation in list(self.conversations.values()) for one in conversation.messages]
        return [one["text"] for one in said if one["author"]["kind"] == "customer"]

    def say(self, to: Conversation, kind: str, text: str, *, name: str = "Assistant", **more: Any) -> None:
        with self.changed:
            message = {
                "seq": len(to.messages) + 1,
                "author": {"kind": kind, "name": name},
                "text": text,
                "options": [],
                "at": now(),
            }
            to.messages.append(message | more)
            self.changed.notify_all()

    def turn(self, conversation: Conversation, state: str, **status: Any) -> None:
        with self.changed:
            conversation.state, conversation.status = state, NOBODY | status
            self.changed.notify_all()

    def open_session(self, identity: str | None) -> dict[str, Any] | None:
        """None when the identity has been used before."""
        customer = None
        if identity:
            claims = json.loads(base64.urlsafe_b64decode(identity.split(".")[1] + "=="))
            if claims["jti"] in self.spent:
                return None
            self.spent.add(claims["jti"])
            customer = claims["sub"]
        conversation = self.conversations.get(self.of_customer.get(customer or "", ""))
        if conversation is None:
            conversation = Conversation(f"c-{len(self.conversations) + 1}")
            self.conversations[conversation.id] = conversation
            self.of_customer[customer or ""] = conversation.id if customer else ""
        token = uuid.uuid4().hex
        self.tokens[token] = conversation.id
        expires = datetime.now(UTC) + timedelta(hours=12)
        return {"token": token, "conversation": conversation.id, "expires_at": expires.isoformat()}

    def accept(self, to: Conversation, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        for message in to.messages:
            if message.get("client_id") == body["client_id"]:
                return 202, {"seq": message["seq"], "conversation": to.id}
        words = body.get("text") or self.label(to, body["option"])
        if words is None:
            return 409, {"error": {"code": "option_stale", "message": "This choice is no longer open."}}
        self.say(to, "customer", words, name="", client_id=body["client_id"])
        seq = len(to.messages)
        if self.answer:
            self.answer(self, to, words)
        return 202, {"seq": seq, "conversation": to.id}

    def label(self, to: Conversation, option: str) -> str | None:
        always = {"person": "Talk to a person", "bot": "Go on with the assistant", "cancel-request": "Stop waiting"}
        for message in reversed(to.messages):
            if message["author"]["kind"] == "customer":
                break
            for one in message["options"]:
                if one["id"] == option:
                    return str(one["label"])
        return always.get(option)


class _Server(ThreadingHTTPServer):
    """Knows its connections: a browser keeps them open, and they would outlive the server."""

    daemon_threads = True

    def __init__(self, *args: Any) -> None:
        self.connections: set[socket.socket] = set()
        super().__init__(*args)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request_thread(request, client_address)
        self.connections.discard(request)

    def hang_up(self) -> None:
        for connection in list(self.connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: Any) -> None:
        """A connection that breaks is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    gateway: Gateway
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Quiet: `Gateway.asked` holds what a test may want to know."""

    def do_OPTIONS(self) -> None:
        self.answer(204, b"", "text/plain")

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self.gateway.asked.append(f"GET {self.path}")
        if path == "/":
            self.page()
        elif path in self.gateway.pages:
            html, headers = self.gateway.pages[path]
            self.answer(200, html.encode(), "text/html", headers)
        elif path == "/demo/customers":
            self.json(200, CUSTOMERS)
        elif path in ("/api/chat/messages", "/api/chat/stream"):
            self.chat(path)
        else:
            self.file("widget/widget.js" if path == "/widget.js" else path.removeprefix("/static/"))

    def do_POST(self) -> None:
        what = self.path.rsplit("/", 1)[1]
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.gateway.asked.append(f"POST {self.path}")
        for refusal in self.gateway.refusals:
            if refusal[0] == what:
                self.gateway.refusals.remove(refusal)
                return self.json(refusal[1], {"error": {"code": refusal[2], "message": refusal[3]}})
        if self.path == "/demo/identity":
            claims = {"sub": body["customer"], "aud": "rapport", "jti": uuid.uuid4().hex, "exp": time.time() + 300}
            payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
            return self.json(201, {"identity": f"e30.{payload}.stub"})
        if self.path == "/api/chat/session":
            opened = self.gateway.open_session(body.get("identity"))
            return self.json(201, opened) if opened else self.unauthorised()
        conversation = self.conversation()
        return self.json(*self.gateway.accept(conversation, body)) if conversation else self.unauthorised()

    def chat(self, path: str) -> None:
        conversation = self.conversation()
        if conversation is None:
            return self.unauthorised()
        after = int(parse_qs(urlsplit(self.path).query)["after"][0])
        if path.endswith("stream"):
            return self.stream(conversation, after)
        return self.json(200, self.state(conversation) | {"messages": conversation.messages[after:]})

    def stream(self, conversation: Conversation, after: int) -> None:
        gateway = self.gateway
        self.head(200, "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        told, generation = None, gateway.generation
        gateway.streams += 1
        try:
            while gateway.generation == generation:
                with gateway.changed:
                    state, fresh = self.state(conversation), conversation.messages[after:]
                    if state == told and not fresh:
                        gateway.changed.wait(HEARTBEAT_S)
                if state != told:
                    self.wfile.write(f"event: state\ndata: {json.dumps(state)}\n\n".encode())
                for message in fresh:
                    self.wfile.write(f"event: message\nid: {message['seq']}\ndata: {json.dumps(message)}\n\n".encode())
                if state == told and not fresh:
                    self.wfile.write(b": still here\n\n")
                self.wfile.flush()
                told, after = state, after + len(fresh)
        except OSError:
            return  # the browser went away
        finally:
            gateway.streams -= 1

    def state(self, conversation: Conversation) -> dict[str, Any]:
        return {"state": conversation.state, "status": dict(conversation.status), "conversation": conversation.id}

    def conversation(self) -> Conversation | None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.gateway.conversations.get(self.gateway.tokens.get(token, ""))

    def unauthorised(self) -> None:
        self.json(401, {"error": {"code": "unauthorised", "message": "Please open a new session."}})

    def page(self) -> None:
        found = asset("demo/index.html")
        assert found
        body = found.body.replace(b"{{PUBLIC_URL}}", self.gateway.url.encode())
        self.answer(200, body, found.media, {"Content-Security-Policy": CSP.format(gateway=self.gateway.url)})

    def file(self, path: str) -> None:
        found = asset(path)
        if found is None:
            return self.json(404, {"error": {"code": "not_found", "message": "There is no such page."}})
        return self.answer(200, found.gzipped, found.media, {"Content-Encoding": "gzip"})

    def json(self, status: int, body: Any) -> None:
        self.answer(status, json.dumps(body).encode(), "application/json")

    def answer(self, status: int, body: bytes, media: str, headers: dict[str, str] | None = None) -> None:
        self.head(status, media)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def head(self, status: int, media: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
