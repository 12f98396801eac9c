"""Small talk: by name and with the latest event once the customer is proved, and never the same words twice in a row."""

from datetime import timedelta
from itertools import pairwise

import pytest

from shop.ground import clock
from shop.identity import Proof
from shop.models import DELIVERED, PROCESSED, RETURNING, Order, Parcel
from tests.actions.calls import Bot, Reply


def greeted(bot: Bot) -> Reply:
    return bot.hear("greet", text="hello").run("action_greet")


def delivered(bot: Bot, customer_id: str, days_ago: int) -> str:
    order_id = bot.order(customer_id, days_ago, DELIVERED)
    with bot.db.transaction() as session:
        session.get_one(Order, order_id).delivered_at = clock.now() - timedelta(days=days_ago)
    return order_id


def test_only_the_proved_are_greeted_by_name(bot: Bot) -> None:
    assert greeted(bot).only["response"] == "utter_greet"
    bot.customer("grace")
    reply = greeted(bot)
    assert (reply.only["response"], reply.only["name"]) == ("utter_greet_known", "Grace")
    assert greeted(bot).only["response"] == "utter_greet_again"


def test_nothing_is_said_of_an_order_before_the_proof(bot: Bot) -> None:
    delivered(bot, bot.customer(level=Proof.NONE), 1)
    assert greeted(bot).only["response"] == "utter_greet"


def test_what_was_delivered_yesterday_is_the_first_guess(bot: Bot) -> None:
    ada = bot.customer()
    order_id = delivered(bot, ada, 1)
    delivered(bot, ada, 3)
    reply = greeted(bot)
    assert reply.only["response"] == "utter_greet_delivered"
    assert (reply.only["order_id"], reply.only["when"], reply.only["items"]) == (
        order_id,
        "yesterday",
        "Mug and Desk Lamp",
    )
    assert reply.choices == {
        "Send something back": ("return_items", {"order_id": order_id}),
        "Swap something": ("exchange_items", {"order_id": order_id}),
        "Something is wrong with it": ("report_problem", {"order_id": order_id}),
        "Something else": ("ask_help", {}),
    }
    assert bot.slots["order_id"] == order_id
    assert bot.hear("affirm", text="yes").run("action_affirm").only["response"] == "utter_greet_which"
    assert bot.hear("deny", text="no").run("action_deny").only["response"] == "utter_deny_guess"


def test_what_is_long_ago_is_no_news(bot: Bot) -> None:
    delivered(bot, bot.customer(), 9)
    assert greeted(bot).only["response"] == "utter_greet_known"


def test_news_of_a_parcel_and_a_yes_that_tells_them(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1, PROCESSED)
    with bot.db.transaction() as session:
        news = {"status": "in transit", "last_event": "left Reno, NV", "last_event_at": clock.now()}
        row = session.get_one(Order, order_id)
        row.parcels.append(Parcel(position=0, tracking_ids=["1Z"], carrier="UPS", **news))
    assert greeted(bot).only["response"] == "utter_greet_sent"
    reply = bot.hear("affirm", text="yes").run("action_affirm")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_order_status", order_id)


def test_a_refund_under_way(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1, RETURNING)
    with bot.db.transaction() as session:
        row = session.get_one(Order, order_id)
        row.change_requested_at = clock.now() - timedelta(days=2)
        row.lines[0].going_back = True
    reply = greeted(bot)
    assert (reply.only["response"], reply.only["amount"]) == ("utter_greet_refund", "$16.00")
    assert bot.hear("affirm", text="yes").run("action_affirm").only["response"].startswith("utter_refunds")


def test_a_sigh_is_no_greeting(bot: Bot) -> None:
    bot.customer()
    greeted(bot)
    reply = bot.hear("greet", text="oh dear").run("action_greet")
    assert reply.only["response"] == "utter_complain" and "Talk to a person" in reply.choices


def test_what_was_put_aside_comes_first(bot: Bot) -> None:
    ada = bot.customer()
    old, other = bot.order(ada, 1), bot.order(ada, 2)
    bot.says("cancel_order", {"order_id": old}, text=f"cancel {old}")
    bot.says("change_payment", {"order_id": other}, text=f"pay {other} otherwise")
    assert greeted(bot).only["response"] == "utter_greet_open"
    bot.says("stop", text="never mind")
    bot.hear("track_order", text="where is it").run("action_track_order")
    bot.form()
    reply = greeted(bot)
    assert reply.only["response"] == "utter_greet_aside" and old in reply.only["doing"]


@pytest.mark.parametrize("kind", ["thank", "goodbye", "chitchat"])
def test_never_the_same_words_twice_in_a_row(bot: Bot, kind: str) -> None:
    said = [bot.hear(kind, text="well").run(f"action_{kind}").only["response"] for _ in range(6)]
    assert all(one != other for one, other in pairwise(said))
