"""The conversation to take along: as a page to print, and by e-mail."""

import pytest
from playwright.sync_api import expect

from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, barriers, started

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")


def test_the_conversation_is_printed_and_mailed(chat: Chat, gateway: Gateway) -> None:
    started(chat, gateway)
    more = chat.page.locator("rapport-chat [aria-haspopup=menu]")
    more.click()
    with chat.page.expect_download() as saved:
        chat.page.get_by_role("menuitem", name="A page to print").click()
    assert saved.value.suggested_filename == "conversation.html"
    more.click()
    chat.page.get_by_role("menuitem", name="Send it to me by e-mail").click()
    expect(chat.panel).to_contain_text("On its way to m•••@example.com.")
    assert barriers(chat.page) == []
