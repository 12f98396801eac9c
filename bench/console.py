"""The console in a real Chromium over its stub: whether 500 conversations stay smooth while events pour in."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests import chromium
from tests.browser.console_http import served
from tests.browser.console_page import until
from tests.browser.console_stub import ME, ConsoleStub
from tests.browser.patience import PATIENCE_MS

CONVERSATIONS, SECONDS, PAUSE_S = 500, 20, 0.02
LONGEST_MS = 50  # a task of the page beyond this is felt
CONNECTED = "document.querySelector('rapport-console').desk.connected"
OBSERVE = """() => { window.tasks = [];
  const note = (list) => tasks.push(...list.getEntries().map((entry) => Math.round(entry.duration)));
  new PerformanceObserver(note).observe({type: "longtask"}); }"""


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
