"""The office and the search in real Chromium over the real gateway: what each page does, by keyboard, under axe."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy import update

from handoff.models import Agent
from handoff.rules import totp
from shop.ground import clock
from tests.browser.office_page import office, opened, page, signed_in
from tests.handoff.gateway import PASSWORD, Gateway
from tests.handoff.picturing import gif, png

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser",)
__all__ = ["office", "page"]
PAGES = ("agents", "books", "queues", "canned", "articles", "policies", "front", "record", "account")


def accessible(page: Page, state: str) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, f"{state}: {results.generate_report()}"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    page: Page, office: Gateway, scheme: Any, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    signed_in(page, office, "ben")
    for name in PAGES:
        opened(page, office, name)
        accessible(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") == width, name
    opened(page, office, "agents").get_by_role("button", name="Edit Dana").click()
    accessible(page, "an agent's form")


def test_an_agent_is_changed_by_keyboard_with_errors_at_their_fields(page: Page, office: Gateway) -> None:
    opened(signed_in(page, office, "ben"), office, "agents")
    edit = page.get_by_role("button", name="Edit Alice")
    edit.focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Alice")
    form.get_by_label("Own hours").fill("mon-fri: 9:00-17:00")
    expect(form.locator(".week li")).to_have_count(7)
    form.get_by_label("E-mail").fill("dana@shop.example")
    page.keyboard.press("Enter")
    expect(form.locator("[data-field=email] .field-error")).to_have_text("Somebody else has this e-mail address.")
    expect(form.get_by_label("E-mail")).to_be_focused()
    form.get_by_label("E-mail").fill("alice@shop.example")
    form.get_by_label("Skills").fill("lamps, Payments")
    with office.db.transaction() as session:
        session.execute(update(Agent).where(Agent.id == "alice").values(capacity=7))
    page.keyboard.press("Enter")
    expect(form.locator(".form-problem")).to_contain_text("Somebody else has changed this agent")
    form.get_by_role("button", name="Picture…").click()
    form = page.get_by_role("dialog", name="A picture of Alice")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[data-field=picture] .field-error")).to_have_text("Choose a picture first.")
    form.get_by_label("Picture").set_input_files({"name": "a.gif", "mimeType": "image/gif", "buffer": gif()})
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[data-field=picture] .field-error")).to_have_text("Only JPEG and PNG pictures are taken.")
    accessible(page, "a picture's form")
    form.get_by_label("Picture").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": png(30, 40)})
    form.get_by_role("button", name="Save").click()
    expect(page.locator(".page-status")).to_have_text("The picture is saved.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    opened(signed_in(page, office, "alice"), office, "account")
    page.reload()
    assert page.locator(".staff-picture").evaluate("image => image.decode().then(() => image.naturalWidth)") == 30
    page.get_by_role("button", name="Change your picture").click()
    page.get_by_role("button", name="Take it away").click()
    expect(page.locator(".page-status")).to_have_text("The picture is gone.")
    expect(page.locator(".staff-picture")).to_have_count(0)


def test_books_replies_and_articles_are_changed(page: Page, office: Gateway) -> None:
    opened(signed_in(page, office, "ben"), office, "books")
    page.get_by_role("button", name="Reassign the book of Dana").click()
    page.get_by_role("dialog").get_by_label("To").select_option(label="Alice")
    expect(page.locator(".plan")).to_contain_text("1 customer changes hands.")
    page.get_by_role("button", name="Give them away").click()
    expect(page.locator(".page-status")).to_have_text("The book of Dana is reassigned.")
    opened(page, office, "canned").get_by_role("button", name="New reply").click()
    page.get_by_label("Shortcut").fill("thanks")
    page.get_by_label("Title").fill("Thanks")
    page.get_by_role("textbox", name="Text").fill("Thank you, {customer.first_name}.")
    expect(page.locator(".canned-preview")).to_have_text("Thank you, Mia.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Edit /thanks")).to_be_visible()
    opened(page, office, "articles").get_by_role("button", name="Open Return an item").click()
    expect(page.locator(".article-preview strong")).to_have_text("30 days")
    page.get_by_role("textbox", name="Text").fill("Within **60 days**.")
    page.get_by_role("button", name="Save as the next version").click()
    expect(page.locator(".page-status")).to_have_text("Saved: version 2 of Return an item.")
    opened(page, office, "policies")
    expect(page.locator(".diff-come")).to_contain_text("breach: 77")
    opened(page, office, "record")
    expect(page.locator("tbody tr").first).to_contain_text("Article written")


def test_what_stands_before_the_chat_is_written_by_who_may(page: Page, office: Gateway) -> None:
    opened(signed_in(page, office, "alice"), office, "front")
    expect(page.get_by_role("button", name="Change what is asked")).to_have_count(0)
    page.get_by_role("button", name="Write a notice").click()
    form = page.get_by_role("dialog", name="Notice")
    form.get_by_label("What customers read").fill("A storm: answers take two hours.")
    form.get_by_label("Until").fill("2020-01-01T12:00")
    accessible(page, "the notice's form")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[data-field=until] .field-error")).to_contain_text("This time has passed.")
    expect(form.get_by_label("Until")).to_be_focused()
    form.get_by_label("Until").fill("2999-01-01T12:00")
    page.keyboard.press("Enter")
    expect(page.locator(".page-status")).to_have_text("The notice is shown.")
    expect(page.locator("front-page .badge").first).to_have_text("Shown now")
    page.get_by_role("button", name="Take it away").click()
    page.get_by_role("dialog").get_by_role("button", name="Take it away").click()
    expect(page.locator("front-page .badge").first).to_have_text("None")
    signed_in(page, office, "ben").reload()
    page.get_by_role("button", name="Change what is asked").click()
    form = page.get_by_role("dialog", name="Questions to visitors")
    form.get_by_label("Ask visitors who are not known").check()
    form.get_by_role("button", name="Another topic").click()
    form.get_by_label("Customers read").fill("Paying")
    form.get_by_label("Topic", exact=True).fill("Pay ment")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[data-field=topics] .field-error")).to_contain_text("A topic is made of")
    accessible(page, "the questions' form")
    form.get_by_label("Topic", exact=True).fill("payment")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("front-page tbody tr")).to_contain_text("Payments and refunds")


def test_supervisors_read_and_agents_have_their_account_alone(page: Page, office: Gateway) -> None:
    opened(signed_in(page, office, "alice"), office, "agents")
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    expect(page.get_by_role("button", name="New agent")).to_have_count(0)
    signed_in(page, office, "dana").goto(f"{office.url}/console/office#agents")
    page.reload()
    expect(page.locator("account-page h2")).to_have_text("My account")
    expect(page.locator(".office-nav a")).to_have_text(["My account"])


def test_a_second_factor_is_set_up_and_asked_for(page: Page, office: Gateway) -> None:
    opened(signed_in(page, office, "dana"), office, "account")
    page.get_by_role("button", name="Set it up").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("img", name="The picture to be read")).to_be_visible()
    assert page.locator(".qr").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(totp.at(secret, totp.step(clock.now()) - 1))
    page.get_by_role("button", name="Turn it on").click()
    code = page.locator(".codes code").first.inner_text()
    expect(page.locator(".codes code")).to_have_count(10)
    page.context.clear_cookies()
    page.goto(f"{office.url}/console")
    page.get_by_label("E-mail").fill("dana@shop.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_label("Code of your authenticator").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("agent-bar")).to_be_visible()


def test_the_search_finds_marks_opens_and_keeps(page: Page, office: Gateway) -> None:
    noah = office.visitor("noah")
    noah.writes("the <b>turquoise</b> lamp is broken")
    noah.taps("person")
    signed_in(page, office, "alice").goto(f"{office.url}/console")
    page.locator(".list-count").first.wait_for()
    page.keyboard.press("/")
    words = page.get_by_label("What to find")
    expect(words).to_be_focused()
    words.fill("zeppelin")
    expect(page.locator(".search-status")).to_contain_text("Nothing that you may see fits.")
    words.fill("turquoise lam")
    expect(page.locator(".search-excerpt mark")).to_have_text(["turquoise", "lamp"])
    expect(page.locator(".search-excerpt")).to_contain_text("the <b>turquoise</b> lamp")
    page.get_by_label("Name of this search").fill("Lamps")
    page.get_by_role("button", name="Keep this search").click()
    expect(page.get_by_role("button", name="Lamps", exact=True)).to_be_visible()
    accessible(page, "the search")
    words.fill("")
    page.get_by_role("button", name="Lamps", exact=True).click()
    expect(words).to_have_value("turquoise lam")
    expect(page.locator(".search-hit")).to_have_count(1)
    words.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".search-hit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("conversation-head h2")).to_have_text("Noah")
