"""The phone and the outbox in a real browser: a text goes to the door, an answer shows up, and what went wrong is told."""

import json
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.patience import PATIENCE_MS
from tests.serving import Answering, Server
from tests.twins.running import READY_S, Twin, development_on_free_ports, started

pytestmark = pytest.mark.slow  # starts the twin and a browser
pytest_plugins = ("tests.browser.browser",)
AVA, NOAH = "+12025554001", "+12025554002"
PHONES = [{"number": AVA, "name": "Ava Bennett"}, {"number": NOAH, "name": "Noah Carter"}]


class _Gateway(Answering):
    """Who answers at the gateway's place: it knows two customers, and refuses what says "refuse"."""

    def do_GET(self) -> None:
        self._answer(200, json.dumps(PHONES).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(403 if b"refuse" in body else 200, b"<Response/>")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    settings = development_on_free_ports(tmp_path_factory.mktemp("pages"))
    gateway = Server(("127.0.0.1", settings.port), _Gateway)
    gateway.start()
    with started(settings) as twin:
        yield twin
    gateway.end()


@pytest.fixture
def page(browser: Browser, place: Twin) -> Iterator[Page]:
    """A page of the twin's; an error in its console fails the test."""
    place.switch()
    opened = browser.new_page(base_url=place.settings.twilio_api_url)
    opened.set_default_timeout(PATIENCE_MS)
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield opened
    opened.close()
    assert errors == []


def from_shop(place: Twin, to: str, body: str) -> httpx.Response:
    account = place.settings.twilio_account_sid
    return place.http.post(
        f"/2010-04-01/Accounts/{account}/Messages.json",
        data={"To": to, "From": place.settings.twilio_from, "Body": body},
        auth=(account, place.settings.twilio_auth_token),
    )


def write(page: Page, text: str) -> None:
    page.get_by_label("Text message").fill(text)
    page.keyboard.press("Enter")


def test_a_customers_phone_writes_and_is_answered(page: Page, place: Twin) -> None:
    page.goto("/phone")
    page.get_by_role("button", name="Ava Bennett").click()
    write(page, "Where is my order?")
    thread = page.get_by_role("log")
    expect(thread.locator(".mine")).to_contain_text("Where is my order?")
    expect(page.get_by_role("list", name="What happened")).to_contain_text("webhook 200")
    from_shop(place, AVA, "It is on its way.\n\nReply 1: Order details")
    expect(thread.locator(".theirs")).to_contain_text("Reply 1: Order details")
    expect(page.get_by_role("list", name="What happened")).to_contain_text("delivered")
    page.get_by_role("button", name="Noah Carter").click()
    expect(thread).to_contain_text("No texts yet")


def test_any_number_can_be_typed(page: Page, place: Twin) -> None:
    page.goto("/phone")
    page.get_by_label("Find a customer, or type any number").fill("(415) 555-0199")
    page.keyboard.press("Enter")
    write(page, "hello")
    expect(page.get_by_role("log").locator(".mine")).to_contain_text("hello")
    assert [text["body"] for text in place.thread("+14155550199")] == ["hello"]


def test_stop_is_shown_for_what_it_is(page: Page, place: Twin) -> None:
    page.goto("/phone?number=%2B12025554010")
    write(page, "STOP")
    expect(page.get_by_text("This phone opted out.")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("Sent by the carrier itself")
    assert from_shop(place, "+12025554010", "hello").json()["code"] == 21610
    write(page, "START")
    expect(page.get_by_text("This phone opted out.")).to_be_hidden()


def test_what_did_not_arrive_says_so(page: Page, place: Twin) -> None:
    page.goto("/phone?number=%2B12025554011")
    write(page, "please refuse this")
    expect(page.get_by_role("log")).to_contain_text("Not delivered: the gateway answered 403")
    with page.expect_response("**/twin/faults"):  # from now on the carrier knows
        page.get_by_label("Delivery").select_option("30003")
    from_shop(place, "+12025554011", "lost on its way")
    expect(page.get_by_role("log")).to_contain_text("Did not reach this phone (30003)")
    page.get_by_role("button", name="All back to normal").click()
    expect(page.get_by_label("Delivery")).to_have_value("")


def test_a_text_is_shown_as_text(page: Page, place: Twin) -> None:
    page.goto("/phone?number=%2B12025554012")
    from_shop(place, "+12025554012", "<img src=x onerror=alert(1)>")
    expect(page.get_by_role("log")).to_contain_text("<img src=x onerror=alert(1)>")


def test_the_outbox_shows_a_mail_as_it_comes(page: Page, place: Twin) -> None:
    page.goto("/outbox")
    expect(page.get_by_text("No mail yet.")).to_be_visible()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "help@juniperandpine.example", "ava@example.com", "Your receipt"
    mail.set_content("Refund: $12.00\n<script>alert(1)</script>")
    with smtplib.SMTP("127.0.0.1", place.settings.smtp_twin_port, timeout=READY_S) as server:
        server.send_message(mail)
    expect(page.get_by_role("heading", name="Your receipt")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("<script>alert(1)</script>")


@pytest.mark.parametrize("path", ["/phone?number=%2B12025554020", "/outbox"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_the_pages_are_accessible_and_fit(browser: Browser, place: Twin, path: str, scheme: str, width: int) -> None:
    place.text("+12025554020", "Hello")
    from_shop(place, "+12025554020", "Hello yourself")
    view = {"width": width, "height": 800}
    page = browser.new_page(base_url=place.settings.twilio_api_url, color_scheme=scheme, viewport=view)  # type: ignore[arg-type]
    page.goto(path)
    expect(page.locator(".bubble.theirs, .mail-item, .list .note").first).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_the_pages_are_locked_down(place: Twin) -> None:
    for path in ("/phone", "/outbox"):
        policy = place.http.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert place.http.get("/phone", headers={"Host": "evil.example"}).status_code == 421
    form = place.http.post("/twin/texts", content="number=%2B12025554020", headers={"Content-Type": "text/plain"})
    assert form.status_code == 400


@pytest.mark.parametrize(
    "body", [{"number": "x"}, {"number": AVA}, {"number": AVA, "body": "a" * 1601}, {"number": AVA, "copies": 0}]
)
def test_the_twin_refuses_what_no_phone_sends(place: Twin, body: dict[str, object]) -> None:
    assert place.http.post("/twin/texts", json=body).status_code == 400


@pytest.mark.parametrize(
    "switches", [{"send": ["gravity"]}, {"callbacks": "often"}, {"unknown": 1}, {"look_up": ["slow"]}]
)
def test_a_switch_that_does_not_exist_is_refused(place: Twin, switches: dict[str, object]) -> None:
    answer = place.http.put("/twin/faults", json=switches)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "bad_input"
