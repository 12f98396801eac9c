"""The agents' page by itself, over an API in memory: sign-in, lists, offers, the thread."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console_page import card, opened, reply, until
from tests.browser.console_stub import ME, ConsoleStub, now

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.console_fixtures")

LUIS = {"id": "a2", "name": "Luis Ortega"}
# What a count-down shows, three times.
COUNTED = """() => new Promise((done) => {
  const figure = document.querySelector(".count-figure");
  const seen = [figure.textContent];
  new MutationObserver((_, watch) => {
    if (seen.push(figure.textContent) < 3) return;
    watch.disconnect();
    done(seen);
  }).observe(figure, { childList: true, characterData: true, subtree: true });
})"""
EVIL = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>{{7*7}}"


# Signing in


def test_demo_logins_are_clicked_by_name_and_wrong_passwords_are_told(
    page: Page, stub: ConsoleStub, address: str
) -> None:
    stub.signed_in = False
    page.goto(f"{address}/console")
    page.get_by_label("E-mail").fill("dana@shop.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert").filter(has_text="do not match")).to_be_visible()
    page.get_by_role("button", name="Dana Kim").click()
    expect(page.get_by_role("heading", name="Mine")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_without_demo_logins_the_form_stands_alone(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.signed_in = stub.demo = False
    with page.expect_response("**/demo/agents") as answer:
        page.goto(f"{address}/console")
    assert answer.value.status in (401, 404)
    expect(page.get_by_label("E-mail")).to_be_focused()
    expect(page.locator(".demo-login")).to_have_count(0)


def test_a_session_that_ended_leads_to_the_form_and_the_draft_is_kept(
    page: Page, stub: ConsoleStub, address: str
) -> None:
    stub.add("c1", state="held", holder=ME)
    opened(page, address, "c1").get_by_label("Reply").fill("half a sent")
    stub.signed_in = False
    stub.tell("c1")
    page.get_by_role("button", name="Dana Kim").click()
    expect(page.get_by_label("Reply")).to_have_value("half a sent")


# Lists and offers


def test_three_lists_with_counts_longest_wait_and_empty_words(page: Page, stub: ConsoleStub, address: str) -> None:
    opened(page, address)
    expect(page.locator(".list-general")).to_contain_text("Nobody is waiting.")
    stub.add("c1", "Ana Ortiz", waiting_since=now() - timedelta(minutes=61))
    stub.add("c2", "Noah Brown", channel="sms")
    stub.add("c3", "Sofia Rossi", tier="gold", queue="dedicated")
    stub.add("c4", "Mei Nguyen", state="held", holder=ME)
    expect(page.locator(".list-general .list-count")).to_have_text("2")
    expect(page.locator(".list-general .list-oldest")).to_contain_text("1 h 01")
    expect(page.locator(".list-dedicated")).to_contain_text("Gold")
    expect(page.locator(".list-mine")).to_contain_text("Mei Nguyen")
    stub.assign("c1", "held", LUIS)
    expect(card(page, "Ana Ortiz")).to_have_count(0)


def test_an_offer_counts_down_sounds_notifies_and_marks_the_title(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", "Sofia Rossi", tier="gold", queue="dedicated", topic="cancel")
    stub.say("c1", "I need a person")
    opened(page, address).locator("body").click()
    page.evaluate("away = true")
    stub.offer("c1", seconds=3000)
    offer = card(page, "Sofia Rossi")
    expect(offer.get_by_role("button", name="Accept")).to_be_visible()
    expect(page).to_have_title("(1) Offer: Sofia Rossi · Rapport")
    until(page, "told.notes.length === 1 && told.tones >= 2")
    assert page.evaluate("told.notes[0]") == {"title": "Offer: Sofia Rossi", "body": "Gold · Cancel\nI need a person"}
    figures = [int(figure.removesuffix(" s")) for figure in page.evaluate(COUNTED)]
    assert 3000 >= figures[0] > figures[1] > figures[2] > 0
    offer.get_by_role("button", name="Decline").click()
    page.get_by_role("dialog", name="Decline").get_by_role("button", name="Decline").click()
    expect(page.get_by_role("status").filter(has_text="Declined")).to_be_visible()
    expect(page).to_have_title("Rapport")


def test_a_muted_page_stays_silent(page: Page, stub: ConsoleStub, address: str) -> None:
    opened(page, address).get_by_role("button", name="Sound").click()
    stub.add("c1")
    stub.offer("c1")
    expect(card(page, "Ana Ortiz")).to_contain_text("Offered to you")
    assert page.evaluate("told.tones") == 0


def test_an_offer_that_runs_out_is_fetched_again_by_itself(page: Page, stub: ConsoleStub, address: str) -> None:
    moment = now()
    stub.now = lambda: moment  # its time stands still: as often as the page asks, the offer has three seconds left
    stub.add("c1")
    stub.offer("c1", seconds=3)
    opened(page, address)
    expect(card(page, "Ana Ortiz")).to_contain_text("Offered to you")
    stub.mangle = lambda event: []
    stub.assign("c1", "held", LUIS)
    expect(card(page, "Ana Ortiz")).to_have_count(0)


def test_two_tabs_share_one_stream_and_both_are_live(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", state="held", holder=ME)
    opened(page, address, "c1")
    second = opened(page.context.new_page(), address, "c1")
    assert len(stub.streams) == 1
    stub.say("c1", "heard in both")
    for tab in (page, second):
        expect(tab.get_by_role("log")).to_contain_text("heard in both")
    page.close()
    until(second, "document.querySelector('rapport-console').desk.leads")
    stub.say("c1", "and after the first is gone")
    expect(second.get_by_role("log")).to_contain_text("and after the first is gone")


# The thread


def test_the_thread_says_who_spoke_when_and_what_was_chosen(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", state="held", holder=ME)
    options = [{"id": "1", "label": "Yes, cancel it"}, {"id": "2", "label": "No"}]
    noon = now().replace(hour=12)
    stub.now = lambda: noon
    page.clock.set_fixed_time(noon)
    yesterday = noon - timedelta(days=1)
    stub.say(
        "c1", "Shall I?", "bot", "Assistant", options=options, card={"kind": "plan", "order_id": "#W1"}, at=yesterday
    )
    stub.say("c1", "Yes, cancel it", at=yesterday)
    stub.say("c1", "Dana Kim has joined.", "system", "Service desk")
    opened(page, address, "c1")
    expect(page.locator(".day")).to_have_text(["Yesterday", "Today"])
    expect(page.locator(".line-bot .speaker")).to_contain_text("AssistantBot")
    expect(page.locator(".paper-head")).to_have_text("Plan #W1")
    expect(page.locator(".option.is-chosen")).to_have_text("Yes, cancel it (chosen)")
    expect(page.locator(".options").locator("button, a, [tabindex]")).to_have_count(0)
    expect(page.locator(".line-system")).to_contain_text("Dana Kim has joined.")


def test_a_quoted_help_page_is_told_from_what_the_bot_says_itself(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", state="held", holder=ME)
    stub.say("c1", "From our help pages: ...", "bot", "Assistant", card={"kind": "article", "slug": "gift-cards"})
    opened(page, address, "c1")
    expect(page.locator(".paper-head")).to_have_text("Help page")
    expect(page.locator(".paper-article .said")).to_contain_text("From our help pages")


def test_a_thread_longer_than_a_page_of_the_api_is_whole(page: Page, stub: ConsoleStub, address: str) -> None:
    row = stub.add("c1", state="held", holder=ME)
    for number in range(1, 1101):
        stub.say("c1", f"message {number}", "agent", "Dana Kim")
    opened(page, address, "c1")
    expect(page.locator(".line-agent")).to_have_count(len(row.messages))
    expect(page.get_by_role("log").get_by_text("message 1100", exact=True)).to_be_in_viewport()


def test_words_of_customers_are_never_markup(page: Page, stub: ConsoleStub, address: str) -> None:
    person = {"email": EVIL, "phone": EVIL, "tier_why": EVIL, "representative": {"id": "x", "name": EVIL}}
    order = {
        "id": EVIL,
        "status": EVIL,
        "placed_at": None,
        "total": EVIL,
        "items": [{"name": EVIL, "options": {"o": EVIL}}],
    }
    more = {
        "facts": {EVIL: EVIL},
        "reason": EVIL,
        "orders": [order],
        "receipts": [{"number": EVIL, "lines": [EVIL], "order_id": EVIL}],
    }
    stub.add("c1", EVIL, state="held", holder=ME, topic=EVIL, channel=EVIL, tier=EVIL, customer=person, more=more)
    stub.say("c1", EVIL, options=[{"id": "1", "label": EVIL}], card={"kind": "receipt", "number": EVIL})
    stub.say("c1", EVIL, "bot", EVIL, options=[{"id": "1", "label": EVIL}], card={"kind": EVIL})
    stub.say("c1", EVIL, "system", EVIL)
    opened(page, address, "c1")
    reply(page, EVIL)
    expect(page.locator(".line-agent .said")).to_have_text(EVIL)
    expect(page.locator(".line-customer .said")).to_have_text(EVIL)
    expect(page.locator("customer-panel h2")).to_have_text(EVIL)
    assert page.locator("script").count() == 1
    assert page.locator("img[onerror]").count() == 0
    assert "owned" not in page.title()
