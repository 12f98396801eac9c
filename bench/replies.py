"""From posting a message to the bot's reply on the stream, beside bare Rasa answering over REST. Turn about, so that
whatever else the machine does meets both alike."""

import json
import statistics
import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx

from bench.product import Product

QUESTIONS = ("hello", "where is my order?", "are you a bot?", "thank you", "what can you do?")
TURNS_IN_ONE = 20  # turns in one conversation, then the next


def measure(product: Product, turns: int) -> dict[str, Any]:
    ours: list[float] = []
    bare: list[float] = []
    with httpx.Client(base_url=product.peer_url, timeout=30, trust_env=False) as peer:
        for n in range(0, turns, TURNS_IN_ONE):
            with Chat(product.url) as chat:
                sender = uuid.uuid4().hex
                for k in range(min(TURNS_IN_ONE, turns - n)):
                    question = QUESTIONS[k % len(QUESTIONS)]
                    ours.append(chat.ask(question))
                    bare.append(_ask_bare(peer, sender, question))
    return {"rapport": spread(ours), "bare_rasa": spread(bare), "ratio_p50": _p(ours, 50) / _p(bare, 50)}


def table(figures: dict[str, Any]) -> str:
    rows = [f"{'reply, ms':28} {'p50':>8} {'p95':>8} {'turns':>7}"]
    for name, title in (("rapport", "Rapport: POST to the stream"), ("bare_rasa", "bare Rasa: REST, in memory")):
        one = figures[name]
        rows.append(f"{title:28} {one['p50_ms']:8.1f} {one['p95_ms']:8.1f} {one['turns']:7}")
    return "\n".join([*rows, f"ratio of the medians {figures['ratio_p50']:.2f}"])


class Chat:
    """Somebody with an open stream: a visitor, or a customer of the demo shop."""

    def __init__(self, url: str, customer: str = "") -> None:
        self.http = httpx.Client(base_url=url, timeout=30, trust_env=False)
        self.customer = customer

    def __enter__(self) -> "Chat":
        who = {}
        if self.customer:
            who = self.http.post("/demo/identity", json={"customer": self.customer}).raise_for_status().json()
        opened = {"identity": who["identity"]} if who else {}
        token = self.http.post("/api/chat/session", json=opened).raise_for_status().json()["token"]
        self.headers = {"Authorization": f"Bearer {token}"}
        self.stream = self.http.stream("GET", "/api/chat/stream", params={"after": 0}, headers=self.headers)
        self.events = _messages(self.stream.__enter__())
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.__exit__(None, None, None)
        self.http.close()

    def ask(self, text: str) -> float:
        """Milliseconds until the bot's first message after this one."""
        return self.send(text=text)[0]

    def send(self, **what: str) -> tuple[float, int]:
        """A text or an option: milliseconds until the bot's first message after it, and its own number."""
        began = time.perf_counter()
        body = {"client_id": uuid.uuid4().hex, **what}
        seq = int(
            self.http.post("/api/chat/messages", json=body, headers=self.headers).raise_for_status().json()["seq"]
        )
        for message in self.events:
            if message["seq"] > seq and message["author"]["kind"] != "customer":
                assert message["author"]["kind"] == "bot", message["text"]
                return (time.perf_counter() - began) * 1000, seq
        raise SystemExit("The stream ended.")

    def said(self, after: int) -> list[dict[str, Any]]:
        """All messages after this number."""
        answer = self.http.get("/api/chat/messages", params={"after": after}, headers=self.headers)
        messages: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        return messages


def _messages(response: httpx.Response) -> Iterator[dict[str, Any]]:
    event = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: ") and event == "message":
            yield json.loads(line.removeprefix("data: "))


def _ask_bare(peer: httpx.Client, sender: str, text: str) -> float:
    began = time.perf_counter()
    answer = peer.post("/webhooks/rest/webhook", json={"sender": sender, "message": text}).json()
    assert answer, f"bare Rasa said nothing to {text!r}"
    return (time.perf_counter() - began) * 1000


def spread(times: list[float]) -> dict[str, float]:
    return {"p50_ms": _p(times, 50), "p95_ms": _p(times, 95), "turns": len(times)}


def _p(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]
