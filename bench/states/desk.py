"""The console's states: sign-in, lists, the thread and the panel. Each ends with something that stays as it is."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import FilePayload, Page, expect

from bench.states.people import DANA, LUIS, ORDER, STOPPED, SUMMARY, arrived, mia, others
from tests.browser.console_page import card, reply
from tests.browser.console_stub import ME, ConsoleStub, iso

Show = Callable[[ConsoleStub, Page, str], None]


def sign_in(stub: ConsoleStub, page: Page, url: str) -> None:
    stub.signed_in = False
    page.goto(f"{url}/console")
    page.get_by_role("button", name="Dana Kim").wait_for()


def second_factor(stub: ConsoleStub, page: Page, url: str) -> None:
    sign_in(stub, page, url)
    error = {"code": "second_factor", "message": "Enter the code that your authenticator shows."}
    body = json.dumps({"error": error})
    page.route(
        "**/api/console/login", lambda route: route.fulfill(status=401, content_type="application/json", body=body)
    )
    page.get_by_role("button", name="Dana Kim").click()
    expect(page.get_by_role("alert").filter(has_text="Enter the code")).to_be_visible()


def empty(stub: ConsoleStub, page: Page, url: str) -> None:
    page.goto(f"{url}/console")
    page.locator(".list-empty").first.wait_for()


def lists(stub: ConsoleStub, page: Page, url: str) -> None:
    mia(stub)
    others(stub)
    arrived(page, url)
    card(page, "Noah Brown").locator("due-time").wait_for()


def book(stub: ConsoleStub, page: Page, url: str) -> None:
    names = ("Noah Brown", "Maximiliana Wolkenstein-Hohenberg de la Fuente")
    quiet: dict[str, Any] = {"tier": "gold", "conversation": None}
    rows = [quiet | {"customer": {"id": name, "name": name}, "last_at": None} for name in names]
    spoke = {"customer": {"id": "x", "name": "Sofia Rossi"}, "last_at": iso(stub.now())}
    stub.book = {"customers": [quiet | spoke, *rows]}
    arrived(page, url).get_by_text("My customers who are quiet").click()
    expect(page.locator(".book li")).to_have_count(3)


def offer(stub: ConsoleStub, page: Page, url: str) -> None:
    mia(stub)
    others(stub)
    stub.offer("c3", 25)
    arrived(page, url, "c1")
    page.locator(".line-agent").first.wait_for()
    page.locator("count-down .count-figure").first.wait_for(state="attached")


def thread(stub: ConsoleStub, page: Page, url: str) -> None:
    mia(stub)
    others(stub)
    arrived(page, url, "c1")
    page.locator(".line-agent").first.wait_for()
    page.locator("conversation-head h2").wait_for()


def signs(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    stub.sign("marks", "c1", customer=6, agent=6)
    stub.sign("looking", "c1", agents=[LUIS])
    page.locator(".sign-looking").wait_for()
    page.locator(".seen").wait_for()


def passed_on(stub: ConsoleStub, page: Page, url: str) -> None:
    passed = {
        "by": "Luis Ortega",
        "to": "Dana Kim",
        "note": "She wants it by Friday, and speaks Portuguese.",
        "at": iso(stub.now()),
    }
    mia(
        stub,
        more={"summary": SUMMARY, "passed": passed, "orders": [ORDER]},
        stands={"stage": "transfer", "returns_to": LUIS},
    )
    others(stub)
    stub.assign("c1", "offered", offer_expires_at=stub.now() + timedelta(seconds=600))
    arrived(page, url, "c1")
    page.get_by_role("region", name="Passed on").wait_for()


def bot_folded(stub: ConsoleStub, page: Page, url: str) -> None:
    stub.add("c1", "Ana Ortiz", state="held", holder=ME, more={"summary": SUMMARY})
    for number in range(20):
        stub.say("c1", f"What the bot said, number {number}", "bot", "Assistant")
    stub.say("c1", "Dana Kim has joined the conversation.", "system", "Service desk")
    stub.say("c1", "Hello, Dana here.", "agent", DANA["name"])
    arrived(page, url, "c1")
    page.get_by_role("button", name="Show the conversation with the bot").wait_for()


def long_words(stub: ConsoleStub, page: Page, url: str) -> None:
    name = "Maximiliana Wolkenstein-Hohenberg de la Fuente y Montenegro"
    stub.add("c1", name, tier="gold", state="held", holder=ME, channel="sms", more={"writing": STOPPED})
    stub.say("c1", "W" * 90 + " https://shop.example/" + "orders/" * 14)
    stub.say("c1", "x" * 200, "agent", DANA["name"])
    arrived(page, url, "c1").get_by_label("Reply", exact=True).fill("A line of a long letter. " * 30)
    page.locator(".composer-warning").wait_for()


def canned(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    page.get_by_label("Reply", exact=True).press_sequentially("/")
    page.get_by_role("option").first.wait_for()


def open_field(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    page.get_by_label("Reply", exact=True).press_sequentially("Hi! /or")
    page.get_by_role("option", name="/order").click()
    page.get_by_text("Fill in {order.id} first").wait_for()


def note(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    page.get_by_role("button", name="Note", exact=True).click()
    page.get_by_label("Note", exact=True).press_sequentially("Ask @lu")
    page.get_by_role("listbox", name="Colleagues").get_by_role("option").first.wait_for()


def send_later(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    page.get_by_label("Reply", exact=True).fill("Any news?")
    page.get_by_role("button", name="Send later").click()
    page.get_by_role("group", name="Send later").get_by_role("button").first.wait_for()


def files(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    picker = page.locator("message-composer input[type=file]")
    picker.set_input_files([_picture("lamp.png")])
    expect(page.locator(".tray-row")).to_have_count(1)
    expect(page.locator(".tray-state")).to_be_empty()
    stub.fail("POST .*/files", 400, message="Only pictures, PDF, video and sound are taken.")
    picker.set_input_files([_picture("a very long name " * 4 + ".png")])
    page.locator(".tray-row.is-failed").wait_for()


def _picture(name: str) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": b"x" * 2048}


def failed_send(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    stub.fail("POST .*/reply", 503, message="The service is busy.")
    reply(page, "It is on its way and will be with you on Monday morning.")
    page.get_by_role("button", name="Send again").wait_for()


def lost(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    page.route("**/api/console/**", lambda route: route.abort())
    stub.drop_streams()
    page.get_by_text("Connection lost.").wait_for()


def parked(stub: ConsoleStub, page: Page, url: str) -> None:
    until = iso(stub.now() + timedelta(days=1))
    mia(stub, state="parked", stands={"parked_until": until, "parked_for": "time"})
    others(stub)
    arrived(page, url, "c1")
    page.get_by_role("button", name="Go on now").wait_for()


def wrapping_up(stub: ConsoleStub, page: Page, url: str) -> None:
    until = iso(stub.now() + timedelta(seconds=600))
    mia(stub, state="closed", queue="covered", stands={"wrap_until": until}, more={"can": ["wrapped"]})
    arrived(page, url, "c1")
    page.get_by_role("button", name="Done wrapping up").wait_for()


def to_panel(stub: ConsoleStub, page: Page, url: str) -> None:
    """Where the panel has no place beside the thread it is one tap away."""
    thread(stub, page, url)
    if not page.locator("customer-panel").is_visible():
        page.get_by_role("button", name="Customer", exact=True).click()
    page.locator("customer-story .gallery").wait_for()


def panel(stub: ConsoleStub, page: Page, url: str) -> None:
    to_panel(stub, page, url)
    page.locator("customer-panel .paper-number", has_text="#W1000201").click()
    page.get_by_role("button", name="Cancel the order").wait_for()


def story(stub: ConsoleStub, page: Page, url: str) -> None:
    to_panel(stub, page, url)
    page.locator("customer-story").get_by_text("Where is my lamp?").click()
    page.locator(".past-thread .line").last.wait_for()
    page.locator("customer-story .gallery").scroll_into_view_if_needed()


STATES: dict[str, Show] = {
    "sign-in": sign_in,
    "second-factor": second_factor,
    "empty": empty,
    "lists": lists,
    "book": book,
    "offer": offer,
    "thread": thread,
    "signs": signs,
    "passed-on": passed_on,
    "bot-folded": bot_folded,
    "long-words": long_words,
    "canned": canned,
    "open-field": open_field,
    "note": note,
    "send-later": send_later,
    "files": files,
    "failed-send": failed_send,
    "lost": lost,
    "parked": parked,
    "wrapping-up": wrapping_up,
    "panel": panel,
    "story": story,
}
