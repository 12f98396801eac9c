"""Fixtures of the console's browser tests: the stub, and a page that writes down what it tells the outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.browser import started_browser
from tests.browser.console_http import served
from tests.browser.console_stub import ConsoleStub
from tests.browser.patience import PATIENCE_MS

# What the page tells the world outside it, written down.
RECORDER = """
window.told = {notes: [], tones: 0};
window.Notification = class { static permission = "granted"; static requestPermission = async () => "granted";
  constructor(title, options) { this.title = title; told.notes.push({title, body: options.body}); } close() {} };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (when) { told.tones += 1; return start.call(this, when); };
window.away = false;
document.hasFocus = () => !away;
"""


@pytest.fixture(scope="module")
def console_browser() -> Iterator[Browser]:
    """The same browser under the name that tests/system knows it by."""
    yield from started_browser()


@pytest.fixture
def stub() -> ConsoleStub:
    made = ConsoleStub()
    made.signed_in = True
    return made


@pytest.fixture
def address(stub: ConsoleStub) -> Iterator[str]:
    with served(stub) as url:
        yield url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", timezone_id="UTC")
    context.set_default_timeout(PATIENCE_MS)
    made = context.new_page()
    made.add_init_script(RECORDER)
    broken: list[str] = []
    made.on("pageerror", lambda error: broken.append(str(error)))
    yield made
    context.close()
    assert broken == []
