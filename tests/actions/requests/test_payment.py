"""Another way to pay a pending order: a closed choice of the customer's own."""

from shop.models import Order
from tests.actions.calls import Bot


def paid_with(bot: Bot, order_id: str) -> list[tuple[str, str]]:
    with bot.db.transaction() as session:
        return [(move.kind, move.method_id) for move in session.get_one(Order, order_id).payments]


def test_a_choice_of_the_methods_that_can_pay(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1, moves=(("payment", 500, "card"),))
    asked = bot.says("change_payment", {"order_id": order_id}, text=f"pay {order_id} another way")
    assert asked.responses == ["utter_ask_payment_method"]
    assert list(asked.choices) == ["PayPal", "Gift card, $10.00 left"]
    plan = bot.taps(asked, "Gift card")
    assert plan.responses == ["utter_payment_plan"]
    assert bot.taps(plan, "Yes").responses == ["utter_payment_done"]
    assert paid_with(bot, order_id) == [("payment", "card"), ("payment", "gift"), ("refund", "card")]


def test_named_in_the_wish(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    plan = bot.says("change_payment", {"payment": "paypal"}, text="pay with paypal instead")
    assert plan.responses == ["utter_payment_plan"] and order_id in plan.only["lines"]


def test_a_gift_card_that_does_not_cover_it_is_refused_and_the_others_are_shown(bot: Bot) -> None:
    bot.order(bot.customer(), 1)
    reply = bot.says("change_payment", {"payment": "gift_card"}, text="use my gift card")
    assert reply.responses == ["utter_request_why", "utter_payment_plan"]
    assert "does not cover" in reply.said[0]["why"] and "PayPal" in reply.last["lines"]


def test_the_method_it_is_paid_with_already(bot: Bot) -> None:
    bot.order(bot.customer(), 1)
    reply = bot.says("change_payment", {"last_four": "1234"}, text="use the card 1234")
    assert reply.responses[0] == "utter_request_why" and "already" in reply.said[0]["why"]


def test_a_method_that_is_not_theirs(bot: Bot) -> None:
    bot.order(bot.customer(), 1, moves=(("payment", 500, "card"),))
    reply = bot.says("change_payment", {"last_four": "9999"}, text="use 9999")
    assert reply.responses == ["utter_method_unknown", "utter_ask_payment_method"]


def test_a_bare_answer_is_one_whatever_it_sounds_like(bot: Bot) -> None:
    bot.order(bot.customer(), 1, moves=(("payment", 500, "card"),))
    bot.says("change_payment", text="pay differently")
    found = {"payment": "gift_card"}
    bot.hear("gift_card_balance", found, text="gift card")
    bot.latest["entities"][0] |= {"start": 0, "end": 9}
    assert bot.form().responses == ["utter_payment_plan"]
    bot.says("stop", text="stop")
    bot.says("change_payment", text="pay differently")
    assert not bot.says("gift_card_balance", found, text="what is left on my gift card?").said


def test_what_was_changed_once_is_refused(bot: Bot) -> None:
    moves = (("payment", 500, "card"), ("payment", 500, "paypal"), ("refund", 500, "card"))
    order_id = bot.order(bot.customer(), 1, moves=moves)
    reply = bot.says("change_payment", {"order_id": order_id}, text=f"pay {order_id} another way")
    assert reply.responses == ["utter_payment_not_possible"] and bot.loop is None
