"""The console in a real Chromium over its stub: whether 500 conversations stay smooth while events pour in, and, by
`python -m bench.console FOLDER`, pictures of every main state in light, dark, on a phone and at 320 px.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests import chromium
from tests.browser.console_beside import PIXEL
from tests.browser.console_http import served
from tests.browser.console_page import until
from tests.browser.console_stub import ME, ConsoleStub, iso
from tests.browser.patience import PATIENCE_MS

CONVERSATIONS, SECONDS, PAUSE_S = 500, 20, 0.02
LONGEST_MS = 50  # a task of the page beyond this is felt
SIZES = {
    "light": (1440, 900, "light"), "dark": (1440, 900, "dark"), "phone": (390, 844, "light"), "narrow": (320, 640, "dark"),
}  # fmt: skip
CONNECTED = "document.querySelector('rapport-console').desk.connected"
LUIS = {"id": "a2", "name": "Luis Ortega"}
ORDER = {
    "id": "#W1000201", "status": "pending", "placed_at": "2026-03-01T09:00:00.000Z", "total": "$80.00",
    "items": [{"name": "Desk lamp", "options": {"finish": "brass"}}],
}  # fmt: skip
SUMMARY = [
    {"label": "Wish", "text": "Cancel an order"},
    {"label": "Order", "text": "#W1000201, pending"},
    {"label": "Proof", "text": "signed in at the shop"},
]
OBSERVE = """() => { window.tasks = [];
  const note = (list) => tasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)));
  new PerformanceObserver(note).observe({type: "longtask"}); }"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.console", description="Pictures of the console's main states.")
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with _console() as (stub, page, url):
        take_pictures(stub, page, url, folder)


def measure() -> dict[str, Any]:
    """Events pour in for some seconds: which tasks of the page took longer than can be felt?"""
    with _console() as (stub, page, url):
        for number in range(CONVERSATIONS):
            mine = number < 6
            stub.add(
                f"c{number}", f"Customer {number}", state="held" if mine else "waiting", holder=ME if mine else None
            )
            stub.say(f"c{number}", "hello")
        page.goto(f"{url}/console#c0")
        page.locator("queue-card").nth(CONVERSATIONS - 1).wait_for()
        until(page, CONNECTED)
        page.evaluate(OBSERVE)
        chance, events, ends = random.Random(1), 0, time.monotonic() + SECONDS
        while time.monotonic() < ends:
            stub.say(f"c{chance.randrange(CONVERSATIONS)}", f"line {events}")
            events += 1
            page.wait_for_timeout(PAUSE_S * 1000)
        return {"events": events, "tasks": sorted(page.evaluate("tasks"), reverse=True)}


def table(figures: dict[str, Any]) -> str:
    tasks = figures["tasks"]
    longest = f"{tasks[0]} ms" if tasks else f"under {LONGEST_MS} ms"
    return (
        f"The console with {CONVERSATIONS} conversations, {figures['events']} events in {SECONDS} s:"
        f" {len(tasks)} tasks over {LONGEST_MS} ms, the longest {longest}"
    )


@contextmanager
def _console() -> Iterator[tuple[ConsoleStub, Page, str]]:
    found = chromium.find()
    if not found:
        raise SystemExit(chromium.HELP)
    stub = ConsoleStub()
    stub.signed_in = True
    with served(stub) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(chromium.ARGUMENTS))
        page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", timezone_id="UTC")
        page.set_default_timeout(PATIENCE_MS)
        yield stub, page, url
        browser.close()


def take_pictures(stub: ConsoleStub, page: Page, url: str, folder: Path) -> None:
    """Every main state in every size."""
    for name, (width, height, scheme) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for state, show in STATES.items():
            stub.conversations.clear()
            page.goto("about:blank")
            show(stub, page, url)
            page.screenshot(path=folder / f"{state}-{name}.png")


def _empty(stub: ConsoleStub, page: Page, url: str) -> None:
    page.goto(f"{url}/console")
    page.locator("rapport-console main").wait_for()
    page.locator(".list-count").first.wait_for(state="attached")


def _lists(stub: ConsoleStub, page: Page, url: str) -> None:
    _shop(stub)
    page.goto(f"{url}/console")
    page.locator("queue-card").first.wait_for()


def _thread(stub: ConsoleStub, page: Page, url: str) -> None:
    _shop(stub)
    page.goto(f"{url}/console#c1")
    page.locator(".line-agent").first.wait_for()
    until(page, CONNECTED)
    stub.sign("typing", "c1", kind="customer", name="")
    stub.sign("looking", "c1", agents=[LUIS])
    page.locator(".sign-typing").wait_for()


def _canned(stub: ConsoleStub, page: Page, url: str) -> None:
    _thread(stub, page, url)
    page.get_by_label("Reply").fill("")  # what was unsent has survived the last picture
    page.get_by_label("Reply").press_sequentially("/")
    page.get_by_role("option").first.wait_for()


def _panel(stub: ConsoleStub, page: Page, url: str) -> None:
    _thread(stub, page, url)
    if not page.locator("customer-panel").is_visible():
        page.get_by_role("button", name="Customer", exact=True).click()
    page.locator("customer-panel").get_by_text("#W1000201").first.click()
    page.get_by_role("button", name="Cancel the order").wait_for()


def _plan(stub: ConsoleStub, page: Page, url: str) -> None:
    _panel(stub, page, url)
    page.get_by_role("button", name="Cancel the order").click()
    page.get_by_role("button", name="Show the plan").click()
    page.locator(".errand-lines li").first.wait_for()


def _close(stub: ConsoleStub, page: Page, url: str) -> None:
    _thread(stub, page, url)
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("dialog", name="Close the conversation").wait_for()


STATES: dict[str, Callable[[ConsoleStub, Page, str], None]] = {
    "empty": _empty, "lists": _lists, "thread": _thread, "canned": _canned, "panel": _panel, "plan": _plan, "close": _close,
}  # fmt: skip


def _shop(stub: ConsoleStub) -> None:
    now = stub.now()
    late = {"kind": "first_reply", "warn_at": iso(now), "due_at": iso(now), "breached_at": iso(now)}
    stub.add("c1", "Mia Davis", tier="gold", state="held", holder=ME, more={"orders": [ORDER], "summary": SUMMARY})
    stub.say("c1", "I want to cancel my order, and here is what the lamp looks like",
             files=[{"id": "f1", "name": "lamp.png", "type": "image/png", "bytes": 51_200, "url": PIXEL}])  # fmt: skip
    stub.say("c1", "Dana Kim has joined the conversation.", "system", "Service desk")
    stub.say("c1", "Hello Mia, Dana here. I have your order in front of me.", "agent", ME["name"])
    stub.say("c1", "Great, thank you!")
    stub.add("c2", "Noah Brown", tier="silver", stands={"target": late}, waiting_since=now - timedelta(minutes=18))
    stub.say("c2", "Where is my parcel?")
    stub.add("c3", "Sofia Rossi", tier="gold", queue="dedicated", channel="sms")
    stub.say("c3", "The chair arrived with a scratch on the left leg and I'd like to know what we can do about it")
    stub.offer("c3", 25)


if __name__ == "__main__":
    main()
