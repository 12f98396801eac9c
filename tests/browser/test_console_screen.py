"""The agents' page by keyboard, on a phone, in light and dark, under axe."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.console_page import card, opened, reply
from tests.browser.console_stub import ME, ConsoleStub

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.console_fixtures")


def test_everything_by_keyboard(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", "Ana Ortiz")
    stub.add("c2", "Noah Brown")
    stub.add("c3", "Sofia Rossi", queue="dedicated")
    stub.offer("c3")
    opened(page, address)
    page.keyboard.press("3")
    expect(card(page, "Ana Ortiz").get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    expect(card(page, "Noah Brown").get_by_role("link")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("conversation-head h2")).to_have_text("Ana Ortiz")
    page.keyboard.press("a")
    expect(page.locator("conversation-head h2")).to_have_text("Sofia Rossi")
    expect(page.get_by_label("Reply")).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_label("Reply")).to_be_focused()
    page.keyboard.type("ajk? ")
    expect(page.get_by_label("Reply")).to_have_value("ajk? ")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_palette_finds_conversations_and_commands(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", "Ana Ortiz", state="held", holder=ME)
    stub.add("c2", "Noah Brown", channel="sms")
    opened(page, address, "c1").get_by_label("Reply").fill("kept")
    page.keyboard.press("Control+k")
    finder = page.get_by_role("combobox")
    finder.fill("noah text")
    expect(page.get_by_role("option")).to_have_text(["Noah BrownStandard · Orders · Text message"])
    finder.press("Enter")
    expect(page.locator("conversation-head h2")).to_have_text("Noah Brown")
    page.keyboard.press("Control+k")
    finder.fill("presence")
    finder.press("Enter")
    page.get_by_role("dialog", name="Go away").get_by_role("button", name="Go away").click()
    expect(page.get_by_role("radio", name="Away")).to_be_checked()
    assert stub.presence == "away"


def test_on_a_phone_one_pane_at_a_time_and_offers_over_all(page: Page, stub: ConsoleStub, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 780})
    stub.add("c1", "Ana Ortiz", state="held", holder=ME)
    stub.add("c2", "Noah Brown")
    opened(page, address)
    card(page, "Ana Ortiz").get_by_role("link").click()
    expect(page.locator("queue-lists")).to_be_hidden()
    expect(page.locator("conversation-head h2")).to_be_focused()
    stub.offer("c2")
    expect(page.get_by_role("region", name="Offer")).to_contain_text("Noah Brown")
    page.get_by_role("button", name="Customer").click()
    expect(page.locator("customer-panel h2")).to_be_visible()
    page.get_by_role("button", name="Conversation").click()
    page.get_by_role("button", name="Back to the lists").click()
    expect(page.locator("conversation-view")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing(page: Page, stub: ConsoleStub, address: str, scheme: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    stub.signed_in = False
    page.goto(f"{address}/console")
    page.get_by_role("button", name="Dana Kim").wait_for()
    accessible(page, "sign-in")
    page.get_by_role("button", name="Dana Kim").click()
    page.locator(".list-empty").first.wait_for()
    accessible(page, "empty lists")
    furnish(stub)
    card(page, "Sofia Rossi").get_by_role("button", name="Accept").wait_for()
    accessible(page, "lists with an offer")
    card(page, "Ana Ortiz").get_by_role("link").click()
    page.locator(".paper").wait_for()
    stub.fail("POST .*/reply", 503)
    reply(page, "hello")
    page.get_by_role("button", name="Send again").wait_for()
    accessible(page, "a conversation with a failed reply")
    if width < 1180:
        page.get_by_role("button", name="Customer").click()
        accessible(page, "the customer")
        page.get_by_role("button", name="Conversation").click()
    page.get_by_role("button", name="Close").click()
    accessible(page, "close")
    page.keyboard.press("Escape")
    page.locator("conversation-head h2").focus()
    page.keyboard.press("Shift+?")
    page.get_by_role("dialog", name="Keyboard").wait_for()
    accessible(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").wait_for()
    accessible(page, "palette")


def furnish(stub: ConsoleStub) -> None:
    order = {
        "id": "#W1",
        "status": "pending",
        "placed_at": "2026-03-04T10:00:00Z",
        "total": "$12.50",
        "items": [{"name": "Lamp"}],
    }
    receipt = {"number": "R-1", "order_id": "#W1", "lines": ["Order #W1 is cancelled."], "at": "2026-03-04T10:00:00Z"}
    more = {
        "orders": [order],
        "receipts": [receipt],
        "facts": {"order_id": "#W1"},
        "proof": {"level": "signed", "at": receipt["at"]},
    }
    stub.add("c1", "Ana Ortiz", tier="gold", state="held", holder=ME, more=more, customer={"email": "ana@mail.example"})
    stub.say(
        "c1",
        "Shall I?",
        "bot",
        "Assistant",
        card={"kind": "plan"},
        options=[{"id": "1", "label": "Yes"}, {"id": "2", "label": "No"}],
    )
    stub.say("c1", "Yes")
    stub.say("c1", "Dana Kim has joined.", "system", "Service desk")
    stub.say("c1", "Hello Ana", "agent", "Dana Kim")
    stub.add("c2", "Noah Brown", tier="silver", channel="sms")
    stub.add("c3", "Sofia Rossi", tier="gold", queue="dedicated")
    stub.say("c3", "Hello?")
    stub.offer("c3")


def accessible(page: Page, state: str) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, f"{state}: {results.generate_report()}"
