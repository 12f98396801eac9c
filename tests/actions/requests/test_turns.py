"""What happens around a request: digressions, another wish, changes of mind, leaving, coming back."""

import pytest

from shop.identity import Proof
from shop.models import CANCELLED, PENDING, Order
from tests.actions.calls import Bot, Reply

REASON = "no longer needed"
NEW = {"street": "12 Oak Street", "city": "Austin", "state": "TX", "zip": "78701"}
TO = "to 12 Oak Street Austin TX 78701"


def planned(bot: Bot, order_id: str) -> Reply:
    return bot.says("cancel_order", {"order_id": order_id, "cancel_reason": REASON})


def digression(bot: Bot, intent: str, action: str) -> Reply:
    """A message that the form declines: another action answers, and the form is called again."""
    assert not bot.says(intent, text="by the way").slots
    bot.events.append({"event": "action", "name": action})
    return bot.form()


def status(bot: Bot, order_id: str) -> str:
    with bot.db.transaction() as session:
        return session.get_one(Order, order_id).status


@pytest.mark.parametrize("intent", ["ask_info", "thank", "greet", "track_order", "nlu_fallback", "chitchat"])
def test_a_question_in_the_middle_comes_back_to_the_same_plan(bot: Bot, intent: str) -> None:
    plan = planned(bot, bot.order(bot.customer(), 1))
    again = digression(bot, intent, "utter_something")
    assert again.only["response"] == "utter_cancel_plan" and again.plan == plan.plan
    assert bot.says("affirm", text="yes").responses == ["utter_cancel_done"]


def test_a_question_in_the_middle_comes_back_to_the_open_question(bot: Bot) -> None:
    bot.order(bot.customer(), 1)
    bot.says("cancel_order", text="cancel my order")
    assert digression(bot, "ask_info", "utter_something").responses == ["utter_ask_cancel_reason"]


def test_the_same_wish_again_shows_the_plan_again(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    plan = planned(bot, order_id)
    for words in ("cancel my order", f"please cancel {order_id}"):
        again = bot.says("cancel_order", {"order_id": order_id} if order_id in words else {}, text=words)
        assert again.responses == ["utter_cancel_plan"] and again.plan == plan.plan
    assert status(bot, order_id) == PENDING


def test_another_wish_comes_first_and_the_old_one_is_offered_again(bot: Bot) -> None:
    ada = bot.customer()
    old, other = bot.order(ada, 1), bot.order(ada, 2)
    planned(bot, old)
    plan = bot.says("change_address", {"order_id": other, **NEW}, text=f"first send {other} {TO}")
    assert plan.responses == ["utter_address_plan"]
    done = bot.taps(plan, "Yes")
    assert done.responses == ["utter_address_done", "utter_request_aside"] and old in done.last["doing"]
    again = bot.says("affirm", text="yes")
    assert again.responses == ["utter_cancel_plan"] and status(bot, old) == PENDING
    assert bot.says("affirm", text="yes").responses == ["utter_cancel_done"]
    assert bot.loop is None and bot.slots["request"] is None


@pytest.mark.parametrize(("intent", "response"), [("resume", "utter_cancel_plan"), ("deny", "utter_request_left")])
def test_the_offer_is_taken_or_not(bot: Bot, intent: str, response: str) -> None:
    ada = bot.customer()
    planned(bot, bot.order(ada, 1))
    bot.says("change_payment", {"order_id": bot.order(ada, 2), "payment": "paypal"}, text="and paypal for the other")
    left = bot.says("stop", text="never mind")
    assert left.responses == ["utter_payment_dropped", "utter_request_aside"]
    assert bot.says(intent, text="well").responses == [response]


def test_an_offer_in_passing_is_not_pressed(bot: Bot) -> None:
    ada = bot.customer()
    old = bot.order(ada, 1)
    planned(bot, old)
    bot.says("change_payment", {"order_id": bot.order(ada, 2)}, text="pay the other one with paypal")
    bot.says("stop", text="never mind")
    assert digression(bot, "track_order", "action_track_order").said == []
    assert bot.loop is None
    assert bot.says("resume", text="back to what we were doing").responses == ["utter_cancel_plan"]


def test_what_is_no_longer_possible_is_not_offered(bot: Bot) -> None:
    ada = bot.customer()
    order_id = bot.order(ada, 1)
    bot.says("change_payment", {"order_id": order_id}, text=f"pay {order_id} otherwise")
    planned(bot, order_id)
    done = bot.says("affirm", text="yes")
    assert done.responses == ["utter_cancel_done"] and bot.slots["request"] is None


def test_something_else_instead_takes_the_order_along(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    planned(bot, first)
    plan = bot.says("change_payment", {"payment": "paypal"}, text="no, pay with paypal instead")
    assert plan.responses == ["utter_payment_plan"] and first in plan.only["lines"]
    assert bot.taps(plan, "No").responses == ["utter_payment_dropped"]
    assert bot.slots["request"] is None
    assert (status(bot, first), status(bot, second)) == (PENDING, PENDING)


def test_the_other_order(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    old = planned(bot, first)
    plan = bot.says("correct", {"order_pick": "other"}, text="no, the other order")
    assert plan.responses == ["utter_cancel_plan"] and second in plan.only["lines"] and plan.plan != old.plan


def test_of_several_others_none_is_guessed(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(3)]
    planned(bot, made[0])
    reply = bot.says("correct", {"order_pick": "other"}, text="no, the other order")
    assert reply.responses == ["utter_ask_cancel_order"]
    assert [entities["order_id"] for _, entities in reply.choices.values()] == [made[2], made[1]]
    assert bot.says("inform", {"ordinal": 2}, text="2nd").responses == ["utter_cancel_plan"]
    assert bot.says("affirm", text="yes").only["order_id"] == made[1]


def test_goods_name_the_order_and_the_unclear_is_asked(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(3)]
    reply = bot.says("cancel_order", {"product": "Mug"}, text="cancel the Mug")
    assert reply.responses == ["utter_ask_cancel_order"]
    assert bot.says("inform", {"order_pick": "latest"}, text="the latest").only["order_id"] == made[2]
    bot.says("stop", text="stop")
    assert bot.says("cancel_order", {"product": "Rug"}, text="cancel the Rug").responses == [
        "utter_request_no_such_order",
        "utter_ask_cancel_order",
    ]


@pytest.mark.parametrize(
    ("intent", "text"), [("correct", "oops wrong one"), ("deny", "that's wrong"), ("deny", "no, that is not correct")]
)
def test_a_correction_without_words_asks_what_is_wrong(bot: Bot, intent: str, text: str) -> None:
    plan = planned(bot, bot.order(bot.customer(), 1))
    reply = bot.says(intent, text=text)
    assert reply.responses == ["utter_request_correct", "utter_cancel_plan"] and reply.plan == plan.plan


def test_a_correction_that_is_impossible_leaves_the_request(bot: Bot) -> None:
    ada = bot.customer()
    order_id, sent = bot.order(ada, 1), bot.order(ada, 2, "processed")
    plan = planned(bot, order_id)
    reply = bot.says("correct", {"order_id": sent}, text=f"no, {sent}")
    assert reply.responses == ["utter_cancel_not_possible", "utter_cancel_plan"] and reply.plan == plan.plan


def test_a_no_that_answers_is_no_refusal(bot: Bot) -> None:
    bot.order(bot.customer(), 1)
    bot.says("cancel_order", text="cancel my order")
    reply = bot.says("deny", {"cancel_reason": REASON}, text="no, I do not need it any more")
    assert reply.responses == ["utter_cancel_plan"]


def test_a_yes_with_something_new_is_no_yes(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    planned(bot, first)
    assert bot.says("affirm", {"order_id": second}, text=f"yes, {second}").responses == ["utter_cancel_plan"]
    assert bot.says("affirm", {"order_id": second}, text=f"yes, {second}").responses == ["utter_cancel_done"]
    assert (status(bot, first), status(bot, second)) == (PENDING, CANCELLED)


def test_a_yes_written_before_the_plan_was_there_is_none(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    plan = planned(bot, order_id)
    bot.seq -= 1  # both messages came before the answer to the first
    assert bot.says("affirm", text="yes").plan == plan.plan
    assert status(bot, order_id) == PENDING


def test_a_yes_after_somebody_else_spoke_is_none(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    plan = planned(bot, order_id)
    bot.seq += 4  # a person was there, without the bot being told
    assert bot.says("affirm", text="yes").plan == plan.plan
    assert status(bot, order_id) == PENDING
    assert bot.says("affirm", text="yes").responses == ["utter_cancel_done"]


@pytest.mark.parametrize("word", ["affirm", "greet"])
def test_what_was_done_though_its_answer_was_lost_is_over(bot: Bot, word: str) -> None:
    order_id = bot.order(bot.customer(), 1)
    planned(bot, order_id)
    before = dict(bot.slots)
    receipt = bot.says("affirm", text="yes").only["receipt"]
    bot.slots, bot.loop = before, "request_form"
    if word == "affirm":
        again = bot.says("affirm", text="yes, cancel it")
        assert again.responses == ["utter_cancel_done"] and again.only["receipt"] == receipt
    else:
        assert digression(bot, word, "action_greet").said == []
    assert bot.loop is None and bot.slots["request"] is None


def test_several_orders_come_one_by_one(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    bot.hear("cancel_order", {"cancel_reason": REASON}, text=f"no need for {first} and {second}")
    bot.latest["entities"] += [{"entity": "order_id", "value": one, "start": 0, "end": 0} for one in (first, second)]
    plan = bot.form()
    assert plan.responses == ["utter_request_one_by_one", "utter_cancel_plan"] and first in plan.last["lines"]
    done = bot.says("affirm", text="yes")
    assert done.responses == ["utter_cancel_done", "utter_request_aside"] and second in done.last["doing"]
    assert second in bot.says("affirm", text="yes").only["lines"], "the reason was said already"
    assert bot.says("affirm", text="yes").responses == ["utter_cancel_done"]
    assert (status(bot, first), status(bot, second)) == (CANCELLED, CANCELLED)


@pytest.mark.parametrize("text", ["cancel both my orders", "cancel both", "cancel all of my orders"])
def test_both_without_numbers_are_taken_one_by_one(bot: Bot, text: str) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    words = {"item_set": "both"} if "both" in text else {}
    asked = bot.says("cancel_order", words, text=text)
    assert asked.responses == ["utter_request_one_by_one", "utter_ask_cancel_reason"]
    assert {asked.said[0]["order_id"], asked.said[0]["orders"]} == {first, second}
    bot.says("inform", {"cancel_reason": REASON}, text="do not need them")
    done = bot.says("affirm", text="yes")
    assert done.responses == ["utter_cancel_done", "utter_request_aside"]
    assert asked.said[0]["orders"] in done.last["doing"]


def test_of_many_the_first_few_are_named(bot: Bot) -> None:
    ada = bot.customer()
    for number in range(5):
        bot.order(ada, number)
    asked = bot.says("cancel_order", text="cancel all my orders")
    assert asked.responses == ["utter_request_one_by_one_of_many", "utter_ask_cancel_reason"]
    assert len(bot.slots["request"]["aside"]) == 2


def test_both_is_no_two_orders_where_one_can_be_meant(bot: Bot) -> None:
    bot.order(bot.customer(), 1)
    assert bot.says("cancel_order", {"item_set": "both"}, text="cancel both my orders").responses == [
        "utter_ask_cancel_reason"
    ]


def test_one_more_as_well(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    planned(bot, first)
    also = {"order_id": second, "cancel_reason": REASON}
    assert second in bot.says("cancel_order", also, text=f"and cancel {second} as well").only["lines"]
    done = bot.says("affirm", text="yes")
    assert done.last["response"] == "utter_request_aside" and first in done.last["doing"]


def test_goodbye_leaves_everything(bot: Bot) -> None:
    ada = bot.customer()
    planned(bot, bot.order(ada, 1))
    bot.says("change_payment", {"order_id": bot.order(ada, 2)}, text="pay the other one with paypal")
    assert bot.says("goodbye", text="bye").responses == ["utter_payment_dropped", "utter_goodbye"]
    assert bot.loop is None and bot.slots["request"] is None


def test_an_order_that_is_gone_is_asked_for_again(bot: Bot) -> None:
    ada = bot.customer()
    order_id = bot.order(ada, 1)
    bot.says("cancel_order", text="cancel my order")
    bot.slots["request"]["current"]["known"]["order"] = "#W0000000"
    assert bot.says("inform", {"cancel_reason": REASON}, text="no need").responses == ["utter_cancel_plan"]
    assert bot.says("affirm", text="yes").only["order_id"] == order_id


def test_resume_with_nothing(bot: Bot) -> None:
    bot.customer(level=Proof.PHONE)
    assert bot.says("resume", text="go on").responses == ["utter_resume"]
    assert bot.loop is None
