"""Before the chat: the office's notice comes and goes by itself; visitors may say who they are and what it is about."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, barriers, until

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")

STORM = {
    "text": "A storm has closed our warehouse: answers take about 2 hours.",
    "spanish": "Hoy tardamos unas 2 horas.",
}
PAYING = {"topic": "payment", "label": "Paying and refunds", "spanish": "Pagos y reembolsos"}
ASKS: dict[str, Any] = {"name": True, "email": True, "topics": [PAYING]}


def asked(shop: Page, gateway: Gateway) -> Chat:
    """The chat before the first word, with all that can stand there."""
    chat = Chat(shop).open()
    until(lambda: gateway.streams > 0, shop)
    gateway.turn(gateway.only(), "bot", notice=STORM, asks=ASKS)
    expect(shop.get_by_role("form", name="Before you write")).to_be_visible()
    return chat


def told(gateway: Gateway) -> list[dict[str, Any]]:
    return [body for what, body in gateway.told if what == "introduction"]


def test_a_visitor_answers_by_keyboard_with_errors_at_their_fields(shop: Page, gateway: Gateway) -> None:
    chat = asked(shop, gateway)
    notice, form = chat.panel.locator(".notice-line"), shop.get_by_role("form", name="Before you write")
    expect(notice).to_have_text(STORM["text"])
    expect(chat.field).to_be_focused()  # it takes nothing from who would rather write
    assert barriers(shop) == []
    chat.field.fill("half a thou")
    form.get_by_label("E-mail").fill("ana")
    shop.keyboard.press("Enter")
    email = form.get_by_label("E-mail")
    expect(form.get_by_text("This does not look like an e-mail address.")).to_be_visible()
    expect(email).to_be_focused()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("This does not look like an e-mail address.")
    assert barriers(shop) == []
    shop.evaluate("Rapport.setLocale('es')")
    spanish = shop.get_by_role("form", name="Antes de escribir")
    expect(spanish.get_by_label("Correo electrónico")).to_have_value("ana")
    expect(notice).to_have_text(STORM["spanish"])
    spanish.get_by_label("¿De qué se trata?").select_option("Pagos y reembolsos")
    shop.evaluate("Rapport.setLocale('en')")
    expect(form.get_by_label("What is it about?")).to_have_value("payment")
    email.fill("ana@example.com")
    gateway.refuse_next("introduction", 400, "email", "This does not look like an e-mail address.")
    shop.keyboard.press("Enter")
    expect(email).to_have_attribute("aria-invalid", "true")
    gateway.refuse_next("introduction", 503, "unavailable", "")
    form.get_by_role("button", name="Go on").click()
    expect(form.get_by_text("That did not get through. Please try again.")).to_be_visible()
    form.get_by_role("button", name="Go on").click()
    expect(chat.panel.get_by_text("Thank you. What can we do for you?")).to_be_visible()
    expect(form).to_have_count(0)
    assert told(gateway) == [{"name": "", "email": "ana@example.com", "topic": "payment"}]
    expect(chat.field).to_be_focused()
    expect(chat.field).to_have_value("half a thou")
    shop.keyboard.press("Enter")
    expect(chat.bubbles("half a thou")).to_have_count(1)
    gateway.turn(gateway.only(), "waiting", outcome="in_line", position=3, notice=STORM)
    expect(chat.panel.locator(".waits")).to_be_visible()
    expect(notice).to_have_text(STORM["text"])
    gateway.turn(gateway.only(), "waiting", outcome="in_line", position=2)
    expect(notice).to_be_hidden()


def test_who_writes_skips_or_signs_in_instead_loses_nothing(
    shop: Page, visitor: BrowserContext, gateway: Gateway
) -> None:
    chat = asked(shop, gateway)
    form = shop.get_by_role("form", name="Before you write")
    form.get_by_label("What is it about?").select_option("payment")
    chat.person.click()
    until(lambda: gateway.heard == ["Talk to a person"], shop)
    posts = [path.rsplit("/", 1)[1] for path in gateway.asked if path.startswith("POST /api/chat/")]
    assert [one for one in posts if one in ("introduction", "messages")] == ["introduction", "messages"]
    assert told(gateway) == [{"name": "", "email": "", "topic": "payment"}]
    expect(form).to_have_count(0)
    shop.evaluate("localStorage.clear()")
    shop.reload()
    chat.open()
    until(lambda: len(gateway.conversations) == 2 and gateway.streams > 0, shop)
    second = list(gateway.conversations.values())[1]
    gateway.turn(second, "bot", asks=ASKS)
    form.get_by_label("Your name").fill("Ana")
    form.get_by_role("button", name="Skip").click()
    expect(form).to_have_count(0)
    expect(chat.field).to_be_focused()
    until(lambda: told(gateway)[1:] == [{}], shop)
    gateway.turn(second, "bot", notice=STORM, asks=ASKS)  # the server has not heard of it yet
    expect(chat.panel.locator(".notice-line")).to_be_visible()
    expect(form).to_have_count(0)
    shop.evaluate("localStorage.clear()")
    shop.reload()
    chat.open()
    until(lambda: len(gateway.conversations) == 3 and gateway.streams > 0, shop)
    gateway.turn(list(gateway.conversations.values())[2], "bot", asks=ASKS)
    expect(form).to_be_visible()
    shop.get_by_label("Signed in as").select_option("ana_ruiz_4821")
    expect(form).to_have_count(0)
