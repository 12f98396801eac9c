"""One afternoon at the demo shop, played in a real browser: a gold customer with their representative, and others in line."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.browser.console_page import card, reply
from tests.browser.widget_page import Chat

PATIENCE_MS = 60_000
LATER = ("The lamp came without its shade.", "Can you send it to my office instead?")


class Scene:
    """The customer's page, the representative's console and the customer's phone, as far as the story has gone."""

    def __init__(self, browser: Browser, shop: str, console: str, phone: str, customer: str = "") -> None:
        expect.set_options(timeout=PATIENCE_MS)
        self.browser, self.url = browser, console
        self.people = httpx.get(f"{console}/demo/customers", trust_env=False).json()
        self.customer = self._chosen(customer)
        self.representative = str(self.customer["note"]).rpartition("represented by ")[2]
        self.visitors: list[httpx.Client] = []
        self.shop = self._page(f"{shop}/", 1280, 800)
        self.console = self._page(f"{console}/console", 1280, 800)
        self.phone = self._page(f"{phone}/phone", 1280, 800)

    def ask(self) -> None:
        """The customer asks where their order is, and reads it."""
        self.shop.get_by_label("Signed in as").select_option(self.customer["id"])
        self.chat = Chat(self.shop).open()
        self.chat.write("Where's my order?")
        first = self.chat.chips.filter(has_text="#W").first
        expect(first).to_be_visible()
        first.click()
        expect(self.chat.log.locator(".card.order").last).to_be_visible()
        expect(self.chat.chips.last).to_be_visible()

    def want_a_person(self) -> None:
        """The customer is answered by the one they know."""
        self.console.get_by_role("button", name=self.representative).click()
        expect(self.console.locator(".list-dedicated .list-count")).to_be_visible()
        self.console.get_by_role("button", name="Not now").click()
        self.chat.write("I'd like to talk to a person about it.")
        mine = card(self.console, self.customer["name"])
        mine.get_by_role("button", name="Accept").click()
        expect(self.chat.log).to_contain_text("has joined")
        self._talk()

    def others_wait(self) -> None:
        """Two more customers ask for a person: one is offered to whoever is free, with a countdown."""
        others = [one for one in self.people if one["tier"] != "gold" and one["id"] != self.customer["id"]]
        for person, words in zip(others, LATER, strict=False):
            self.visitors.append(self._visitor(person["id"], words))
        offered = self.console.locator("queue-card", has_text=others[0]["name"])
        expect(offered.first).to_be_visible()

    def texts(self) -> None:
        """The customer asks the same by text message."""
        self.phone.get_by_label("Find a customer, or type any number").fill(str(self.people[-2]["name"]))
        self.phone.locator(".person").first.click()
        self.phone.get_by_label("Text message").fill("Hi, where is my order?")
        self.phone.get_by_label("Send", exact=True).click()
        expect(self.phone.locator("#thread")).to_contain_text("#W")

    def end(self) -> None:
        """Nobody is left waiting, and the representative goes home."""
        for visitor in self.visitors:
            _says(visitor, option="cancel-request")
        self.console.get_by_role("button", name="Close", exact=True).click()
        self.console.get_by_role("dialog").get_by_role("button", name="Close conversation").click()
        expect(self.chat.log).to_contain_text("has closed this conversation")
        self.console.get_by_role("button", name="Sign out").click()
        expect(self.console.get_by_label("Password")).to_be_visible()

    def _talk(self) -> None:
        name = str(self.customer["name"]).split()[0]
        reply(self.console, f"Good afternoon, {name}. I have your order in front of me. How can I help?")
        expect(self.chat.log).to_contain_text("I have your order in front of me")
        self.chat.write("We are away on Friday. Can it wait until Monday?")
        expect(self.console.get_by_role("log")).to_contain_text("Can it wait until Monday?")
        reply(self.console, "Of course. I've asked the carrier to hold it; you'll have it on Monday morning.")
        expect(self.chat.log).to_contain_text("you'll have it on Monday morning")

    def _chosen(self, wanted: str) -> dict[str, Any]:
        found = [one for one in self.people if wanted in (one["id"], "") and "represented by" in one["note"]]
        if not found:
            raise SystemExit("This needs a customer with a representative: see GET /demo/customers.")
        return dict(found[0])

    def _page(self, address: str, width: int, height: int) -> Page:
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale="en-US", timezone_id="America/New_York",
            color_scheme="light", reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.goto(address)
        return page

    def _visitor(self, customer: str, words: str) -> httpx.Client:
        http = httpx.Client(base_url=self.url, timeout=30, trust_env=False)
        identity = http.post("/demo/identity", json={"customer": customer}).json()
        opened = http.post("/api/chat/session", json=identity).json()
        http.headers["Authorization"] = f"Bearer {opened['token']}"
        _says(http, option="person")
        _says(http, text=words)
        return http


def _says(http: httpx.Client, **what: str) -> None:
    http.post("/api/chat/messages", json={"client_id": secrets.token_hex(8), **what}).raise_for_status()


@contextmanager
def sized(page: Page, width: int, height: int, scheme: str = "light") -> Iterator[Page]:
    """The page in another size and colour scheme for a moment."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)  # what follows the size is drawn in the next frames
    yield page
    page.emulate_media(color_scheme="light")
    if before:
        page.set_viewport_size(before)
