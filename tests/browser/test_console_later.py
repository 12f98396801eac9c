"""The agents' page: what the bot made of it, and replies that go out later, by keyboard, in words, without a find of axe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.console_page import opened, until
from tests.browser.console_stub import ME, ConsoleStub, iso

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.console_fixtures")

TURN = {
    "seq": 1, "understood": "cancel an order", "percent": 97, "tapped": False, "failed": None,
    "others": [{"understood": "where is my order", "percent": 2}], "spoke_of": [{"label": "Order", "text": "#W1000001"}],
}  # fmt: skip
BROKE = {
    **TURN, "seq": 3, "understood": None, "percent": None, "others": [], "spoke_of": [],
    "failed": "The bot gave no answer",
}  # fmt: skip
REQUEST = {
    "title": "Cancel #W1000001", "standing": "Asked for the reason, not answered", "failed": True,
    "trouble": "The bot gave no answer to the last message", "details": [{"label": "Reason", "text": "ordered by mistake"}],
    "aside": ["Return items"],
}  # fmt: skip


def held(stub: ConsoleStub, **more: Any) -> None:
    now = datetime.now(UTC)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    times = {"zone": "Asia/Tokyo", "theirs": True, "evening": None, "morning": iso(noon + timedelta(days=1))}
    writing = {"language": "en", "variables": {}, "stopped_at": None, "price": None, "later": times}
    stub.add("c1", "Ana Ortiz", state="held", holder=ME, more={"writing": writing, **more})
    stub.say("c1", "cancel my order")
    stub.say("c1", "Which reason fits?", "bot", "Assistant")
    stub.say("c1", "hm")


def test_what_the_bot_made_of_it(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub, bot={"turns": [TURN, BROKE], "request": REQUEST})
    opened(page, address, "c1")
    thread = page.get_by_role("log")
    expect(thread.get_by_text("understood as: cancel an order, 97 %")).to_be_visible()
    expect(thread.get_by_text("where is my order, 2 %")).to_be_hidden()
    thread.get_by_text("understood as: cancel an order, 97 %").click()
    expect(thread.get_by_text("where is my order, 2 %")).to_be_visible()
    expect(thread.get_by_text("The bot gave no answer", exact=True)).to_be_visible()
    panel = page.get_by_role("region", name="Customer")
    for words in (
        "Cancel #W1000001",
        "Asked for the reason, not answered",
        "ordered by mistake",
        "Return items",
        "cancel an order, 97 %",
    ):
        expect(panel.get_by_text(words)).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_reply_goes_out_later(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    opened(page, address, "c1")
    text, later = page.get_by_label("Reply", exact=True), page.get_by_role("button", name="Send later")
    expect(later).to_be_disabled()
    text.fill("Any news?")
    page.locator("message-composer input[type=file]").set_input_files(
        {"name": "label.png", "mimeType": "image/png", "buffer": b"png"}
    )
    # By keyboard alone: open, walk, choose.
    expect(later).to_be_enabled()
    later.focus()
    page.keyboard.press("Enter")
    menu = page.get_by_role("group", name="Send later")
    expect(menu.get_by_role("button", name="In an hour")).to_be_focused()
    expect(menu.get_by_role("button", name="Tomorrow morning")).to_contain_text("for the customer")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(later).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    line = page.locator(".line-later")
    expect(line).to_contain_text("Any news?")
    expect(line).to_contain_text("Goes out")
    expect(line.get_by_role("link", name="label.png")).to_be_visible()
    expect(text).to_have_value("")
    expect(page.get_by_role("list", name="Attached files")).to_be_hidden()
    [sent] = stub.sent("POST .*/later")
    assert sent["text"] == "Any news?" and sent["park"] is True and len(sent["files"]) == 1
    assert sent["at"] == stub.conversations["c1"].more["writing"]["later"]["morning"]
    # Another time, other words.
    line.get_by_role("button", name="Change").click()
    dialog = page.get_by_role("dialog", name="Change the reply")
    expect(dialog.get_by_text("label.png")).to_be_visible()
    dialog.get_by_label("What goes out").fill("Good morning")
    dialog.get_by_label("When").fill("2020-01-01T09:00")
    dialog.get_by_role("button", name="Keep").click()
    expect(dialog.get_by_text("Choose a time that is still to come.")).to_be_visible()
    dialog.get_by_label("When").fill((datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT09:00"))
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    dialog.get_by_role("button", name="Keep").click()
    expect(line).to_contain_text("Good morning")
    # Something came between: said where it stands, and above the lists.
    with stub.lock:
        stub.conversations["c1"].more["later"][0] |= {"held_back": True, "why": "customer_wrote"}
        stub.held_back = [
            {"id": "l1", "conversation": "c1", "customer": "Ana Ortiz", "at": "", "why": "customer_wrote"}
        ]
    stub.tell("c1")
    expect(line).to_contain_text("Not sent: the customer has written since.")
    expect(page.get_by_role("region", name="Not sent (1)")).to_contain_text("Ana Ortiz")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    line.get_by_role("button", name="Send now").click()
    expect(line).to_have_count(0)
    expect(page.get_by_role("log")).to_contain_text("Good morning")
    until(page, "document.querySelectorAll('.line-agent').length", 1)
