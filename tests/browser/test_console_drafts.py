"""The agents' page: what a customer types and has not sent, where they are told that it is seen."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.console_page import PATIENCE_S, opened
from tests.browser.console_stub import ME, ConsoleStub

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.console_fixtures")


def test_a_draft_is_shown_pale_to_who_answers_and_goes(page: Page, stub: ConsoleStub, address: str) -> None:
    stub.add("c1", "Ana Ortiz", state="held", holder=ME)
    stub.say("c1", "Hello")
    opened(page, address, "c1")
    shown = page.get_by_role("note")

    def types(draft: str) -> None:
        """It is true for some seconds, which may be over before a slow browser is asked: said again until it is seen."""
        deadline = time.monotonic() + PATIENCE_S
        while draft not in "".join(shown.all_inner_texts()):
            assert time.monotonic() < deadline, draft
            stub.sign("typing", "c1", kind="customer", name="", draft=draft)
            page.wait_for_timeout(50)

    types("I would <b>like</b>\nto " + "ask, " * 200)
    expect(page.get_by_text("Not sent yet. The customer knows that you can see it.")).to_have_count(1)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    stub.say("c1", "I would like to ask")
    expect(shown).to_have_count(0)
    types("One more")
    stub.sign("typing", "c1", kind="customer", name="", draft="")
    expect(shown).to_have_count(0)
    types("For Dana alone")
    stub.assign("c1", "held", {"id": "a2", "name": "Luis Ortega"})
    expect(shown).to_have_count(0)
