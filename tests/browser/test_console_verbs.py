"""The agents' page: passing on, parking, going away, taking over; promised times, summaries, notes and why it is here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.console_page import card, held, opened
from tests.browser.console_stub import ME, ConsoleStub, iso

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.console_fixtures")

LUIS = {"id": "a2", "name": "Luis Ortega"}
DANA = {"id": ME["id"], "name": ME["name"]}
ORDER = {"id": "#W1", "status": "processed", "placed_at": None, "total": "$12.50", "items": []}
SUMMARY = [
    {"label": "Wish", "text": "Cancel an order"},
    {"label": "Order", "text": "#W1, processed"},
    {"label": "Mood", "text": "was refused what they wanted"},
]


def due(stub: ConsoleStub, seconds: float, warned: bool = False, kind: str = "first_reply") -> dict[str, Any]:
    """A promised time that ends in so many seconds."""
    now = stub.now()
    warn_at = now + timedelta(seconds=-1 if warned else seconds / 2)
    late = seconds < 0
    return {
        "kind": kind, "warn_at": iso(warn_at), "due_at": iso(now + timedelta(seconds=seconds)),
        "breached_at": iso(now + timedelta(seconds=seconds)) if late else None,
    }  # fmt: skip


def test_a_conversation_is_passed_on_to_a_colleague_with_a_note(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    opened(page, address, "c1").get_by_role("button", name="Pass on").click()
    dialog = page.get_by_role("dialog", name="Pass the conversation on")
    expect(dialog.get_by_label("Luis Ortega")).to_be_checked()
    expect(dialog.get_by_label("Tom Berg")).to_be_disabled()
    expect(dialog.get_by_text("Away: Lunch")).to_be_visible()
    expect(dialog.get_by_text("Queue: closed now")).to_be_visible()
    dialog.get_by_label("Priya Nair").check()
    dialog.get_by_label("Note for whoever").fill("Speaks Portuguese")
    dialog.get_by_role("button", name="Pass on").click()
    expect(page.get_by_role("status").filter(has_text="Passed on.")).to_be_visible()
    assert stub.sent("POST .*/transfer") == [{"version": 1, "agent": "a3", "note": "Speaks Portuguese"}]


def test_passing_on_to_a_queue_by_keyboard_alone(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    opened(page, address, "c1").locator("conversation-head h2").focus()
    page.keyboard.press("t")
    dialog = page.get_by_role("dialog", name="Pass the conversation on")
    expect(dialog.get_by_label("Luis Ortega")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_label("General questions")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Passed on.")).to_be_visible()
    assert stub.sent("POST .*/transfer") == [{"version": 1, "queue": "general", "note": ""}]


def test_who_gets_it_sees_by_whom_and_why_and_the_sender_can_take_it_back(
    page: Page, stub: ConsoleStub, address: str
) -> None:
    passed = {"by": "Luis Ortega", "to": "Dana Kim", "note": "She wants it by Friday.", "at": iso(stub.now())}
    stub.add(
        "c1", "Ana Ortiz", queue="dedicated", stands={"stage": "transfer", "returns_to": LUIS}, more={"passed": passed}
    )
    stub.offer("c1")
    opened(page, address, "c1")
    expect(card(page, "Ana Ortiz")).to_contain_text("passed on by Luis Ortega")
    expect(page.get_by_role("region", name="Passed on")).to_contain_text("She wants it by Friday.")
    stub.add(
        "c2", "Noah Brown", queue="dedicated", more={"can": ["take-back"]},
        stands={"stage": "transfer", "returns_to": DANA, "wants": LUIS},
    )  # fmt: skip
    expect(card(page, "Noah Brown")).to_contain_text("passed on, waits for Luis Ortega")
    card(page, "Noah Brown").get_by_role("link").click()
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_role("status").filter(has_text="yours again")).to_be_visible()


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("The customer writes", {"for": "customer"}),
        ("Order #W1 changes", {"for": "order", "order": "#W1"}),
    ],
)
def test_parked_for_something(page: Page, stub: ConsoleStub, address: str, choice: str, sent: dict[str, str]) -> None:
    held(stub, more={"orders": [ORDER]})
    opened(page, address, "c1").get_by_role("button", name="Park").click()
    page.get_by_role("radio", name=choice).check()
    page.get_by_label("Note to yourself").fill("warehouse")
    page.get_by_role("dialog").get_by_role("button", name="Park").click()
    expect(page.get_by_role("button", name="Go on now")).to_be_visible()
    assert stub.sent("POST .*/park") == [{"version": 1, **sent, "note": "warehouse"}]
    page.get_by_role("button", name="Go on now").click()
    expect(page.get_by_role("button", name="Park")).to_be_visible()


def test_parked_until_a_time_of_one_s_own(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    opened(page, address, "c1").locator("conversation-head h2").focus()
    page.keyboard.press("s")
    page.get_by_label("A time of my own").check()
    page.get_by_label("Until", exact=True).fill("2020-01-01T09:00")
    page.get_by_role("dialog").get_by_role("button", name="Park").click()
    expect(page.get_by_role("alert").filter(has_text="still to come")).to_be_visible()
    later = (stub.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    page.get_by_label("Until", exact=True).fill(f"{later:%Y-%m-%dT%H:%M}")
    page.get_by_role("dialog").get_by_role("button", name="Park").click()
    expect(page.get_by_role("button", name="Go on now")).to_be_visible()
    [body] = stub.sent("POST .*/park")
    assert datetime.fromisoformat(body["until"]) == later


def test_going_away_asks_why_and_what_becomes_of_the_conversations(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    opened(page, address).locator("presence-switch").get_by_label("Away").click()
    dialog = page.get_by_role("dialog", name="Go away")
    dialog.get_by_role("button", name="Stay online").click()
    expect(page.locator("presence-switch").get_by_label("Online")).to_be_checked()
    page.locator("presence-switch").get_by_label("Away").click()
    dialog.get_by_label("Lunch").check()
    dialog.get_by_label("Hand over when a customer writes").check()
    dialog.get_by_role("button", name="Go away").click()
    expect(page.locator("presence-switch")).to_contain_text("Lunch")
    assert stub.sent("POST .*/presence") == [{"status": "away", "reason": "Lunch", "conversations": "replies"}]
    page.locator("presence-switch").get_by_label("Transfers").click()
    expect(page.locator(".presence-other")).to_be_hidden()
    assert stub.sent("POST .*/presence")[1] == {"status": "transfers"}


def test_a_promised_time_ticks_turns_amber_and_then_red(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub, "Calm Customer", stands={"target": due(stub, 3600)})
    stub.add("c2", "Soon Customer", stands={"target": due(stub, 300, warned=True)})
    stub.add("c3", "Late Customer", stands={"target": due(stub, -90, warned=True)})
    opened(page, address)
    levels = {
        name: card(page, name).locator("due-time").get_attribute("data-level") for name in ("Calm", "Soon", "Late")
    }
    assert levels == {"Calm": "calm", "Soon": "soon", "Late": "late"}
    expect(card(page, "Calm").locator("due-time")).to_contain_text("due in")
    expect(card(page, "Late").locator("due-time")).to_contain_text("late by")
    expect(page.locator(".list-general .list-late")).to_have_text("1 late")
    expect(page.locator(".list-mine .list-late")).to_be_hidden()


def test_a_time_that_runs_out_before_one_s_eyes_turns_red_by_itself(
    page: Page, stub: ConsoleStub, address: str
) -> None:
    held(stub, stands={"target": due(stub, 3, warned=True)})
    opened(page, address)
    expect(card(page, "Ana Ortiz").locator('due-time[data-level="late"]')).to_be_visible()


def test_supervisors_see_what_is_late_and_take_it_over_explicitly(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add(
        "c1", "Ana Ortiz", state="held", holder=LUIS, queue="attention", more={"can": ["take-over"]},
        stands={"target": due(stub, -90, warned=True), "queue": "general"},
    )  # fmt: skip
    opened(page, address, "c1")
    expect(page.locator(".list-attention")).to_contain_text("Ana Ortiz")
    page.get_by_role("button", name="Take over").click()
    dialog = page.get_by_role("dialog", name="Take over")
    expect(dialog).to_contain_text("Luis Ortega is answering.")
    dialog.get_by_label("Why").fill("he is ill")
    dialog.get_by_role("button", name="Take over").click()
    expect(page.get_by_role("status").filter(has_text="Taken over.")).to_be_visible()
    assert stub.sent("POST .*/take-over") == [{"version": 1, "reason": "he is ill"}]


def test_cover_stages_and_several_offers_are_said(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.queues = 2
    held(stub, stands={"cover": True, "representative": LUIS})
    stub.add("c2", "Noah Brown", queue="dedicated", stands={"stage": "deputy", "representative": LUIS, "wants": DANA})
    stub.add("c3", "Mei Nguyen", stands={"offered": 3})
    stub.add("c4", "Sofia Rossi", state="closed", queue="covered", stands={"covered_by": LUIS}, more={"can": ["seen"]})
    stub.offer("c3")
    opened(page, address, "c1")
    expect(card(page, "Ana Ortiz")).to_contain_text("Cover for Luis Ortega")
    expect(page.locator("conversation-head")).to_contain_text("Cover for Luis Ortega")
    expect(card(page, "Noah Brown")).to_contain_text("you stand in for Luis Ortega")
    expect(card(page, "Mei Nguyen")).to_contain_text("offered to 3 · Orders · General questions")
    expect(page.locator(".list-covered")).to_contain_text("Luis Ortega took it, closed")
    card(page, "Sofia Rossi").get_by_role("link").click()
    page.get_by_role("button", name="Mark as seen").click()
    expect(page.get_by_role("status").filter(has_text="Off your list.")).to_be_visible()


def test_why_it_is_here_is_told_when_asked(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.decisions = [{"at": iso(stub.now()), "text": "Offered to Dana Kim; Luis Ortega has no room."}]
    held(stub, version=3)
    opened(page, address, "c1").get_by_text("Why is this here?").click()
    expect(page.locator(".why")).to_contain_text("Luis Ortega has no room.")


def test_the_part_with_the_bot_is_summed_up_above_the_thread(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub, more={"summary": SUMMARY})
    for number in range(20):
        stub.say("c1", f"bot line {number}", "bot", "Assistant")
    stub.say("c1", "Dana Kim has joined.", "system", "Service desk")
    stub.say("c1", "Hello, Dana here.", "agent", "Dana Kim")
    opened(page, address, "c1")
    expect(page.locator(".summary")).to_contain_text("WishCancel an order")
    expect(page.get_by_role("button", name="Show the conversation with the bot")).to_be_visible()
    page.locator(".summary summary").click()
    expect(page.locator(".summary dl")).to_be_hidden()
    stub.say("c1", "hello")
    expect(page.get_by_role("log")).to_contain_text("hello")
    expect(page.locator(".summary dl")).to_be_hidden()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_in_the_verbs(page: Page, stub: ConsoleStub, address: str, scheme: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    passed = {"by": "Luis Ortega", "to": "Dana Kim", "note": "By Friday.", "at": iso(stub.now())}
    held(
        stub, tier="gold", more={"orders": [ORDER], "summary": SUMMARY, "passed": passed, "deputy": LUIS},
        stands={"target": due(stub, 300, warned=True), "cover": True, "representative": LUIS},
    )  # fmt: skip
    stub.say("c1", "hello")
    stub.add("c2", "Late Customer", stands={"target": due(stub, -90, warned=True)})
    opened(page, address)
    card(page, "Late Customer").wait_for()
    _accessible(page, "lists")
    card(page, "Ana Ortiz").get_by_role("link").click()
    for button, dialog in (("Pass on", "Pass the conversation on"), ("Park", "Park the conversation")):
        page.get_by_role("button", name=button, exact=True).first.click()
        shown = page.get_by_role("dialog", name=dialog)
        shown.locator("input:checked").first.wait_for()
        _accessible(page, dialog)
        page.keyboard.press("Escape")
    page.locator("presence-switch").get_by_label("Away").check(force=True)
    page.get_by_role("dialog", name="Go away").wait_for()
    _accessible(page, "away")


def _accessible(page: Page, state: str) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, f"{state}: {results.generate_report()}"
