"""The agents' page: canned replies, files, texts and their cost, typing both ways, seen marks."""

from __future__ import annotations

import random
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from handoff.rules import segments
from tests.browser.console_beside import ORDER, PIXEL, VARIABLES
from tests.browser.console_page import card, held, opened, until
from tests.browser.console_stub import ME, ConsoleStub

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.console_fixtures")

DROP = """(bytes) => { const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "crack.png", {type: "image/png"}));
  const target = document.querySelector("message-composer");
  const how = {dataTransfer: data, bubbles: true, cancelable: true};
  for (const type of ["dragover", "drop"]) target.dispatchEvent(new DragEvent(type, how)); }"""

WRITTEN = "aaaaaaaaaa  bcé€[]^“”‘’–—…•·«»\u00a0\u200b\u2028\tñ日😀e\u0301"
COUNTED = """async (texts) => { const { asSent, segments } = await import("/static/console/lib/sms.js");
  return texts.map((text) => segments(asSent(text)).count); }"""


def test_a_slash_finds_canned_replies_by_keyboard(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    opened(page, address, "c1")
    text = page.get_by_label("Reply")
    text.press_sequentially("/")
    options = page.get_by_role("listbox", name="Canned replies").get_by_role("option")
    expect(options).to_have_count(3)
    text.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(text).to_have_attribute("aria-activedescendant", "canned-1")
    text.press_sequentially("hel")
    expect(options).to_have_count(1)
    text.press("Enter")
    expect(text).to_have_value("Hello Ana, Dana here.")
    expect(page.locator("canned-list")).to_be_hidden()
    assert stub.sent("POST .*/reply") == []
    text.fill("and/or, /nothing of the kind")
    expect(page.locator("canned-list")).to_be_hidden()
    text.fill("/zzz")
    expect(page.get_by_text("No canned reply has these words.")).to_be_visible()
    text.press("Escape")
    expect(page.locator("canned-list")).to_be_hidden()
    text.press("Enter")
    until(page, "document.querySelector('#reply').value", "")
    assert [body["text"] for body in stub.sent("POST .*/reply")] == ["/zzz"]


def test_what_is_not_known_is_shown_and_not_sent(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    opened(page, address, "c1")
    text = page.get_by_label("Reply")
    text.press_sequentially("Hi! /or")
    page.get_by_role("option", name="/order").click()
    expect(text).to_have_value("Hi! Your order {order.id} is on its way.")
    expect(page.get_by_text("Fill in {order.id} first")).to_be_visible()
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_disabled()
    assert "order.id" in VARIABLES
    page.keyboard.type("#W1")  # it was selected, to be written over
    expect(text).to_have_value("Hi! Your order #W1 is on its way.")
    text.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Your order #W1 is on its way.")


def test_files_are_chosen_dropped_kept_over_a_reload_and_sent(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    opened(page, address, "c1")
    stub.fail("POST .*/files", 400, message="Only pictures, PDF, video and sound are taken.")
    page.evaluate(DROP, [1, 2, 3])
    expect(page.locator(".tray-row.is-failed")).to_contain_text("Only pictures")
    page.get_by_role("button", name="Remove crack.png").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files([{"name": "größe.png", "mimeType": "image/png", "buffer": b"x" * 2048}])
    expect(page.locator(".tray-row")).to_contain_text("2 KB")
    expect(page.locator(".tray-state")).to_be_empty()
    opened(page, address, "c1").reload()
    expect(page.locator(".tray-row")).to_contain_text("größe.png")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".line-agent .file")).to_contain_text("größe.png")
    expect(page.locator(".line-agent .file img")).to_have_attribute("src", PIXEL)
    expect(page.locator(".tray-row")).to_have_count(0)
    [body] = stub.sent("POST .*/reply")
    assert body["files"] and body["text"] == ""


def test_a_number_that_opted_out_is_warned_of(page: Page, stub: ConsoleStub, address: str) -> None:
    stopped = {"language": "en", "variables": {}, "stopped_at": "2026-03-04T09:00:00.000Z"}
    held(stub, channel="sms", more={"writing": stopped})
    opened(page, address, "c1")
    expect(page.locator(".composer-warning")).to_contain_text("opted out of texts")
    page.get_by_label("Reply").fill("x" * 161)
    expect(page.locator("#reply-count")).to_have_text("2 texts, 145 left")


def test_what_a_text_costs_is_said_while_it_is_written_and_counted_as_it_will_be_sent(
    page: Page, stub: ConsoleStub, address: str
) -> None:
    priced = {"price": {"segment": "0.0083", "spent": "0.0249", "currency": "USD"}}
    plain = {"language": "en", "variables": {}, "stopped_at": None}
    held(stub, channel="sms", more={"writing": {**plain, **priced}})
    stub.add("c2", "Bo Lind", state="held", holder=ME, channel="sms", more={"writing": {**plain, "price": None}})
    opened(page, address, "c1")
    count, text = page.locator("#reply-count"), page.get_by_label("Reply")
    expect(count).to_be_empty()
    text.fill("x" * 161)
    expect(count).to_have_text("2 texts, 145 left, about 0.017 USD (0.025 so far)")
    text.fill("“It’s here” – " + "x" * 100)
    expect(count).to_have_text("1 text, 46 left, about 0.008 USD (0.025 so far)")
    text.fill("Hello 日本")
    expect(count).to_have_text("1 text, 62 left (special characters), about 0.008 USD (0.025 so far)")
    dice = random.Random(3)
    texts = ["".join(dice.choices(WRITTEN, k=dice.randint(0, 400))) for _ in range(500)]
    found = page.evaluate(COUNTED, texts)
    assert found == [segments.count(segments.fold(one).strip()).count for one in texts]
    # A text's picture is fetched after the text itself is shown: it appears without a reload, in its place.
    stub.say("c1", "(1 picture or file)")
    expect(page.get_by_role("log")).to_contain_text("(1 picture or file)")
    with stub.lock:
        picture = {"id": "f9", "name": "1-1.png", "type": "image/png", "bytes": 900, "url": PIXEL}
        stub.conversations["c1"].messages[-1] |= {"files": [picture], "wordless": True, "late": True}
    stub.tell("c1")
    expect(page.locator(".line-customer .file")).to_contain_text("1-1.png")
    expect(page.get_by_role("log")).not_to_contain_text("(1 picture or file)", use_inner_text=True)
    card(page, "Bo Lind").get_by_role("link").click()
    text.fill("Hello")
    expect(count).to_have_text("1 text, 155 left")


def test_who_types_who_looks_and_what_was_seen(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    stub.say("c1", "hello")
    stub.say("c1", "Hello Ana.", "agent", ME["name"])
    opened(page, address, "c1")
    until(page, "document.querySelector('rapport-console').desk.connected")
    stub.sign("typing", "c1", kind="customer", name="")
    expect(page.locator(".sign-typing")).to_contain_text("Ana Ortiz is typing")
    stub.sign("looking", "c1", agents=[{"id": ME["id"], "name": ME["name"]}, {"id": "a2", "name": "Luis Ortega"}])
    expect(page.locator(".sign-looking")).to_have_text("Luis Ortega is looking at this too")
    expect(page.locator(".seen")).to_have_count(0)
    stub.sign("marks", "c1", customer=2, agent=1)
    expect(page.locator(".line-agent .seen")).to_have_text("Seen")
    stub.say("c1", "thanks")
    expect(page.locator(".sign-typing")).to_be_hidden()
    stub.sign("looking", "c1", agents=[])
    expect(page.locator(".sign-looking")).to_be_hidden()
    page.get_by_label("Reply").press_sequentially("You're welcome")
    assert len(stub.sent("POST .*/typing")) == 1 and stub.sent("POST .*/looking")
    assert stub.sent("POST .*/seen")[-1] == {"seq": 3}


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_while_writing(page: Page, stub: ConsoleStub, address: str, scheme: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    stopped = {"language": "en", "variables": {}, "stopped_at": "2026-03-04T09:00:00.000Z"}
    held(stub, channel="sms", more={"orders": [ORDER], "writing": stopped})
    stub.say("c1", "here it is", files=[{"id": "f1", "name": "a.png", "type": "image/png", "bytes": 900, "url": PIXEL}])
    stub.say("c1", "Hello Ana.", "agent", ME["name"])
    opened(page, address)
    card(page, "Ana Ortiz").get_by_role("link").click()
    stub.sign("typing", "c1", kind="customer", name="")
    stub.sign("marks", "c1", customer=2, agent=1)
    page.locator(".seen").wait_for()
    page.get_by_label("Reply").press_sequentially("/")
    page.get_by_role("option").first.wait_for()
    _accessible(page, "canned")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("dialog", name="Close the conversation").wait_for()
    _accessible(page, "close")
    page.keyboard.press("Escape")
    if width < 1180:
        page.get_by_role("button", name="Customer", exact=True).click()
    page.locator("customer-story .gallery").wait_for()
    page.locator("customer-panel").get_by_text("#W1").click()
    page.get_by_role("button", name="Change items").wait_for()
    _accessible(page, "panel")
    page.get_by_role("button", name="Change items").click()
    page.get_by_role("dialog", name="Change items").wait_for()
    _accessible(page, "errand")


def _accessible(page: Page, state: str) -> None:
    results = Axe().run(page)
    assert results.violations_count == 0, f"{state}: {results.generate_report()}"
