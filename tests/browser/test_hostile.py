"""Text, names, names of files and an order's words are shown and never run: two hundred strings, in the chat and in the console."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console_page import opened
from tests.browser.console_stub import ME, ConsoleStub
from tests.browser.hostile import LEFT, STRINGS
from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, started
from tests.handoff.picturing import pdf

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures", "tests.browser.console_fixtures")


def order(words: str) -> dict[str, Any]:
    item = {"name": words, "options": words, "quantity": 1, "price": words}
    parcel = {"tracking": words, "carrier": words, "status": words, "url": words}
    return {"kind": "order", "id": words, "status": words, "items": [item], "parcels": [parcel], "total": words}


def test_there_are_two_hundred_and_none_twice() -> None:
    assert len(set(STRINGS)) == len(STRINGS) >= 200


def test_none_runs_in_the_chat(chat: Chat, gateway: Gateway) -> None:
    title = chat.page.title()
    conversation = started(chat, gateway)
    for words in STRINGS:
        file = gateway.shown(str(gateway.keep(words, pdf())["file"])) | {"type": "application/pdf"}
        options = [{"id": words, "label": words}]
        gateway.say(
            conversation,
            "agent",
            words,
            name=words,
            files=[file, file | {"url": words}],
            card=order(words),
            options=options,
        )
    expect(chat.messages).to_have_count(len(STRINGS) + 1)
    expect(chat.messages.locator("a.file")).to_have_count(2 * len(STRINGS))
    assert chat.messages.locator(".file .name").all_text_contents()[::2] == STRINGS
    chat.write(STRINGS[-1])
    expect(chat.messages).to_have_count(len(STRINGS) + 2)
    assert chat.page.locator("rapport-chat").evaluate(LEFT) == []
    assert chat.page.title() == title


def test_none_runs_in_the_console(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", STRINGS[1], state="held", holder=ME)
    for words in STRINGS:
        file = {"id": "f", "name": words, "type": "application/pdf", "bytes": 9, "url": f"{address}/files/x"}
        stub.say("c1", words, "customer", words, files=[file], card=order(words))
    opened(page, address, "c1")
    expect(page.locator(".line-customer .file-name")).to_have_count(len(STRINGS))
    assert page.locator(".line-customer .file-name").all_text_contents() == STRINGS
    assert page.locator("rapport-console").evaluate(LEFT) == []
    assert "owned" not in page.title()
