"""What the widget's browser tests do with a page that has the widget on it."""

import time
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.patience import PATIENCE_MS
from tests.browser.stub import Conversation, Gateway


class Chat:
    """The widget as its reader sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.launcher = page.locator("rapport-chat .launcher")
        self.panel = page.locator("rapport-chat dialog")
        self.field = page.get_by_role("textbox", name="Write a message")
        self.log = page.get_by_role("log")
        self.messages = page.locator("rapport-chat .message")
        self.chips = self.log.locator(".chip")
        self.banner = page.locator("rapport-chat .banner")
        self.person = page.get_by_role("button", name="Talk to a person")

    def open(self) -> "Chat":
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self

    def write(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def bubbles(self, text: str) -> Locator:
        return self.log.locator(".bubble", has_text=text)

    def stored(self) -> list[str]:
        """The names of what the widget keeps in the page's storage."""
        kept: list[str] = self.page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('rapport:')).sort()")
        return [name.rsplit(":", 1)[1] for name in kept]


def started(chat: Chat, gateway: Gateway, words: str = "Hello") -> Conversation:
    """The conversation after a first message: the server has it, the page knows so, and its stream is open."""
    chat.write(words)
    expect(chat.bubbles(words)).to_have_count(1)
    until(lambda: words in gateway.heard, chat.page)
    until(lambda: "outbox" not in chat.stored(), chat.page)
    until(lambda: gateway.streams > 0, chat.page)
    expect(chat.log).to_have_attribute("aria-busy", "false")
    return gateway.only()


def until(true: Callable[[], bool], page: Page) -> None:
    """Wait for something that happens on the server, while the browser goes on."""
    ends = time.monotonic() + PATIENCE_MS / 1000
    while not true():
        assert time.monotonic() < ends, "It did not happen."
        page.wait_for_timeout(20)


def barriers(page: Page) -> list[str]:
    """What axe finds wrong, as rule and element."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]
