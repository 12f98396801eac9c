"""Who uses the product: a customer in the web chat, a phone behind the carrier's twin, an agent in the console's API."""

import contextlib
import json
import re
import socket
import threading
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from handoff.demo.staff import PASSWORD
from tests.system.product import PATIENCE_S, Product, eventually

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
        self.http = httpx.Client(base_url=url or product.url, timeout=PATIENCE_S, trust_env=False)
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
        with httpx.Client(
            base_url=self.http.base_url, headers=self.http.headers, timeout=timeout, trust_env=False
        ) as http:
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
            else:
                # Gapless and once each, also after a reconnect: the widget relies on it.
                assert data["seq"] == len(self.seen) + 1, (data, self._told())
                self.seen.append(data)
            self._news.notify_all()


class Phone:
    """A phone. What it sends goes through the carrier's twin to the gateway's real door."""

    def __init__(self, product: Product, number: str) -> None:
        self.number = number
        self.http = httpx.Client(base_url=product.twin, timeout=PATIENCE_S, trust_env=False)

    def sends(self, body: str, copies: int = 1, sid: str = "") -> dict[str, Any]:
        sent = self.http.post("/twin/texts", json={"number": self.number, "body": body, "copies": copies, "sid": sid})
        assert sent.status_code == 201, sent.text
        text: dict[str, Any] = sent.json()
        assert text["door"] == "200", text
        return text

    def asks(self, body: str) -> str:
        """Send, and wait for the next text."""
        before = len(self.got())
        self.sends(body)
        return self.gets(before)

    def gets(self, before: int) -> str:
        """The first text to this phone after so many."""
        eventually(lambda: len(self.got()) > before, what=f"a text to {self.number}")
        return self.got()[before]

    def hears(self, words: str) -> str:
        return eventually(
            lambda: next((text for text in self.got() if words in text), ""), what=f"a text with {words!r}"
        )

    def got(self, direction: str = "outbound-api") -> list[str]:
        """What was sent to it: by us, or as "outbound-reply" by the carrier."""
        thread = self.http.get("/twin/thread", params={"number": self.number}).json()
        return [text["body"] for text in thread["texts"] if text["direction"] == direction]

    def close(self) -> None:
        self.http.close()


def numbered(text: str) -> list[str]:
    """The labels of the options that a text lists, checked to count from 1."""
    lines = [re.fullmatch(r"(?:Reply )?(\d+)(?: for|:) (.+)", line) for line in text.splitlines()]
    found = [line for line in lines if line]
    assert [int(line[1]) for line in found] == list(range(1, len(found) + 1)), text
    return [line[2] for line in found]


class Agent:
    """Somebody on staff, signed in to the console."""

    def __init__(self, product: Product, id_: str, url: str = "") -> None:
        self.id = id_
        base = url or product.url
        self.http = httpx.Client(base_url=base, headers={"Origin": product.url}, timeout=PATIENCE_S, trust_env=False)
        email = f"{id_}@juniperandpine.example"
        login = self.http.post("/api/console/login", json={"email": email, "password": PASSWORD})
        assert login.status_code == 200, login.text
        self.name: str = login.json()["agent"]["name"]

    def queue(self) -> dict[str, Any]:
        answer = self.http.get("/api/console/queue")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def listed(self, conversation: str) -> str:
        """The list in which the conversation stands: mine, dedicated, general, or none."""
        queue = self.queue()
        return next((name for name in ("mine", "dedicated", "general") if _in(queue[name], conversation)), "")

    def offered(self, conversation: str) -> dict[str, Any]:
        """Wait until the conversation is offered to this agent."""

        def offer() -> dict[str, Any] | None:
            queue = self.queue()
            item = _in(queue["dedicated"] + queue["general"], conversation)
            return item if item and item["offer_expires_at"] else None

        return eventually(offer, what=f"an offer to {self.name}")

    def sees(self, conversation: str) -> dict[str, Any]:
        answer = self.http.get(f"/api/console/conversations/{conversation}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def does(self, verb: str, conversation: str) -> httpx.Response:
        version = self.sees(conversation)["version"]
        return self.http.post(f"/api/console/conversations/{conversation}/{verb}", json={"version": version})

    def accepts(self, conversation: str) -> None:
        self.offered(conversation)
        self._done(self.does("accept", conversation))

    def hands_back(self, conversation: str) -> None:
        self._done(self.does("hand-back", conversation))

    def replies(self, conversation: str, text: str) -> httpx.Response:
        reply = {"client_id": uuid4().hex, "text": text}
        return self.http.post(f"/api/console/conversations/{conversation}/reply", json=reply)

    def clears(self) -> None:
        """Give everything back to the bot: what this agent holds, is offered, and could take."""
        while True:
            queue = self.queue()
            held, waiting = queue["mine"], queue["dedicated"] + queue["general"]
            for item in held:
                self.does("hand-back", item["id"])
            for item in waiting[: 0 if held else 1]:
                self.does("accept" if item["offer_expires_at"] else "claim", item["id"])
            if not held and not waiting:
                return

    def signs_out(self) -> None:
        self.http.post("/api/console/logout", json={})
        self.http.close()

    def _done(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.text


def _in(items: list[dict[str, Any]], conversation: str) -> dict[str, Any] | None:
    return next((item for item in items if item["id"] == conversation), None)
