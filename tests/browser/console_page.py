"""What the console's browser tests do with the page."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.console_stub import ME, ConsoleStub
from tests.browser.patience import PATIENCE_MS

PATIENCE_S = PATIENCE_MS / 1000


def held(stub: ConsoleStub, name: str = "Ana Ortiz", **fields: Any) -> None:
    """A conversation that we have."""
    stub.add("c1", name, state="held", holder=ME, **fields)


def opened(page: Page, address: str, conversation: str = "") -> Page:
    """The console with its lists drawn and its stream open."""
    page.goto(f"{address}/console#{conversation}")
    page.locator(".list-count").first.wait_for()
    until(page, "document.querySelector('rapport-console').desk.connected")
    return page


def until(page: Page, expression: str, wanted: Any = True) -> None:
    """Waits for the value of an expression. Playwright's own wait evaluates in the page, which the strict CSP forbids."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := page.evaluate(expression)) != wanted:
        assert time.monotonic() < deadline, f"{found!r} is not {wanted!r}"
        page.wait_for_timeout(50)


def card(page: Page, name: str) -> Locator:
    return page.locator("queue-card", has_text=name)


def reply(page: Page, text: str) -> None:
    page.get_by_label("Reply").fill(text)
    page.keyboard.press("Enter")
