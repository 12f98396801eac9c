"""A person at every open question of every flow: the request steps back without a word, and waits as it was."""

from collections.abc import Callable

import pytest

from shop.identity import Proof
from shop.models import DELIVERED, PENDING
from tests.actions.calls import Bot
from tests.actions.requests.wares import buy

OAK, WALNUT, MUG = ("Dining Chair", "oak", "wood"), ("Dining Chair", "walnut", "wood"), ("Stoneware Mug", "blue")
NEW = {"street": "12 Oak Street", "city": "Austin", "state": "TX", "zip": "78701"}
TO = "to 12 Oak Street Austin TX 78701"


def orders(bot: Bot, status: str, count: int = 1) -> list[str]:
    ada = bot.customer()
    return [buy(bot, ada, [OAK, MUG, WALNUT], number, status) for number in range(count)]


def which(intent: str, status: str) -> Callable[[Bot], None]:
    def asked(bot: Bot) -> None:
        orders(bot, status, 2)
        bot.says(intent, text="do it")

    return asked


def about_one(intent: str, status: str, text: str = "do it", **entities: str) -> Callable[[Bot], None]:
    def asked(bot: Bot) -> None:
        (order_id,) = orders(bot, status)
        bot.says(intent, {"order_id": order_id, **entities}, text=f"{text} {order_id}")

    return asked


def code_of_a_plan(bot: Bot) -> None:
    bot.order(bot.customer(level=Proof.PHONE), 1)
    bot.says("change_payment", {"payment": "paypal"}, text="pay with paypal")
    bot.says("affirm", text="yes")


def sign_in(*messages: dict[str, str]) -> Callable[[Bot], None]:
    def asked(bot: Bot) -> None:
        bot.says("sign_in", text="sign me in")
        for entities in messages:
            bot.says("inform", entities, text=" ".join(entities.values()))

    return asked


QUESTIONS: dict[str, Callable[[Bot], None]] = {
    "utter_ask_cancel_order": which("cancel_order", PENDING),
    "utter_ask_cancel_reason": about_one("cancel_order", PENDING),
    "utter_cancel_plan": about_one("cancel_order", PENDING, cancel_reason="no longer needed"),
    "utter_ask_address_order": which("change_address", PENDING),
    "utter_ask_address": about_one("change_address", PENDING),
    "utter_ask_address_rest": about_one("change_address", PENDING, "12 Oak Street", street="12 Oak Street"),
    "utter_address_plan": about_one("change_address", PENDING, TO, **NEW),
    "utter_ask_account_address": lambda bot: (
        orders(bot, PENDING),
        bot.says("change_address", {"address_scope": "account"}, text="change my default address"),
    )[0],
    "utter_ask_account_orders": lambda bot: (
        orders(bot, PENDING),
        bot.says("change_address", {"address_scope": "account", **NEW}, text=f"change my default address {TO}"),
    )[0],
    "utter_ask_payment_order": which("change_payment", PENDING),
    "utter_ask_payment_method": about_one("change_payment", PENDING),
    "utter_payment_plan": about_one("change_payment", PENDING, "pay with paypal", payment="paypal"),
    "utter_ask_items_order": which("change_items", PENDING),
    "utter_ask_items_lines": about_one("change_items", PENDING),
    "utter_ask_return_order": which("return_items", DELIVERED),
    "utter_ask_exchange_order": which("exchange_items", DELIVERED),
    "utter_ask_exchange_lines": about_one("exchange_items", DELIVERED),
    "utter_sign_in_ask": sign_in(),
    "utter_sign_in_more": sign_in({"name": "Ada"}),
    "utter_code_sent_claim": lambda bot: sign_in({"email": f"{abs(hash(bot.conversation))}@example.com"})(bot),
    "utter_code_sent_order": lambda bot: (
        bot.customer(level=Proof.NONE),
        bot.says("cancel_order", {"order_id": f"#W{abs(hash(bot.conversation))}"}, text="cancel an order"),
    )[0],
    "utter_code_sent": code_of_a_plan,
}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("entities", [{}, {"order_id": "#W1"}, {"name": "Dana Mills"}, {"product": "Stoneware Mug"}])
def test_at_every_open_question(bot: Bot, question: str, entities: dict[str, str]) -> None:
    QUESTIONS[question](bot)
    before = dict(bot.slots["request"])
    assert before["current"]
    declined = bot.says("ask_person", entities, text=" ".join(["a person", *entities.values()]))
    assert not declined.slots and not declined.said
    handoff = bot.run("action_ask_person").only["custom"]["handoff"]
    known = before["current"]["known"]
    assert handoff["topic"] == before["current"]["operation"]
    assert handoff["facts"].get("reason") == known.get("reason")
    assert handoff["facts"].get("order_id") == known.get("order")
    after = bot.slots["request"]
    assert {**after["current"], "shown": None} == {**before["current"], "shown": None}, "it waits as it was"
    again = bot.says("resume", text="go on")
    assert again.said and bot.loop == "request_form"


def test_while_going_on_with_something_else_is_offered(bot: Bot) -> None:
    ada = bot.customer()
    bot.says("cancel_order", {"order_id": bot.order(ada, 1)}, text="cancel it")
    bot.says("change_payment", {"order_id": bot.order(ada, 2)}, text="pay the other one otherwise")
    assert bot.says("stop", text="never mind").responses[-1] == "utter_request_aside"
    assert not bot.says("ask_person", text="a person").slots
    assert bot.run("action_ask_person").only["custom"]["handoff"]
