"""Another address for an order, another default address, and both at once."""

from typing import Any

import pytest

from shop.models import DELIVERED, PENDING, Address, Customer, Order
from tests.actions.calls import Bot, Reply
from tests.shop.small import HOME

WHOLE = {"unit": "Flat 3", "street": "12 Oak Street", "city": "Austin", "state": "TX", "zip": "78701"}
TEXT = "Flat 3, 12 Oak Street, Austin TX 78701"
NEW = Address("12 Oak Street", "Flat 3", "Austin", "TX", "78701", "USA")


def of_order(bot: Bot, order_id: str) -> Address:
    with bot.db.transaction() as session:
        return session.get_one(Order, order_id).address


def of_customer(bot: Bot, customer_id: str) -> Address:
    with bot.db.transaction() as session:
        return session.get_one(Customer, customer_id).address


def order_plan(bot: Bot, order_id: str) -> Reply:
    reply = bot.says("change_address", {"order_id": order_id, **WHOLE}, text=f"{order_id} to {TEXT}")
    assert reply.responses == ["utter_address_plan"]
    return reply


def test_in_one_go(bot: Bot) -> None:
    ada = bot.customer()
    order_id = bot.order(ada, 1)
    plan = order_plan(bot, order_id)
    assert "12 Oak Street, Flat 3, Austin, TX 78701, USA" in plan.only["lines"]
    assert of_order(bot, order_id) == HOME
    assert bot.taps(plan, "Yes").responses == ["utter_address_done"]
    assert (of_order(bot, order_id), of_customer(bot, ada)) == (NEW, HOME)


@pytest.mark.parametrize("recognised", [True, False], ids=["recognised", "bare text"])
def test_piece_by_piece(bot: Bot, recognised: bool) -> None:
    order_id = bot.order(bot.customer(), 1)
    asked = bot.says("change_address", {"address_scope": "order"}, text="change my order's address")
    assert asked.responses == ["utter_ask_address"]
    missing = ["a city, a state and a zip code", "a state and a zip code", "a zip code"]
    for entity, expected in zip(("street", "city", "state"), missing, strict=True):
        found: dict[str, Any] = {entity: WHOLE[entity]} if recognised else {}
        reply = bot.says("inform", found, text=WHOLE[entity])
        assert (reply.only["response"], reply.only["missing"]) == ("utter_ask_address_rest", expected)
    plan = bot.says("inform", {"zip": "78701"} if recognised else {}, text="78701")
    assert plan.responses == ["utter_address_plan"]
    assert order_id in plan.only["lines"] and "12 Oak Street, Austin, TX 78701" in plan.only["lines"]


def test_a_part_is_corrected_under_the_plan(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    old = order_plan(bot, order_id).plan
    plan = bot.says("correct", {"zip": "78702"}, text="no, the zip is 78702")
    assert plan.responses == ["utter_address_plan"] and "Flat 3, Austin, TX 78702" in plan.only["lines"]
    assert bot.says("affirm", {"plan": old}).responses == ["utter_address_plan"], "the old plan is void"
    assert bot.says("affirm", {"plan": plan.plan}).responses == ["utter_address_done"]


def test_what_no_carrier_would_take_is_asked_again(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    wrong = {"order_id": order_id, **WHOLE, "zip": "787"}
    reply = bot.says("change_address", wrong, text=f"{order_id} to Flat 3, 12 Oak Street, Austin TX 787")
    assert reply.responses == ["utter_request_why", "utter_ask_address"] and "787" in reply.said[0]["why"]
    assert bot.loop
    assert bot.says("inform", WHOLE, text=TEXT).responses == ["utter_address_plan"]


def test_the_same_for_the_default_in_one_confirmation(bot: Bot) -> None:
    ada = bot.customer()
    order_id = bot.order(ada, 1)
    plan = order_plan(bot, order_id)
    both = bot.taps(plan, "My default address too")
    assert both.responses == ["utter_address_plan"] and both.plan != plan.plan
    assert bot.taps(both, "Yes").responses == ["utter_address_done"]
    assert (of_order(bot, order_id), of_customer(bot, ada)) == (NEW, NEW)


def test_which_address_is_asked_where_it_is_not_said(bot: Bot) -> None:
    ada = bot.customer()
    order_id = bot.order(ada, 1)
    asked = bot.says("change_address", WHOLE, text=f"my new address is {TEXT}")
    assert asked.responses == ["utter_ask_address_order"]
    assert [label for label in asked.choices if order_id in label]
    orders_too = bot.taps(asked, "My default address")
    assert orders_too.responses == ["utter_ask_account_orders"], "the address was said already"
    plan = bot.taps(orders_too, "No")
    assert plan.responses == ["utter_account_plan"]
    assert bot.taps(plan, "Yes").responses == ["utter_account_done"]
    assert (of_order(bot, order_id), of_customer(bot, ada)) == (HOME, NEW)


@pytest.mark.parametrize("word", ["affirm", "deny"])
def test_pending_orders_may_go_to_the_new_address_too(bot: Bot, word: str) -> None:
    ada = bot.customer()
    pending, delivered = bot.order(ada, 1), bot.order(ada, 2, DELIVERED)
    asked = bot.says("change_address", {"address_scope": "account", **WHOLE}, text=f"my account address is {TEXT}")
    assert asked.responses == ["utter_ask_account_orders"] and pending in asked.only["orders"]
    plan = bot.says(word, text="well")
    assert plan.responses == ["utter_account_plan"] and (pending in plan.only["lines"]) == (word == "affirm")
    assert bot.says("affirm", text="yes").responses == ["utter_account_done"]
    assert of_customer(bot, ada) == NEW
    assert of_order(bot, pending) == (NEW if word == "affirm" else HOME)
    assert of_order(bot, delivered) == HOME


def test_orders_that_go_there_already_are_not_asked_for(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    bot.taps(order_plan(bot, first), "Yes")
    account = {"address_scope": "account", **WHOLE}
    asked = bot.says("change_address", account, text=f"my account address is {TEXT}")
    assert asked.responses == ["utter_ask_account_orders"] and asked.only["orders"] == second
    bot.says("stop", text="stop")
    bot.taps(order_plan(bot, second), "Yes")
    plan = bot.says("change_address", account, text=f"my account address is {TEXT}")
    assert plan.responses == ["utter_account_plan"], "none is left to ask for"


def test_orders_that_go_there_already_are_told_so(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    bot.taps(order_plan(bot, order_id), "Yes")
    account = {"address_scope": "account", "also": "orders"}
    bot.says("change_address", account, text="change my default address and my orders too")
    plan = bot.says("inform", WHOLE, text=TEXT)
    assert plan.responses == ["utter_account_plan"]
    assert f"It is the address of {order_id} already." in plan.only["lines"]


def test_which_one_may_be_said_in_passing(bot: Bot) -> None:
    ada = bot.customer()
    order_id = bot.order(ada, 1)
    asked = bot.says("change_address", WHOLE, text=f"please send my order to {TEXT}")
    assert asked.responses == ["utter_address_plan"] and order_id in asked.only["lines"]
    bot.says("stop", text="stop")
    bot.says("change_address", WHOLE, text=f"my new address is {TEXT}")
    default = bot.says("inform", {"address_scope": "account"}, text="my default address")
    assert default.responses == ["utter_ask_account_orders"]
    only = bot.says("inform", {"address_scope": "account"}, text="only my account")
    assert only.responses == ["utter_account_plan"] and order_id not in only.only["lines"]


def test_the_default_too_in_words(bot: Bot) -> None:
    order_plan(bot, bot.order(bot.customer(), 1))
    both = bot.says("nlu_fallback", {"address_scope": "account"}, text="make it my default too")
    assert both.responses == ["utter_address_plan"] and "default address" in both.only["lines"]


def test_without_pending_orders_it_is_the_default_address(bot: Bot) -> None:
    bot.customer()
    assert bot.says("change_address", text="I have moved").responses == ["utter_ask_account_address"]
    assert bot.says("inform", WHOLE, text=TEXT).responses == ["utter_account_plan"]


def test_a_delivered_order_keeps_its_address(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1, DELIVERED)
    reply = bot.says("change_address", {"order_id": order_id}, text=f"change the address of {order_id}")
    assert reply.responses == ["utter_address_not_possible"]
    assert [intent for intent, _ in reply.options] == ["return_items", "ask_person"]
    assert of_order(bot, order_id) == HOME


def test_the_old_address_again_is_no_change(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1, PENDING)
    old = {"street": HOME.address1, "city": HOME.city, "state": HOME.state, "zip": HOME.zip}
    reply = bot.says("change_address", {"order_id": order_id, **old}, text=str(HOME))
    assert reply.responses == ["utter_request_why", "utter_ask_address"]


def test_what_is_on_its_way_goes_where_it_was_to_go(bot: Bot) -> None:
    """Not the default address instead: the order was spoken of."""
    sent = bot.order(bot.customer(), 1, "processed")
    bot.slots["order_id"] = sent
    reply = bot.says("change_address", text="can they deliver it to my office")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_address_not_possible", sent)
