"""The office's pages and the search, which need a gateway: one is started, with the small staff of the tests."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from bench.states.console import fresh
from bench.states.look import Look, Opener, Surface
from handoff.entry import migrate
from shop.ground import settings
from tests.browser.office_page import furnish, opened, signed_in
from tests.handoff.conftest import started
from tests.handoff.gateway import Gateway

GROUPS = (
    (Look("light", 1280, 800), Look("dark", 1280, 800, "dark")),
    (Look("phone", 390, 844), Look("narrow", 320, 640, "dark"), Look("zoom", 640, 400)),
)
PAGES = ("agents", "books", "queues", "canned", "articles", "policies", "front", "record", "account")

Show = Callable[[Gateway, Page], None]


def _page(name: str) -> Show:
    return lambda gateway, page: void(opened(page, gateway, name))


def void(_: object) -> None:
    """The page is there: that is all."""


def _pressed(name: str, button: str) -> Show:
    def show(gateway: Gateway, page: Page) -> None:
        opened(page, gateway, name).get_by_role("button", name=button).first.click()
        page.locator("form, dialog[open]").first.wait_for()

    return show


def reassign(gateway: Gateway, page: Page) -> None:
    _pressed("books", "Reassign the book of Dana")(gateway, page)
    page.get_by_role("dialog").get_by_label("To").select_option(label="Alice")
    expect(page.locator(".plan")).to_contain_text("changes hands")


def search(gateway: Gateway, page: Page) -> None:
    page.goto(f"{gateway.url}/console")
    page.locator(".list-count").first.wait_for(state="attached")
    page.keyboard.press("/")
    page.get_by_label("What to find").fill("turquoise lamp")
    expect(page.locator(".search-excerpt mark").first).to_be_visible()


STATES: dict[str, Show] = {
    **{name: _page(name) for name in PAGES},
    "agent": _pressed("agents", "Edit Dana"),
    "reassign": reassign,
    "reply": _pressed("canned", "New reply"),
    "article": _pressed("articles", "Open Return an item"),
    "search": search,
}


@contextmanager
def _begin(browser: Browser) -> Iterator[Opener]:
    with tempfile.TemporaryDirectory(prefix="rapport-office-") as name:
        folder = Path(name)
        migrate.upgrade(settings.load(_env_file=None, rapport_env="development", var_dir=folder))
        with started(folder, f"sqlite:///{folder / 'rapport.db'}") as (gateway, _):
            with gateway.db.transaction() as session:
                furnish(session)
            noah = gateway.visitor("noah")
            noah.writes("the turquoise lamp is broken, and its shade has a crack")
            noah.taps("person")

            @contextmanager
            def opened(state: str, look: Look) -> Iterator[Page]:
                page = signed_in(fresh(browser, look), gateway, "ben")
                STATES[state](gateway, page)
                yield page
                page.close()

            yield opened


SURFACE = Surface("office", list(STATES), GROUPS, "body", _begin)
