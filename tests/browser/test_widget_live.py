"""The widget while somebody is there: who writes, what was delivered and seen, sound, and what comes later than the rest."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, started, until

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")

MARIA = {"name": "Maria Lopez", "dedicated": False}


def test_who_writes_and_what_was_seen_is_told_both_ways(chat: Chat, gateway: Gateway, visitor: BrowserContext) -> None:
    conversation = started(chat, gateway)
    chat.field.press_sequentially("to the bot")
    assert [what for what, _ in gateway.told if what == "typing"] == []  # nobody could look
    chat.field.fill("")
    gateway.turn(conversation, "held", agent=MARIA)
    expect(chat.panel.locator(".top")).to_contain_text("Maria Lopez")
    second = visitor.new_page()
    second.goto(gateway.page)
    Chat(second).open()
    gateway.sign("typing", kind="agent", name="Maria Lopez")
    for page in (chat.page, second):
        expect(page.locator("rapport-chat .typing")).to_contain_text("Maria Lopez is writing")
    gateway.say(conversation, "agent", "Hello, Maria here.", name="Maria Lopez")
    expect(chat.log.locator(".typing")).to_have_count(0)
    second.close()
    chat.page.bring_to_front()
    until(lambda: ("seen", {"seq": 2}) in gateway.told, chat.page)
    chat.field.press_sequentially("Hi")
    until(lambda: ("typing", {}) in gateway.told, chat.page)
    chat.field.press("Enter")
    expect(chat.log.locator(".fate")).to_have_text("Delivered")
    gateway.sign("marks", customer=2, agent=3)
    expect(chat.log.locator(".fate")).to_have_text("Seen")
    gateway.sign("marks", customer=2, agent=1)  # late, and behind
    gateway.sign("typing", kind="agent", name="Maria Lopez")
    expect(chat.log.locator(".typing")).to_be_visible()
    chat.page.clock.install()
    chat.page.clock.fast_forward(7_000)
    gateway.turn(conversation, "held", agent=MARIA | {"dedicated": True})
    expect(chat.log.locator(".typing")).to_have_count(0)
    expect(chat.log.locator(".fate")).to_have_text("Seen")
    assert gateway.told.count(("seen", {"seq": 2})) == 1
