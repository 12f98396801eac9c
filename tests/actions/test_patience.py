"""Signs of frustration: what counts, that a person is offered once, and what goes with the handoff."""

from shop.models import DELIVERED, PROCESSED
from tests.actions.calls import Bot, Reply


def track(bot: Bot, text: str = "where is my order") -> Reply:
    return bot.hear("track_order", text=text).run("action_track_order")


def facts(bot: Bot) -> dict[str, object]:
    found: dict[str, object] = bot.hear("ask_person").run("action_ask_person").only["custom"]["handoff"]["facts"]
    return found


def test_strong_words_are_answered_with_the_wish_and_a_person_once(bot: Bot) -> None:
    bot.order(bot.customer(), 1)
    reply = track(bot, "where the f*** is my order")
    assert reply.responses == ["utter_person_angry", "utter_order_status_pending"]
    assert "Talk to a person" in reply.choices
    again = track(bot, "I said where is my fucking order")
    assert again.responses == ["utter_order_status_pending"] and "Talk to a person" not in again.choices


def test_strong_words_in_a_request_keep_its_question_last(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 1), bot.order(ada, 2)
    reply = bot.says("cancel_order", text="cancel this damn order")
    assert reply.responses == ["utter_person_angry", "utter_ask_cancel_order"]
    assert list(reply.choices)[-1] == "Talk to a person"


def test_the_label_of_an_option_is_nobodys_anger(bot: Bot) -> None:
    bot.order(bot.customer(), 1)
    bot.hear("track_order")
    bot.latest |= {"text": "Bloody Mary Mug", "entities": [{"entity": "line", "value": 1, "extractor": "choice"}]}
    assert bot.run("action_track_order").responses == ["utter_order_status_pending"]


def test_the_same_answer_again_offers_a_person(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 1)
    assert track(bot).responses == ["utter_order_status_pending"]
    bot.hear("list_orders", text="my orders").run("action_list_orders")
    again = track(bot)
    assert again.responses == ["utter_order_status_pending", "utter_person_repeated"], "the answer comes first"
    assert "Talk to a person" in [button["title"] for button in again.said[0]["buttons"]]
    assert track(bot).responses == ["utter_order_status_pending"]
    assert facts(bot)["mood"] == "asked the same again"


def test_another_question_about_the_same_is_no_repetition(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    for order_id in (first, second):
        reply = bot.hear("track_order", {"order_id": order_id}, text=f"where is {order_id}").run("action_track_order")
        assert reply.responses == ["utter_order_status_pending"]


def test_the_second_refusal_offers_a_person(bot: Bot) -> None:
    ada = bot.customer()
    sent, arrived = bot.order(ada, 1, PROCESSED), bot.order(ada, 2, DELIVERED)
    assert bot.says("cancel_order", {"order_id": sent}, text=f"cancel {sent}").responses == [
        "utter_cancel_not_possible"
    ]
    reply = bot.says("change_payment", {"order_id": arrived}, text=f"pay {arrived} otherwise")
    assert reply.responses == ["utter_person_refused", "utter_payment_not_possible"]
    assert [intent for intent, _ in reply.choices.values()].count("ask_person") == 1
    assert facts(bot)["refused"] == 2


def test_what_the_shop_does_not_do_counts_as_refused(bot: Bot) -> None:
    replies = [bot.hear("out_of_scope", text="the weather").run("action_out_of_scope").responses for _ in range(3)]
    assert replies == [
        ["utter_out_of_scope"],
        ["utter_person_refused", "utter_out_of_scope_again"],
        ["utter_out_of_scope"],
    ]


def test_a_receipt_begins_anew(bot: Bot) -> None:
    ada = bot.customer()
    first, second = bot.order(ada, 1), bot.order(ada, 2)
    plan = bot.says("cancel_order", {"order_id": first, "cancel_reason": "no longer needed"}, text="damn, cancel it")
    assert plan.responses == ["utter_person_angry", "utter_cancel_plan"]
    assert bot.says("affirm", text="yes").responses == ["utter_cancel_done"]
    assert "mood" not in facts(bot)
    reply = bot.says("cancel_order", {"order_id": second, "cancel_reason": "no longer needed"}, text="that crap too")
    assert reply.responses[0] == "utter_person_angry", "offered again, for something else"


def test_a_complaint_is_answered_in_other_words_each_time(bot: Bot) -> None:
    said = [bot.hear("complain", text="this is bad").run("action_complain").responses for _ in range(3)]
    assert said == [["utter_complain"], ["utter_complain_again"], ["utter_complain"]]


def test_a_complaint_in_a_request_leaves_a_person_under_the_question(bot: Bot) -> None:
    bot.order(bot.customer(), 1)
    bot.says("cancel_order", text="cancel my order")
    assert not bot.says("complain", text="this is bad").slots
    assert bot.run("action_complain").responses == ["utter_complain"]
    question = bot.form()
    assert question.responses == ["utter_ask_cancel_reason"] and "Talk to a person" in question.choices


def test_who_joins_knows_the_story(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    bot.says("cancel_order", {"order_id": order_id}, text=f"cancel {order_id}")
    for _ in range(2):
        bot.says("affirm", text="yes")
    assert facts(bot) == {
        "order_id": order_id,
        "last_wish": "Cancel an order",
        "mood": "stuck with the bot",
        "not_understood": 2,
    }
    assert "mood" not in facts(bot), "a person took over"
