"""A phone behind the carrier's twin."""

import re
from typing import Any

import httpx

from tests.local import LOCALLY
from tests.system.product import PATIENCE_S, Product, eventually


class Phone:
    """A phone. What it sends goes through the carrier's twin to the gateway's real door."""

    def __init__(self, product: Product, number: str) -> None:
        self.number = number
        self.http = httpx.Client(base_url=product.twin, timeout=PATIENCE_S, **LOCALLY)

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
