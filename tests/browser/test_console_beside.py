"""The agents' page beside the thread: order operations, the customer's story, the quiet ones of the book, wrapping up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.console_beside import ORDER
from tests.browser.console_page import card, held, opened
from tests.browser.console_stub import ConsoleStub, iso

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.console_fixtures")


def test_an_order_is_changed_by_plan_yes_and_receipt(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub, more={"orders": [ORDER]})
    stub.say("c1", "yes, cancel it please")
    opened(page, address, "c1")
    page.locator("customer-panel").get_by_text("#W1").click()
    page.get_by_role("button", name="Cancel the order").click()
    dialog = page.get_by_role("dialog", name="Cancel the order, #W1")
    dialog.get_by_label("Ordered by mistake").check()
    stub.fail("POST .*/plan", 409, message="Only a pending order can be cancelled.")
    dialog.get_by_role("button", name="Show the plan").click()
    expect(dialog.get_by_role("alert")).to_have_text("Only a pending order can be cancelled.")
    dialog.get_by_role("button", name="Show the plan").click()
    expect(dialog).to_contain_text("$80.00 goes back to Visa ending in 1234.")
    yes = dialog.get_by_label("The customer's yes")
    expect(yes).to_have_value("yes, cancel it please")
    yes.fill("")
    dialog.get_by_role("button", name="They agreed").click()
    expect(dialog.get_by_role("alert")).to_contain_text("how the customer agreed")
    yes.fill("said so in the chat")
    dialog.get_by_role("button", name="They agreed").click()
    expect(page.get_by_role("log")).to_contain_text("receipt R-AAAA-BBBB")
    assert stub.sent("POST .*/carry-out") == [{"plan": "p1", "yes": "said so in the chat"}]
    plans = stub.sent("POST .*/plan")
    assert [(body["operation"], body["order"], body["reason"]) for body in plans] == [
        ("cancel", "#W1", "ordered by mistake")
    ] * 2
    assert plans[0]["client_id"] == plans[1]["client_id"]


@pytest.mark.parametrize(
    ("button", "sent"),
    [
        ("Change the address", {"city": "Denver"}),
        ("Change the payment", {"method": "m1"}),
        ("Change items", {"swaps": {"1": "v2"}, "method": "m1"}),
    ],
)
def test_the_other_operations(page: Page, stub: ConsoleStub, address: str, button: str, sent: dict[str, Any]) -> None:
    held(stub, more={"orders": [ORDER]})
    opened(page, address, "c1")
    page.locator("customer-panel").get_by_text("#W1").click()
    page.get_by_role("button", name=button).click()
    dialog = page.get_by_role("dialog", name=button)
    if "swaps" in sent:
        dialog.get_by_label("Desk lamp (brass)").select_option("v2")
    dialog.get_by_role("button", name="Show the plan").click()
    dialog.get_by_role("button", name="Put it to the customer").click()
    expect(page.get_by_label("Reply")).to_have_value(
        "Order #W1 is cancelled: a desk lamp.\n$80.00 goes back to Visa ending in 1234.\nShall I do this?"
    )
    [body] = stub.sent("POST .*/plan")
    said = body["address"] if "city" in sent else body
    assert {name: said[name] for name in sent} == sent


def test_the_customer_s_story_stands_in_the_panel(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    opened(page, address, "c1")
    story = page.locator("customer-story")
    expect(story).to_contain_text("$1,240.00")
    expect(story.locator(".gallery li")).to_have_count(2)
    story.get_by_text("Where is my lamp?").click()
    expect(story.locator(".past-thread")).to_contain_text("On its way.")
    expect(story.locator(".past-thread .line-customer")).to_contain_text("understood as: Where an order is, 91 %")
    expect(story.locator(".past-thread li:has(.line-customer) + li .line-note")).to_contain_text(
        "The carrier lost one before."
    )
    expect(story.locator(".past-thread .line")).to_have_count(3)


def test_the_quiet_customers_of_the_book(page: Page, stub: ConsoleStub, address: str) -> None:
    held(stub)
    stub.book = {
        "customers": [
            {"customer": {"id": "x1", "name": "Sofia Rossi"}, "tier": "gold", "conversation": "c1", "last_at": iso(stub.now())},
            {"customer": {"id": "x2", "name": "Noah Brown"}, "tier": "gold", "conversation": None, "last_at": None},
        ]
    }  # fmt: skip
    opened(page, address).get_by_text("My customers who are quiet").click()
    expect(page.locator(".book li")).to_have_count(2)
    expect(page.locator(".book")).to_contain_text("never wrote")
    page.locator(".book").get_by_text("Sofia Rossi").click()
    expect(page.locator("conversation-head h2")).to_have_text("Ana Ortiz")


def test_after_closing_there_is_time_to_wrap_up(page: Page, stub: ConsoleStub, address: str) -> None:
    until_ = iso(stub.now() + timedelta(seconds=60))
    stub.add(
        "c1", "Ana Ortiz", state="closed", queue="covered", stands={"wrap_until": until_}, more={"can": ["wrapped"]}
    )  # fmt: skip
    opened(page, address, "c1")
    expect(card(page, "Ana Ortiz")).to_contain_text("to be wrapped up")
    expect(page.locator(".head-buttons .count-figure")).to_be_visible()
    page.get_by_role("button", name="Done wrapping up").click()
    expect(page.get_by_role("status").filter(has_text="Wrapped up.")).to_be_visible()
