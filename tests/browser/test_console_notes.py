"""The agents' page: private notes beside the replies, colleagues mentioned in them, and being mentioned oneself."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.console_notes import LUIS, mention, note
from tests.browser.console_page import opened, until
from tests.browser.console_stub import ME, ConsoleStub

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.console_fixtures")


def test_a_note_is_written_apart_from_the_reply_and_kept_over_a_reload(
    page: Page, stub: ConsoleStub, address: str
) -> None:
    stub.add("c1", "Ana Ortiz", state="held", holder=ME)
    stub.say("c1", "My lamp is broken")
    opened(page, address, "c1")
    text, reply = page.get_by_label("Note", exact=True), page.get_by_label("Reply", exact=True)
    reply.fill("Dear Ana")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(text).to_be_focused()
    expect(reply).to_be_hidden()
    expect(page.get_by_text("Only colleagues see this.")).to_be_visible()
    expect(page.get_by_role("button", name="Note", exact=True)).to_have_attribute("aria-pressed", "true")
    text.press_sequentially("Ask @lu")
    option = page.get_by_role("listbox", name="Colleagues").get_by_role("option")
    expect(option).to_have_count(1)
    expect(text).to_have_attribute("aria-activedescendant", "mention-0")
    _accessible(page, "mention list")
    text.press("Enter")
    expect(text).to_have_value("Ask @Luis Ortega ")
    expect(page.locator("#note-told")).to_have_text("Will be told and can read along: Luis Ortega")
    assert stub.sent("POST .*/notes") == []
    page.reload()
    expect(text).to_have_value("Ask @Luis Ortega ")  # what was open is open, with its own words
    expect(reply).to_be_hidden()
    page.locator("conversation-head h2").focus()
    page.keyboard.press("r")
    expect(reply).to_have_value("Dear Ana")
    expect(reply).to_be_focused()
    page.get_by_role("button", name="Note", exact=True).click()
    stub.fail("POST .*/notes", 0)  # it is taken, and the answer is lost
    text.press("End")
    text.press_sequentially("about it")
    text.press("Enter")
    line = page.locator(".line-note")
    expect(line).to_contain_text("Private note")
    expect(line).to_have_count(1)
    expect(line.locator(".mention")).to_have_text("@Luis Ortega")
    expect(page.locator("conversation-people")).to_contain_text("mentioned by Dana Kim, has not read it yet")
    expect(text).to_have_value("")
    assert [body["text"] for body in stub.sent("POST .*/notes")] == ["Ask @Luis Ortega about it"]
    assert stub.sent("POST .*/reply") == []
    assert len(stub.sent("POST .*/typing")) == 1  # of the reply: a customer hears of no note
    stub.say("c1", "Hello?")
    note(stub, "c1", "I am on it", LUIS, verb="transfer")
    expect(line.nth(1)).to_contain_text("Private note when passing it on")
    order = "[...document.querySelectorAll('.rows .said')].map(said => said.textContent).join('|')"
    until(page, order, "My lamp is broken|Ask @Luis Ortega about it|Hello?|I am on it")
    _accessible(page, "note")


def test_who_is_mentioned_hears_of_it_reads_along_and_writes_notes(page: Page, stub: ConsoleStub, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    stub.add("c2", "Bo Lind", state="held", holder=LUIS, more={"along": True})
    for n in range(30):
        stub.say("c2", f"word {n}")
    opened(page, address)
    page.evaluate("window.away = true")
    mention(stub, "c2", "@Dana Kim, what would you do?")
    mentions = page.locator(".list-mentions")
    expect(mentions).to_contain_text("1 unread")
    expect(page.get_by_role("status").filter(has_text="Luis Ortega mentioned you: Bo Lind")).to_be_visible()
    until(page, "document.title", "(1) Rapport")
    until(page, "told.notes.length", 1)
    assert page.evaluate("told.notes[0].title") == "Luis Ortega mentioned you"
    _accessible(page, "mentions")
    for n in range(30):
        stub.say("c2", f"more {n}")
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    line = page.locator(".line-note")
    expect(line).to_contain_text("@Dana Kim, what would you do?")
    expect(line).to_be_in_viewport()  # though much was said after it
    expect(page.get_by_text("Luis Ortega is answering.")).to_be_visible()
    assert stub.sent("POST .*/notes/seen") == []
    page.evaluate("window.away = false; window.dispatchEvent(new Event('focus'))")
    until(page, "document.title", "Rapport")
    assert stub.sent("POST .*/notes/seen") == [{"no": 1}]
    page.get_by_role("button", name="Note", exact=True).click()
    stub.drop_streams()
    note(stub, "c2", "Anybody?", LUIS)
    page.get_by_label("Note", exact=True).fill("Send a new one")
    page.keyboard.press("Enter")
    expect(line).to_have_count(3)
    expect(line.nth(2)).to_contain_text("Send a new one")
    _accessible(page, "reading along")
    assert stub.sent("POST .*/reply") == []


def _accessible(page: Page, state: str) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, f"{state}: {results.generate_report()}"
