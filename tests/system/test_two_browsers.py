"""Two real browsers: a customer on the shop's page, their representative in the console, from the question to the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.console_page import card, reply
from tests.browser.patience import PATIENCE_MS
from tests.browser.widget_page import Chat
from tests.system.product import Product
from tests.system.shopping import Shop

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.console_fixtures",)

# Before anybody signed in, the console asks who it is and is told: nobody.
EXPECTED = "the server responded with a status of 401"


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the pages complain about fails the test."""
    told: list[str] = []
    yield told
    assert [one for one in told if EXPECTED not in one] == []


def opened(browser: Browser, complaints: list[str]) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1360, "height": 860}, locale="en-US", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    context.on("weberror", lambda told: complaints.append(str(told.error)))
    context.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    return context


def test_from_the_question_to_the_representative_and_back(
    console_browser: Browser, product: Product, shop: Shop, complaints: list[str], tmp_path: Path
) -> None:
    person = shop.anyone("gold", fits=lambda one: len(one.open) > 1, in_picker=True)
    name = shop.agents()[person.representative]
    customers, agents = opened(console_browser, complaints), opened(console_browser, complaints)
    shown = _Pictures(tmp_path)

    console = agents.new_page()
    console.goto(f"{product.url}/console")
    console.get_by_role("button", name=name).click()
    expect(console.locator(".list-dedicated .list-count")).to_have_text("0")
    shown.take(console, "console-empty")

    page = customers.new_page()
    page.goto(product.shop_page)
    page.get_by_label("Signed in as").select_option(person.id)
    chat = Chat(page).open()
    chat.write("where's my order?")
    chips = chat.chips.filter(has_text="#W")
    expect(chips).to_have_count(min(len(person.open), 5))
    shown.take(page, "widget-choice")
    first = person.open[0]
    chips.filter(has_text=first.id).click()
    expect(chat.log.locator(".card.order")).to_contain_text(first.id)
    shown.take(page, "widget-order")

    chat.person.click()
    expect(chat.log).to_contain_text(f"I've asked {name}, your representative")
    shown.take(page, "widget-waiting")
    offer = card(console, person.name)
    expect(offer.get_by_role("button", name="Accept")).to_be_visible()
    shown.take(console, "console-offer")
    offer.get_by_role("button", name="Accept").click()
    expect(console.get_by_role("log")).to_contain_text("where's my order?")
    expect(chat.log).to_contain_text(f"{name} has joined")
    reply(console, "Good day! I have your order in front of me.")
    expect(chat.bubbles("I have your order in front of me.")).to_be_visible()
    expect(chat.messages.last).to_contain_text(name)
    expect(chat.panel.locator(".top")).to_contain_text(name)
    expect(chat.chips).to_have_count(0)
    shown.take(page, "widget-representative")

    chat.write("Can it come on Friday?")
    expect(console.get_by_role("log")).to_contain_text("Can it come on Friday?")
    shown.take(console, "console-held")
    expect(chat.messages.last).to_contain_text("Can it come on Friday?")  # the bot says nothing

    console.get_by_role("button", name="Hand back").click()
    shown.take(console, "console-hand-back")
    console.get_by_role("dialog").get_by_role("button", name="Hand back").click()
    expect(chat.log).to_contain_text("You are with the assistant again")
    chat.write("what can you do?")
    expect(chat.bubbles("I can tell you where an order is")).to_be_visible()
    shown.take(page, "widget-bot-again")
    shown.take(console, "console-after")
    assert len(complaints) <= 1  # the stream that the signing out cuts may be told once more
    console.get_by_role("button", name="Sign out").click()
    expect(console.get_by_label("Password")).to_be_visible()
    for context in (customers, agents):
        context.close()


class _Pictures:
    """What the screens looked like, for whoever wants to know why."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.taken = 0

    def take(self, page: Page, name: str) -> None:
        self.taken += 1
        page.screenshot(path=self.folder / f"{self.taken}-{name}.png")
