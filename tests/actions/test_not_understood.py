"""What was not understood, level by level: what it may have meant, then a person; and answers to the bot's own guesses."""

from typing import Any

import pytest

from shop.models import DELIVERED, PROCESSED
from tests.actions.calls import Bot, Reply
from tests.actions.requests.wares import buy


def unclear(bot: Bot, *likely: tuple[str, float], entities: dict[str, Any] | None = None) -> Reply:
    """The bot's answer to words that may mean one of these."""
    bot.hear("nlu_fallback", entities, text="hm the thing with it")
    ranking = [("nlu_fallback", 0.5), *likely]
    bot.latest["intent_ranking"] = [{"name": name, "confidence": score} for name, score in ranking]
    return bot.run("action_fallback")


def test_the_likeliest_meanings_are_offered_with_what_was_named(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    named = {"order_id": order_id}
    reply = unclear(
        bot, ("inform", 0.48), ("cancel_order", 0.45), ("affirm", 0.4), ("track_order", 0.3), entities=named
    )
    assert reply.only["response"] == "utter_meant"
    assert list(reply.choices.items()) == [
        (f"Cancel {order_id}", ("cancel_order", named)),
        (f"Where is {order_id}?", ("track_order", named)),
        ("Talk to a person", ("ask_person", {})),
    ]
    assert bot.taps(reply, "Cancel").responses == ["utter_ask_cancel_reason"]


def test_at_most_three_and_only_what_comes_near(bot: Bot) -> None:
    wishes = [("refund_status", 0.49), ("return_items", 0.45), ("exchange_items", 0.4), ("lost_parcel", 0.39)]
    assert len(unclear(bot, *wishes).choices) == 4, "three, and a person"
    bot.hear("greet").run("action_greet")
    reply = unclear(bot, ("refund_status", 0.24), ("product_info", 0.4))
    assert reply.only["response"] == "utter_fallback_other", "too far off, and a product that nobody named"
    bot.hear("greet").run("action_greet")
    assert next(iter(unclear(bot, ("list_payments", 0.44), ("show_account", 0.2)).choices)) == "My ways to pay"


def test_an_order_in_words_that_mean_nothing_is_looked_up(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    reply = unclear(bot, ("chitchat", 0.4), entities={"order_id": order_id})
    assert reply.only["response"] == "utter_order_status_pending"


def test_then_a_person_and_never_the_same_words_twice(bot: Bot) -> None:
    likely = (("track_order", 0.4), ("lost_parcel", 0.3))
    said = [unclear(bot, *likely).only["response"] for _ in range(4)]
    assert said == ["utter_meant", "utter_fallback_person", "utter_fallback_circles", "utter_fallback_team"]
    assert bot.slots["patience"]["offered"]
    bot.hear("track_order").run("action_track_order")
    assert unclear(bot, *likely).only["response"] == "utter_meant", "understood in between"
    bot.hear("thank").run("action_thank")
    assert unclear(bot, *likely).only["response"] == "utter_meant_other"


def test_a_yes_to_the_only_meaning_goes_on_with_it(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    assert unclear(bot, ("cancel_order", 0.4), entities={"order_id": order_id}).only["response"] == "utter_meant_one"
    reply = bot.hear("affirm", text="yes").run("action_affirm")
    assert reply.then == "request_form" and not reply.said
    bot.loop = "request_form"
    assert bot.run("validate_request_form").only == reply_of(bot, "utter_ask_cancel_reason", order_id)


def reply_of(bot: Bot, response: str, order_id: str) -> Any:
    again = bot.says("resume", text="go on").only
    assert (again["response"], again["order_id"]) == (response, order_id)
    return again


def test_a_yes_to_several_asks_which_and_a_number_picks_one(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    unclear(bot, ("cancel_order", 0.4), ("track_order", 0.38))
    reply = bot.hear("affirm", text="yes").run("action_affirm")
    assert reply.only["response"] == "utter_meant_which" and len(reply.choices) == 2
    reply = bot.hear("inform", {"ordinal": 2}, text="2nd").run("action_fallback")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_order_status_pending", order_id)


def test_a_no_to_the_meanings_is_the_next_miss(bot: Bot) -> None:
    unclear(bot, ("track_order", 0.4))
    assert bot.hear("deny", text="no").run("action_deny").only["response"] == "utter_fallback_person"
    assert bot.hear("deny", text="no").run("action_deny").only["response"] == "utter_deny"
    assert bot.hear("affirm", text="yes").run("action_affirm").only["response"] == "utter_affirm"


def test_in_a_request_the_question_comes_in_other_words_then_a_person(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 1), bot.order(ada, 2)
    bot.says("cancel_order", text="cancel an order")
    said = []
    for _ in range(4):
        assert not bot.says("nlu_fallback", text="blorf").slots
        apology = bot.run("action_fallback")
        question = bot.form()
        said.append((apology.only["response"], question.only["response"], "Talk to a person" in question.choices))
    assert said == [
        ("utter_miss", "utter_ask_cancel_order_again", False),
        ("utter_person_stuck", "utter_ask_cancel_order", True),
        ("utter_miss_third", "utter_ask_cancel_order_again", False),
        ("utter_miss", "utter_ask_cancel_order", False),
    ]


def test_at_the_plan_it_comes_again_with_a_hint(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    bot.says("cancel_order", {"order_id": order_id, "cancel_reason": "no longer needed"})
    bot.says("nlu_fallback", text="blorf")
    assert bot.run("action_fallback").only["response"] == "utter_miss_plan"
    assert bot.form().responses == ["utter_cancel_plan"]
    assert bot.says("affirm", text="yes").responses == ["utter_cancel_done"]


def test_an_answer_that_is_of_no_use_counts_and_one_that_is_begins_anew(bot: Bot) -> None:
    ada = bot.customer()
    first = bot.order(ada, 1)
    bot.order(ada, 2), bot.order(ada, 3, PROCESSED), bot.order(ada, 4, DELIVERED)
    bot.says("cancel_order", text="cancel an order")
    assert bot.says("affirm", text="yes").responses == ["utter_ask_cancel_order_again"]
    assert bot.says("inform", {"order_id": first}, text=first).responses == ["utter_ask_cancel_reason"]
    assert bot.says("affirm", text="yes").responses == ["utter_ask_cancel_reason_again"]
    assert bot.says("affirm", text="yes").responses == ["utter_person_stuck", "utter_ask_cancel_reason"]
    assert bot.says("affirm", text="yes").responses == ["utter_ask_cancel_reason_again"], "once"


def test_in_a_request_what_the_shop_does_not_do_is_no_answer_either(bot: Bot) -> None:
    bot.order(bot.customer(), 1)
    bot.says("cancel_order", text="cancel my order")
    assert not bot.says("nlu_fallback", text="blorf").slots
    bot.run("action_fallback")
    bot.form()
    assert not bot.says("out_of_scope", text="zxcv").slots
    assert bot.run("action_out_of_scope").responses == ["utter_person_stuck", "utter_out_of_scope"]
    question = bot.form()
    assert question.responses == ["utter_ask_cancel_reason"] and "Talk to a person" in question.choices


def test_and_another_thing_is_the_last_wish_again(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    bot.hear("refund_status", {"order_id": first}, text=f"refund of {first}").run("action_refund_status")
    reply = bot.hear("nlu_fallback", {"order_id": second}, text=f"and {second}?").run("action_fallback")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_no_refund_of_order", second)
    bot.says("cancel_order", {"order_id": first}, text=f"cancel {first}")
    bot.says("stop", text="never mind")
    reply = bot.hear("inform", {"order_id": second}, text=f"what about {second}").run("action_fallback")
    assert reply.then == "request_form" and not reply.said


def test_details_that_only_one_wish_asks_for_tell_the_wish(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    address = {"street": "12 Oak Street", "city": "Austin", "state": "TX", "zip": "78701"}
    reply = unclear(bot, ("change_address", 0.47), ("inform", 0.34), entities={"order_id": order_id, **address})
    assert reply.then == "request_form" and not reply.said
    bot.loop = "request_form"
    assert bot.run("validate_request_form").responses == ["utter_address_plan"]


def test_and_the_lamp_is_ones_own_behind_a_wish_for_an_order(bot: Bot) -> None:
    ada = bot.customer()
    first, second = (
        buy(bot, ada, [("Stoneware Mug", "blue")], 1, PROCESSED),
        buy(bot, ada, [("Ceramic Vase", "white")], 2, PROCESSED),
    )
    bot.hear("track_order", {"order_id": first}, text=f"where is {first}").run("action_track_order")
    bot.hear("product_info", {"product": "Ceramic Vase"}, text="and what about the Ceramic Vase")
    assert bot.run("action_product_info").only["order_id"] == second
    bot.hear("product_info", {"product": "Dining Chair"}, text="and what about the Dining Chair")
    assert bot.run("action_product_info").only["response"].startswith("utter_product"), "none that they have bought"


@pytest.mark.parametrize(
    ("text", "entities", "response"),
    [
        ("what does the Stoneware Mug cost", {"product": "Stoneware Mug"}, "utter_product"),
        ("how much is the Stoneware Mug?", {"product": "Stoneware Mug"}, "utter_product"),
        ("and what did i pay for it", {}, "utter_order_details"),
        ("how much was that", {}, "utter_order_details"),
    ],
)
@pytest.mark.parametrize("action", ["action_fallback", "action_price_difference"])
def test_a_price_is_told_by_the_words_that_ask_for_it(
    bot: Bot, action: str, text: str, entities: dict[str, Any], response: str
) -> None:
    order_id = buy(bot, bot.customer(), [("Stoneware Mug", "blue")], status=PROCESSED)
    bot.slots["order_id"] = order_id
    bot.hear("nlu_fallback" if action == "action_fallback" else "price_difference", entities, text=text)
    assert bot.run(action).only["response"] == response


def test_a_price_is_told_in_the_middle_of_a_request_too(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [("Stoneware Mug", "blue"), ("Ceramic Vase", "white")], status=DELIVERED)
    bot.says("return_items", {"order_id": order_id}, text=f"return something of {order_id}")
    asked = {"product": "Dining Chair"}
    assert not bot.says("nlu_fallback", asked, text="how much is the Dining Chair").slots
    assert bot.run("action_fallback").only["response"] == "utter_product"
    assert bot.form().responses == ["utter_ask_return_lines"]


def test_a_yes_that_goes_on_is_a_yes_to_the_guess(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1, DELIVERED)
    bot.slots["patience"] = {
        "asked": {
            "at": f"{bot.conversation}:2",
            "options": [["Send something back", "return_items", {"order_id": order_id}]],
            "again": "utter_greet_which",
            "yes": False,
        }
    }
    bot.hear("greet", text="hi")
    bot.hear("nlu_fallback", text="it is, the lamp is way too small")
    reply = bot.run("action_fallback")
    assert reply.only["response"] == "utter_greet_which" and "Send something back" in reply.choices


def test_another_wish_with_the_last_thing_is_not_guessed(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    bot.says("cancel_order", {"order_id": first}, text=f"cancel {first}")
    bot.says("stop", text="never mind")
    bot.hear("nlu_fallback", {"order_id": second, "payment": "paypal"}, text=f"and {second} with paypal")
    assert bot.run("action_fallback").then is None
