"""A door between Rasa and the action server. Open unless a test holds an action there, before or after it ran."""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from tests.serving import Answering, Server

LONGEST_S = 120.0


@dataclass
class Hold:
    """One action is held: `reached` once it stands at the door, until `opened`."""

    action: str
    when: Literal["before", "after"]
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)

    def here(self) -> None:
        """Wait until the action stands at the door."""
        assert self.reached.wait(LONGEST_S), f"{self.action} was never asked for"


class ActionDoor:
    """Passes on what it gets, and writes down which actions ran."""

    def __init__(self, port: int, behind: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.behind = behind
        self.ran: list[str] = []
        self._holds: list[Hold] = []
        door = self

        class Passing(Answering):
            def do_GET(self) -> None:
                self._pass_on(b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                action = str(json.loads(body).get("next_action"))
                door._wait(action, "before")
                answer = self._ask(body)
                door.ran.append(action)
                door._wait(action, "after")
                self._answer(*answer)

            def _pass_on(self, body: bytes) -> None:
                self._answer(*self._ask(body))

            def _ask(self, body: bytes) -> tuple[int, bytes]:
                connection = http.client.HTTPConnection("127.0.0.1", door.behind, timeout=LONGEST_S)
                try:
                    connection.request(self.command, self.path, body or None, {"Content-Type": "application/json"})
                    answer = connection.getresponse()
                    return answer.status, answer.read()
                except OSError:
                    return 502, b"{}"
                finally:
                    connection.close()

            def _answer(self, status: int, body: bytes) -> None:
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True  # who asked is gone

        self._server = Server(("127.0.0.1", port), Passing)
        self._server.start()

    @contextmanager
    def held(self, action: str, when: Literal["before", "after"]) -> Iterator[Hold]:
        """The action waits at the door while this lasts."""
        hold = Hold(action, when)
        self._holds.append(hold)
        try:
            yield hold
        finally:
            self._holds.remove(hold)
            hold.opened.set()

    def close(self) -> None:
        self._server.end()

    def _wait(self, action: str, when: str) -> None:
        for hold in [one for one in self._holds if (one.action, one.when) == (action, when)]:
            hold.reached.set()
            hold.opened.wait(LONGEST_S)
