"""What the agents' page does when it is refused, when a reply fails, and when the connection is lost."""

from __future__ import annotations

import random
import re
import threading
import time

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.console_page import PATIENCE_S, card, opened, reply
from tests.browser.console_stub import ME, ConsoleStub

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.console_fixtures")

LUIS = {"id": "a2", "name": "Luis Ortega"}
# What is on the screen, but for what ticks.
SCREEN = """() => {
  const seen = document.querySelector(".panes").cloneNode(true);
  for (const node of seen.querySelectorAll("wait-time, count-down, notify-hint, .newer, .skeletons, [hidden]")) node.remove();
  const classes = [...seen.querySelectorAll("[class]")].map((node) => node.getAttribute("class"));
  return seen.textContent + classes.filter(Boolean).join(" ");
}"""


def same(page: Page, fresh: Page) -> None:
    """Both come to show the same: the fresh one, too, is only complete when its last panel has been fetched."""
    deadline = time.monotonic() + PATIENCE_S
    while (shown := page.evaluate(SCREEN)) != (wanted := fresh.evaluate(SCREEN)):
        assert time.monotonic() < deadline, f"{shown!r} is not {wanted!r}"
        page.wait_for_timeout(50)


# Refused, failed


def test_a_conversation_someone_else_took_is_told_plainly(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", "Ana Ortiz")
    opened(page, address, "c1")
    stub.mangle = lambda event: []

    def luis_first(route: Route) -> None:
        stub.assign("c1", "held", LUIS)  # between the click and the claim: the page cannot have known
        route.continue_()

    page.route("**/conversations/c1/claim", luis_first)
    page.get_by_role("button", name="Take").click()
    expect(page.get_by_role("alert").filter(has_text="Not taken. Luis Ortega has taken it.")).to_be_visible()
    expect(page.locator("message-composer")).to_contain_text("Luis Ortega is answering.")
    expect(card(page, "Ana Ortiz")).to_have_count(0)


def test_a_reply_after_the_conversation_was_closed_stays_and_says_why(
    page: Page, stub: ConsoleStub, address: str
) -> None:
    stub.add("c1", state="held", holder=ME)
    opened(page, address, "c1")
    stub.mangle = lambda event: []

    def closed_first(route: Route) -> None:
        stub.assign("c1", "closed")  # between the writing and the reply: the page cannot have known
        route.continue_()

    page.route("**/conversations/c1/reply", closed_first)
    reply(page, "too late")
    expect(page.get_by_role("alert").filter(has_text="Not sent. The conversation has been closed.")).to_be_visible()
    expect(page.locator(".line-unsent")).to_contain_text("too late")
    expect(page.locator("message-composer form")).to_be_hidden()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".line-unsent")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "why"),
    [(503, "Not sent. The service is busy."), (0, "Not confirmed. The server cannot be reached.")],
    ids=["refused", "answer lost"],
)
def test_a_failed_reply_is_sent_again_under_the_same_client_id(
    page: Page, stub: ConsoleStub, address: str, status: int, why: str
) -> None:
    stub.add("c1", state="held", holder=ME)
    opened(page, address, "c1")
    stub.mangle = lambda event: []
    stub.fail("POST .*/reply", status, message="The service is busy.")
    reply(page, "on its way")
    expect(page.locator(".line-unsent .unsent-why")).to_have_text(why)
    page.reload()
    page.get_by_role("button", name="Send again").click()
    expect(page.locator(".line-unsent")).to_have_count(0)
    expect(page.locator(".line-agent")).to_have_text([re.compile("on its way")])
    first, second = stub.sent("POST .*/reply")
    assert first == second
    assert len(stub.conversations["c1"].messages) == 1


def test_unsent_text_survives_a_reload_for_each_conversation(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", "Ana Ortiz", state="held", holder=ME)
    stub.add("c2", "Noah Brown", state="held", holder=ME)
    opened(page, address, "c1").get_by_label("Reply").fill("for Ana\nsecond line")
    card(page, "Noah Brown").get_by_role("link").click()
    expect(page.get_by_label("Reply")).to_have_value("")
    page.get_by_label("Reply").fill("for Noah")
    page.reload()
    expect(page.get_by_label("Reply")).to_have_value("for Noah")
    card(page, "Ana Ortiz").get_by_role("link").click()
    expect(page.get_by_label("Reply")).to_have_value("for Ana\nsecond line")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Password").wait_for()
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.includes('draft'))") == []


def test_enter_sends_shift_enter_does_not_and_too_much_is_not_sent(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", state="held", holder=ME, channel="sms")
    text = opened(page, address, "c1").get_by_label("Reply")
    text.press_sequentially("one")
    text.press("Shift+Enter")
    text.press_sequentially("two")
    expect(page.locator(".composer-count")).to_have_text("1 text, 153 left")
    text.press("Enter")
    expect(page.locator(".line-agent .said")).to_have_text("one\ntwo")
    text.fill("x" * 4001)
    text.press("Enter")
    expect(page.get_by_text("4001 of 4000 characters: too long to send")).to_be_visible()
    assert len(stub.sent("POST .*/reply")) == 1


def test_close_asks_for_the_reason_and_sends_it(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", state="held", holder=ME)
    opened(page, address, "c1").get_by_role("button", name="Close").click()
    page.get_by_label("The customer stopped answering").check()
    page.get_by_label("Refund", exact=True).check()
    page.get_by_label("Note (optional)").fill("since Monday")
    page.get_by_role("button", name="Close conversation").click()
    expect(page.get_by_role("status").filter(has_text="Closed.")).to_be_visible()
    assert stub.sent("POST .*/close") == [
        {"version": 1, "code": "no_answer", "tags": ["refund"], "reason": "since Monday"}
    ]


# Losing the connection


def test_a_lost_connection_is_told_and_everything_is_fetched_again(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", state="held", holder=ME)
    opened(page, address, "c1")
    page.route("**/api/console/**", lambda route: route.abort())
    stub.drop_streams()
    expect(page.get_by_text("Connection lost.")).to_be_visible()
    stub.say("c1", "said meanwhile")
    stub.add("c2", "Noah Brown")
    page.unroute("**/api/console/**")
    expect(page.get_by_role("log")).to_contain_text("said meanwhile")
    expect(card(page, "Noah Brown")).to_be_visible()
    expect(page.get_by_text("Connection lost.")).to_have_count(0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_lost_late_and_repeated_events_the_screen_is_a_fresh_load(
    page: Page, browser: Browser, stub: ConsoleStub, address: str, seed: int
) -> None:
    chance = random.Random(seed)
    stub.add("c0", "Open One", state="held", holder=ME)
    opened(page, address, "c0")
    late: list[threading.Timer] = []

    def mangle(event: str) -> list[str]:
        if chance.random() < 0.3:
            delayed = threading.Timer(chance.random() / 2, lambda: [stream.put(event) for stream in stub.streams])
            late.append(delayed)
            delayed.start()
            return []
        return [event] * chance.choice([0, 1, 1, 3])

    stub.mangle = mangle
    lag = random.Random(seed)
    stub.lag = lambda: lag.random() / 10 if lag.random() < 0.5 else 0.0
    for step in range(120):
        row = f"c{chance.randrange(8)}"
        if row not in stub.conversations:
            stub.add(row, f"Customer {row}", queue=chance.choice(["general", "dedicated"]))
        elif chance.random() < 0.5:
            stub.say(row, f"step {step}", chance.choice(["customer", "bot", "system"]))
        elif row != "c0":
            stub.assign(row, chance.choice(["waiting", "held", "closed", "bot"]), chance.choice([ME, LUIS]))
        if chance.random() < 0.05:
            stub.drop_streams()
        if step % 10 == 0:
            page.wait_for_function("() => true")  # a frame is drawn
    for timer in late:
        timer.join()
    stub.lag = lambda: 0.0
    stub.drop_streams()
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        fresh = opened(context.new_page(), address, "c0")
        expect(fresh.locator(".rows > li").last).to_contain_text(stub.conversations["c0"].messages[-1]["text"])
        same(page, fresh)


def test_a_stream_that_died_unnoticed_is_overtaken_by_the_floor(page: Page, stub: ConsoleStub, address: str) -> None:
    page.clock.install()
    opened(page, address)
    stub.mangle = lambda event: []
    stub.add("c1", "Ana Ortiz")
    page.clock.run_for(21_000)
    expect(card(page, "Ana Ortiz")).to_be_visible()
