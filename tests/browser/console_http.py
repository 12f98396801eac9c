"""The console's stub over HTTP: the page and its files, the calls, the stream."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

from handoff.tools.assets import asset
from tests.browser.console_answers import Refused, answer
from tests.browser.console_stub import ConsoleStub, Json
from tests.serving import Answering, Server

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:"


def handler(stub: ConsoleStub) -> type[Answering]:
    """The HTTP side of one stub."""

    class Handler(Answering):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path == "/console" or path.startswith("/static/"):
                self._file("/static/console/index.html" if path == "/console" else path)
            elif path == "/api/console/stream" and stub.signed_in:
                self._stream()
            else:
                self._call("GET", {})

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Type"] == "application/octet-stream":
                self._call("POST", {"name": unquote(self.headers["X-File-Name"]), "bytes": len(sent)})
                return
            assert self.headers["Content-Type"] == "application/json"
            self._call("POST", json.loads(sent or b"{}"))

        def _call(self, method: str, body: Json) -> None:
            url = urlsplit(self.path)
            stub.calls.append((method, url.path, body))
            called = f"{method} {url.path}"
            fault = next((each for each in stub.faults if each.times > 0 and re.fullmatch(each.pattern, called)), None)
            try:
                if fault and fault.status:
                    raise Refused(fault.status, "failed", fault.message)
                status, content = answer(stub, url.path, parse_qs(url.query), body)
            except Refused as refused:
                status, content = refused.status, {"error": {"code": refused.code, "message": refused.message}}
            if fault:
                fault.times -= 1
            time.sleep(stub.lag())
            self._send(status, "application/json", json.dumps(content).encode(), cut=bool(fault and not fault.status))

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
    server = Server(("127.0.0.1", port), handler(stub))
    server.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        stub.drop_streams()
        server.end()
