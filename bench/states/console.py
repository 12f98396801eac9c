"""The console's states, over the stub of its API that its tests use."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from bench.states import desk, dialogs
from bench.states.look import Look, Opener, Surface
from tests.browser.console_http import served
from tests.browser.console_stub import ConsoleStub
from tests.browser.patience import PATIENCE_MS

# `zoom` is a window of 1440 x 900 at 200 %, `middle` one in which the panel has no place beside the thread.
GROUPS = (
    (Look("light", 1440, 900), Look("dark", 1440, 900, "dark")),
    (Look("phone", 390, 844), Look("narrow", 320, 640, "dark"), Look("zoom", 720, 450), Look("middle", 1000, 760)),
)
STATES = desk.STATES | dialogs.STATES


@contextmanager
def _begin(browser: Browser) -> Iterator[Opener]:
    @contextmanager
    def opened(state: str, look: Look) -> Iterator[Page]:
        stub = ConsoleStub()
        stub.signed_in = True
        page = fresh(browser, look)
        with served(stub) as url:
            STATES[state](stub, page, url)
            yield page
            page.close()

    yield opened


def fresh(browser: Browser, look: Look) -> Page:
    """A browser of their own, without what the last picture left in it."""
    size = {"width": look.width, "height": look.height}
    page = browser.new_page(viewport=size, reduced_motion="reduce", timezone_id="UTC")  # type: ignore[arg-type]
    page.set_default_timeout(PATIENCE_MS)
    return page


SURFACE = Surface("console", list(STATES), GROUPS, "body", _begin)
