"""The chat's states, over the stub of the gateway that its tests use."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from bench.states import around, said
from bench.states.look import Look, Opener, Surface
from tests.browser.patience import PATIENCE_MS
from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat

# Beside the page, and in all of a phone. The last of the wide ones is a window of 1280 x 800 at 200 %.
GROUPS = (
    (
        Look("light", 560, 780),
        Look("dark", 560, 780, "dark"),
        Look("rtl", 560, 780, rtl=True),
        Look("zoom", 640, 400),
    ),
    (Look("phone", 390, 780), Look("narrow", 320, 640, "dark"), Look("phone-rtl", 320, 640, rtl=True)),
)

STATES = said.STATES | around.STATES


@contextmanager
def _begin(browser: Browser) -> Iterator[Opener]:
    @contextmanager
    def opened(state: str, look: Look) -> Iterator[Page]:
        gateway = Gateway()
        size = {"width": look.width, "height": look.height}
        page = browser.new_page(viewport=size, locale="en-US", timezone_id="UTC", reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_default_timeout(PATIENCE_MS)
        page.goto(gateway.page)
        STATES[state](Chat(page), gateway)
        yield page
        page.close()
        gateway.down()

    yield opened


SURFACE = Surface("widget", list(STATES), GROUPS, "rapport-chat", _begin)
