"""A customer in the web chat of the running product."""

import contextlib
import json
import socket
import threading
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.local import LOCALLY
from tests.system.product import PATIENCE_S, Product

Message = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """All that was said after a message, in one turn."""

    messages: list[Message]

    @property
    def text(self) -> str:
        return "\n".join(message["text"] for message in self.messages)

    @property
    def kinds(self) -> list[str]:
        return [message["author"]["kind"] for message in self.messages]

    @property
    def options(self) -> dict[str, str]:
        """Ids by label."""
        return {option["label"]: option["id"] for message in self.messages for option in message["options"]}

    def option(self, words: str) -> str:
        """The id of the only option with these words in its label."""
        [found] = [id_ for label, id_ in self.options.items() if words.lower() in label.lower()]
        return found


class Customer:
    """A browser in the web chat. It follows the stream as the widget does, and comes back from the last number seen."""

    def __init__(self, product: Product, customer: str | None = None, url: str = "") -> None:
        self.http = httpx.Client(base_url=url or product.url, timeout=PATIENCE_S, **LOCALLY)
        wish = {}
        if customer:
            wish = {"identity": self.http.post("/demo/identity", json={"customer": customer}).json()["identity"]}
        opened = self.http.post("/api/chat/session", json=wish)
        assert opened.status_code == 201, opened.text
        self.token: str = opened.json()["token"]
        self.conversation: str = opened.json()["conversation"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        self.seen: list[Message] = []
        self.state = ""
        self._news = threading.Condition()
        self._socket: socket.socket | None = None
        self._closed = False
        threading.Thread(target=self._follow, daemon=True).start()

    def post(self, **body: Any) -> httpx.Response:
        return self.http.post("/api/chat/messages", json={"client_id": uuid4().hex, **body})

    def writes(self, text: str) -> int:
        return self._taken(self.post(text=text))

    def taps(self, option: str) -> int:
        return self._taken(self.post(option=option))

    def asks(self, text: str) -> Answer:
        """Write, and wait for what comes of it."""
        return self.answer(self.writes(text))

    def chooses(self, option: str) -> Answer:
        """The same with a tap on the option of this id."""
        return self.answer(self.taps(option))

    def answer(self, seq: int) -> Answer:
        """What was said after this message. A turn is stored as one, so whoever sees a part of it can read it all."""
        self.until(lambda: any(one["seq"] > seq and one["author"]["kind"] != "customer" for one in self.seen))
        return Answer([one for one in self.read(seq) if one["author"]["kind"] != "customer"])

    def hears(self, words: str, kind: str = "") -> Message:
        """Wait for a message with these words on the stream."""

        def heard() -> Message | None:
            fitting = (one for one in self.seen if words in one["text"] and kind in ("", one["author"]["kind"]))
            return next(fitting, None)

        self.until(lambda: heard() is not None, words)
        found = heard()
        assert found
        return found

    def until(self, true: Any, what: str = "an answer") -> None:
        with self._news:
            assert self._news.wait_for(true, PATIENCE_S), f"{what!r} never came: {self._told()}"

    def read(self, after: int = 0) -> list[Message]:
        messages: list[Message] = self.thread(after)["messages"]
        return messages

    def thread(self, after: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/api/chat/messages", params={"after": after}).json()
        return found

    def told(self) -> list[tuple[str, str]]:
        """Who said what, as a fresh reader sees it."""
        return [(one["author"]["kind"], one["text"]) for one in self.read()]

    def close(self) -> None:
        self._closed = True
        if self._socket:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        self.http.close()

    def _taken(self, answer: httpx.Response) -> int:
        assert answer.status_code == 202, answer.text
        return int(answer.json()["seq"])

    def _told(self) -> list[str]:
        return [f"{one['seq']} {one['author']['kind']}: {one['text']}" for one in self.seen]

    def _follow(self) -> None:
        timeout = httpx.Timeout(PATIENCE_S, read=40)
        with httpx.Client(base_url=self.http.base_url, headers=self.http.headers, timeout=timeout, **LOCALLY) as http:
            while not self._closed:
                try:
                    self._listen(http)
                except httpx.HTTPError:
                    threading.Event().wait(0.1)  # the gateway is away: come back as the widget would

    def _listen(self, http: httpx.Client) -> None:
        after = self.seen[-1]["seq"] if self.seen else 0
        with http.stream("GET", "/api/chat/stream", params={"after": after}) as answer:
            self._socket = answer.extensions["network_stream"].get_extra_info("socket")
            event = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    self._take(event, json.loads(value))

    def _take(self, event: str, data: dict[str, Any]) -> None:
        with self._news:
            if event == "state":
                self.state = data["state"]
            elif event == "message":
                # Gapless and once each, also after a reconnect: the widget relies on it.
                assert data["seq"] == len(self.seen) + 1, (data, self._told())
                self.seen.append(data)
            self._news.notify_all()
