"""Fixtures of the widget's browser tests: the stub gateway, and a shop page whose complaints fail the test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.patience import PATIENCE_MS
from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat

# A refused connection is what some tests are about; the browser writes it down as an error.
EXPECTED = ("net::ERR_", "the server responded with a status of")


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    made = Gateway()
    yield made
    made.down()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of their own, with reduced motion so that nothing has to be waited for."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []
    context.on("weberror", lambda told: complaints.append(str(told.error)))
    context.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    yield context
    context.close()
    assert [told for told in complaints if not any(word in told for word in EXPECTED)] == []


@pytest.fixture
def shop(visitor: BrowserContext, gateway: Gateway) -> Page:
    page = visitor.new_page()
    page.goto(gateway.page)
    return page


@pytest.fixture
def chat(shop: Page) -> Chat:
    """The chat of somebody who is not signed in, opened."""
    return Chat(shop).open()
