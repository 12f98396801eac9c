"""The console's states: everything that opens over the page. Each ends with something that stays as it is."""

from playwright.sync_api import Page

from bench.states.desk import Show, panel, thread
from bench.states.people import LUIS, arrived, due, mia, others
from tests.browser.console_stub import ConsoleStub


def plan(stub: ConsoleStub, page: Page, url: str) -> None:
    panel(stub, page, url)
    page.get_by_role("button", name="Cancel the order").click()
    page.get_by_role("button", name="Show the plan").click()
    page.locator(".errand-lines li").first.wait_for()


def receipt(stub: ConsoleStub, page: Page, url: str) -> None:
    plan(stub, page, url)
    page.get_by_label("The customer's yes").fill("yes, cancel it please")
    page.get_by_role("button", name="They agreed").click()
    page.locator(".paper-receipt").wait_for(state="attached")
    back = page.get_by_role("button", name="Conversation", exact=True)
    if back.is_visible():
        back.click()


def errand(stub: ConsoleStub, page: Page, url: str) -> None:
    panel(stub, page, url)
    page.get_by_role("button", name="Change the address").click()
    page.get_by_role("dialog", name="Change the address").wait_for()


def _pressed(button: str, dialog: str) -> Show:
    def show(stub: ConsoleStub, page: Page, url: str) -> None:
        thread(stub, page, url)
        page.get_by_role("button", name=button, exact=True).first.click()
        page.get_by_role("dialog", name=dialog).wait_for()

    return show


def transfer(stub: ConsoleStub, page: Page, url: str) -> None:
    _pressed("Pass on", "Pass the conversation on")(stub, page, url)
    page.get_by_role("dialog").locator("input:checked").first.wait_for()


def away(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    page.locator("presence-switch").get_by_label("Away").check(force=True)
    page.get_by_role("dialog", name="Go away").wait_for()


def take_over(stub: ConsoleStub, page: Page, url: str) -> None:
    mia(
        stub,
        holder=LUIS,
        queue="attention",
        more={"can": ["take-over"]},
        stands={"target": due(stub, -90), "queue": "general"},
    )
    arrived(page, url, "c1")
    page.get_by_role("button", name="Take over").click()
    page.get_by_role("dialog", name="Take over").wait_for()


def palette(stub: ConsoleStub, page: Page, url: str) -> None:
    mia(stub)
    others(stub)
    arrived(page, url, "c1")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").wait_for()


def keys(stub: ConsoleStub, page: Page, url: str) -> None:
    thread(stub, page, url)
    page.locator("conversation-head h2").focus()
    page.keyboard.press("Shift+?")
    page.get_by_role("dialog", name="Keyboard").wait_for()


STATES: dict[str, Show] = {
    "plan": plan,
    "receipt": receipt,
    "errand": errand,
    "transfer": transfer,
    "park": _pressed("Park", "Park the conversation"),
    "close": _pressed("Close", "Close the conversation"),
    "away": away,
    "take-over": take_over,
    "palette": palette,
    "keys": keys,
}
