"""The widget's stub over HTTP: its API, its event stream, and the demo shop's page with the widget on it."""

import base64
import contextlib
import json
import socket
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from handoff.tools.assets import asset
from tests import serving

if TYPE_CHECKING:
    from tests.browser.stub import Conversation, Gateway

CUSTOMERS = [
    {"id": "ana_ruiz_4821", "name": "Ana Ruiz", "tier": "gold", "note": "an order on its way"},
    {"id": "tom_berg_1177", "name": "Tom Berg", "tier": "standard", "note": "one pending order"},
]
HEARTBEAT_S = 5.0
CSP = "default-src 'self'; script-src 'self' {gateway}; connect-src 'self' {gateway}; style-src 'self'; object-src 'none'; base-uri 'none'"


def listening(gateway: "Gateway", port: int) -> "Server":
    """Answers there from now on, in threads of its own."""
    server = Server(("127.0.0.1", port), type("Bound", (Handler,), {"gateway": gateway}))
    server.start()
    return server


class Server(serving.Server):
    """Knows its connections: a browser keeps them open, and they would outlive the server."""

    def __init__(self, *args: Any) -> None:
        self.connections: set[socket.socket] = set()
        self.stopped = False
        self.counting = threading.Lock()
        super().__init__(*args)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self.counting:
            late = self.stopped
            self.connections.add(request)
        if late:
            self.hang_up()  # it was let in at the last moment
        super().process_request_thread(request, client_address)
        with self.counting:
            self.connections.discard(request)

    def stop(self) -> None:
        self.end()
        with self.counting:
            self.stopped = True

    def hang_up(self) -> None:
        with self.counting:
            open_ones = list(self.connections)
        for connection in open_ones:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: Any) -> None:
        """A connection that breaks is what these tests are about."""


class Handler(serving.Answering):
    gateway: "Gateway"

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
        elif path.startswith("/files/") and path.removeprefix("/files/") in self.gateway.files:
            kept, data = self.gateway.files[path.removeprefix("/files/")]
            self.answer(200, data, kept["type"])
        elif path == "/api/chat/transcript.html":
            self.answer(200, b"<!doctype html><title>Conversation</title>", "text/html")
        elif path in ("/api/chat/messages", "/api/chat/stream"):
            self.chat(path)
        elif path == "/api/chat/files":
            self.json(200, {"files": self.gateway.unsent()})
        elif path == "/api/chat/text-me":
            self.json(*self.gateway.text_me(path, {}))
        else:
            self.file("widget/widget.js" if path == "/widget.js" else path.removeprefix("/static/"))

    def do_POST(self) -> None:
        what = self.path.rsplit("/", 1)[1]
        if what == "files":
            return self.take()
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
            opened = self.gateway.open_session(body.get("identity"), body.get("keep"))
            return self.json(201, opened) if opened else self.unauthorised()
        if what == "invitations":
            self.gateway.told.append((what, body))
            return self.json(200, {"show": self.gateway.invites})
        conversation = self.conversation()
        if conversation is None:
            return self.unauthorised()
        if what == "renew":
            token = self.headers["Authorization"].removeprefix("Bearer ")
            return self.json(200, self.gateway.session(token, conversation.id))
        if "/text-me" in self.path:
            return self.json(*self.gateway.text_me(self.path, body))
        if what in ("rating", "introduction"):
            self.gateway.told.append((what, body))
            return self.json(200, body)
        if what in ("typing", "seen"):
            self.gateway.told.append((what, body))
            return self.answer(204, b"", "text/plain")
        if what == "transcript":
            return self.json(202, {"to": "m•••@example.com"})
        return self.json(*self.gateway.accept(conversation, body))

    def take(self) -> None:
        """A file comes; one that is held back stays half-way until it is let go."""
        gateway, left = self.gateway, int(self.headers["Content-Length"])
        data = self.rfile.read(left // 2)
        gateway.let_through.wait()
        data += self.rfile.read(left - len(data))
        self.gateway.asked.append(f"POST {self.path}")
        for refusal in [one for one in gateway.refusals if one[0] == "files"]:
            gateway.refusals.remove(refusal)
            return self.json(refusal[1], {"error": {"code": refusal[2], "message": refusal[3]}})
        return self.json(201, gateway.keep(unquote(self.headers["X-File-Name"]), data))

    def chat(self, path: str) -> None:
        conversation = self.conversation()
        if conversation is None:
            return self.unauthorised()
        after = int(parse_qs(urlsplit(self.path).query)["after"][0])
        if path.endswith("stream"):
            return self.stream(conversation, after)
        return self.json(200, self.state(conversation) | {"messages": conversation.messages[after:], "late": []})

    def stream(self, conversation: "Conversation", after: int) -> None:
        gateway = self.gateway
        self.head(200, "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        told, generation = None, gateway.generation
        with gateway.changed:
            gateway.streams += 1
            heard = len(gateway.signs)
        try:
            while gateway.generation == generation:
                with gateway.changed:
                    state, fresh = self.state(conversation), conversation.messages[after:]
                    signs, heard = gateway.signs[heard:], len(gateway.signs)
                    if state == told and not fresh and not signs:
                        gateway.changed.wait(HEARTBEAT_S)
                for event, data in signs:
                    self.wfile.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())
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
            with gateway.changed:
                gateway.streams -= 1

    def state(self, conversation: "Conversation") -> dict[str, Any]:
        return {"state": conversation.state, "status": dict(conversation.status), "conversation": conversation.id}

    def conversation(self) -> "Conversation | None":
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
        self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type, X-File-Name")
