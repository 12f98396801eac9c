"""Pictures and PDF in the chat: chosen, dropped and pasted; on their way, taken back, refused, sent and shown."""

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, barriers, started, until
from tests.handoff.picturing import jpeg, pdf, png

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")

# What an agent or a stranger may call a file; all of them end up as text.
NAMES = [
    "<img src=x onerror=ran()>.png",
    '"><svg onload=ran()>.pdf',
    "javascript:ran().png",
    "a' onmouseover='ran()'.png",
]


def payload(name: str, data: bytes, kind: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


def picks(chat: Chat, *files: FilePayload) -> None:
    with chat.page.expect_file_chooser() as chooser:
        chat.page.get_by_role("button", name="Add pictures or PDF").click()
    chooser.value.set_files(list(files))


def hands_over(chat: Chat, how: str, name: str) -> None:
    """Drop or paste a small picture."""
    target = chat.panel if how == "drop" else chat.field
    target.evaluate(
        """(element, [how, name, bytes]) => {
          const held = new DataTransfer();
          held.items.add(new File([new Uint8Array(bytes)], name, {type: "image/png"}));
          const told = how === "drop"
            ? new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true})
            : new ClipboardEvent("paste", {clipboardData: held, bubbles: true, cancelable: true});
          element.dispatchEvent(told);
        }""",
        [how, name, list(png())],
    )


def test_chosen_dropped_and_pasted_files_go_with_one_message_and_are_shown(chat: Chat, gateway: Gateway) -> None:
    picks(chat, payload("lamp.jpg", jpeg(), "image/jpeg"), payload("bill.pdf", pdf(), "application/pdf"))
    hands_over(chat, "drop", "dropped.png")
    hands_over(chat, "paste", "pasted.png")
    tray = chat.page.get_by_role("list", name="Files to send")
    expect(tray.locator("li")).to_have_count(4)
    expect(tray.locator("progress")).to_have_count(0)
    tray.get_by_role("button", name="Remove dropped.png").press("Enter")
    expect(tray.locator("li")).to_have_count(3)
    # What has arrived is there after a reload, for as long as the server keeps it.
    (bill,) = [file for file, (kept, _) in gateway.files.items() if kept["name"] == "bill.pdf"]
    del gateway.files[bill]
    chat.page.reload()
    chat = Chat(chat.page).open()
    expect(tray.locator("li")).to_have_count(3)
    expect(tray.get_by_role("alert")).to_have_text("It is not here any more. Please add it again.")
    assert barriers(chat.page) == []
    tray.get_by_role("button", name="Remove bill.pdf").click()
    picks(chat, payload("bill.pdf", pdf(), "application/pdf"))
    expect(tray.locator("progress")).to_have_count(0)
    expect(tray.locator("li")).to_have_count(3)
    chat.write("Three of them")
    sent = chat.messages.locator(".file")
    expect(sent).to_have_count(3)
    expect(tray.locator("li")).to_have_count(0)
    expect(chat.messages.locator("canvas")).to_have_count(2)  # drawn, although the page allows no image of ours
    expect(chat.page.get_by_role("link", name="bill.pdf, opens in a new tab")).to_be_visible()
    assert barriers(chat.page) == []
    chat.page.reload()
    Chat(chat.page).open()
    expect(chat.messages.locator("canvas")).to_have_count(2)
    with chat.page.expect_popup() as opened:
        sent.first.click()
    assert "/files/" in opened.value.url
    # What comes by text into the same thread is words until it has been fetched.
    gateway.say(gateway.only(), "customer", "(1 picture or file)", name="")
    expect(chat.bubbles("(1 picture or file)")).to_have_count(1)
    picture = gateway.shown(str(gateway.keep("1-1.jpg", jpeg())["file"]))
    gateway.sign("message", **gateway.only().messages[-1] | {"files": [picture], "wordless": True})
    expect(chat.messages.locator("canvas")).to_have_count(3)
    expect(chat.bubbles("(1 picture or file)")).to_have_count(0)


def test_one_is_on_its_way_taken_back_waited_for_and_tried_again(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    gateway.let_through.clear()
    picks(chat, payload("slow.png", png()), payload("kept.png", png(9, 9)))
    bar = chat.page.get_by_role("progressbar")
    expect(bar).to_have_count(2)
    assert barriers(chat.page) == []
    chat.page.get_by_role("button", name="Remove slow.png").click()
    chat.write("When it is here")
    expect(chat.panel).to_contain_text("Sent as soon as the files are here.")
    gateway.let_through.set()
    expect(chat.messages.locator("canvas")).to_have_count(1)
    assert [file["name"] for file in conversation.messages[-1]["files"]] == ["kept.png"]
    gateway.refuse_next("files", 503, "unavailable", "A part is down.")
    picks(chat, payload("again.png", png()))
    chat.page.get_by_role("button", name="Try again").click()
    chat.field.press("Enter")  # files alone are a message
    expect(chat.messages.locator("canvas")).to_have_count(2)
    expect(chat.bubbles("(files)")).to_have_count(0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_what_cannot_be_sent_is_said_and_keeps_nobody_from_writing(
    browser: Browser, gateway: Gateway, scheme: str, width: int
) -> None:
    options = {"color_scheme": scheme, "reduced_motion": "reduce", "locale": "en-US"}
    context = browser.new_context(viewport={"width": width, "height": 700}, **options)  # type: ignore[arg-type]
    page: Page = context.new_page()
    page.goto(gateway.page)
    chat = Chat(page).open()
    gateway.refuse_next("files", 400, "file_broken", "This picture is damaged or cut off.")
    picks(
        chat,
        payload("film.mp4", b"x", "video/mp4"),
        payload("huge.png", png() + bytes(10 * 1024 * 1024)),
        payload("a very long name that goes on and on until it is cut somewhere.png", png()),
    )
    expect(page.get_by_role("alert")).to_have_count(3)
    expect(chat.panel).to_contain_text("Larger than 10 MB.")
    expect(chat.panel).to_contain_text("This picture is damaged or cut off.")
    assert barriers(page) == []
    assert chat.panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
    chat.write("Only words")
    expect(chat.bubbles("Only words")).to_have_count(1)
    context.close()


def test_a_name_is_only_ever_text(chat: Chat, gateway: Gateway) -> None:
    ran: list[str] = []
    chat.page.expose_function("ran", lambda: ran.append("ran"))
    conversation = started(chat, gateway)
    picks(chat, *(payload(name, png()) for name in NAMES))
    tray = chat.page.get_by_role("list", name="Files to send")
    expect(tray.locator("li")).to_have_count(len(NAMES))
    expect(tray.locator("progress")).to_have_count(0)
    chat.write("Look")
    files = [gateway.keep(name, pdf()) for name in NAMES]
    gateway.say(conversation, "agent", "Here", name="Maria", files=[gateway.shown(str(one["file"])) for one in files])
    for name in NAMES:
        expect(chat.log.get_by_text(name, exact=True)).to_have_count(1)
    until(lambda: chat.messages.locator("canvas").count() == len(NAMES), chat.page)
    gateway.say(
        conversation, "agent", "Bad link", files=[gateway.shown(str(files[0]["file"])) | {"url": "javascript:ran()"}]
    )
    last = chat.messages.last.locator(".file")
    expect(last).to_have_count(1)
    assert last.get_attribute("href") is None
    last.click()
    assert ran == []
