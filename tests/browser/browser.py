"""The real Chromium of all browser tests: console, widget, and the whole product."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import chromium
from tests.browser.patience import PATIENCE_MS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one module at a time: while Playwright runs, no other test of this process can run an event loop."""
    yield from started_browser()


def started_browser() -> Iterator[Browser]:
    found = chromium.find()
    assert found, chromium.HELP
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=list(chromium.ARGUMENTS))
        yield started
        started.close()
