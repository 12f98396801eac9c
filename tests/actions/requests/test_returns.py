"""Returning: which items, all of them first, where the refund goes, the plan."""

from datetime import timedelta

from shop.ground import clock
from shop.models import DELIVERED, EXCHANGING, PENDING, RETURNING, Order
from tests.actions.calls import Bot, Reply
from tests.actions.requests.wares import buy, going_back, status

MUG, VASE = ("Stoneware Mug", "blue"), ("Ceramic Vase", "white")
OAK, WALNUT = ("Dining Chair", "oak", "wood"), ("Dining Chair", "walnut", "wood")


def asked(bot: Bot, *items: tuple[str, ...]) -> tuple[str, Reply]:
    """The question which items of an order with these should go back."""
    order_id = buy(bot, bot.customer(), list(items))
    reply = bot.says("return_items", text="I'd like to return my order")
    assert reply.responses == ["utter_ask_return_lines"]
    return order_id, reply


def test_chosen_one_by_one_until_it_is_all(bot: Bot) -> None:
    order_id, reply = asked(bot, MUG, VASE, OAK)
    assert list(reply.choices)[-1] == "All of them"
    more = bot.taps(reply, "Stoneware Mug")
    assert more.responses == ["utter_ask_return_more"] and more.only["items"] == "Stoneware Mug (blue)"
    assert [label.split(" (")[0] for label in more.choices] == ["Ceramic Vase", "Dining Chair", "That's all"]
    bot.taps(more, "Ceramic Vase")
    plan = bot.says("nlu_fallback", text="no, that's all")
    assert plan.responses == ["utter_return_plan"]
    assert "$55.00 goes back to your Visa ending in 1234" in plan.only["lines"]
    assert status(bot, order_id) == DELIVERED
    done = bot.taps(plan, "Yes")
    assert done.responses == ["utter_return_done"]
    assert status(bot, order_id) == RETURNING
    assert going_back(bot, order_id) == ["Stoneware Mug blue", "Ceramic Vase white"]


def test_that_is_everything_is_no_all_of_them(bot: Bot) -> None:
    buy(bot, bot.customer(), [MUG, OAK])
    bot.says("return_items", {"product": "Stoneware Mug"}, text="return the Stoneware Mug")
    plan = bot.says("inform", {"item_set": "all"}, text="that's all")
    assert plan.responses == ["utter_return_plan"] and "Dining Chair" not in plan.only["lines"]


def test_several_at_once_in_words(bot: Bot) -> None:
    order_id, _ = asked(bot, MUG, OAK, OAK, VASE)
    plan = bot.says("inform", {"item_set": "all_but"}, text="all_but the vase")
    assert plan.responses == ["utter_return_plan"]
    assert bot.says("deny", text="no, that's all").responses == ["utter_return_plan"]
    bot.says("affirm", text="yes")
    assert going_back(bot, order_id) == ["Stoneware Mug blue", "Dining Chair oak wood", "Dining Chair oak wood"]


def test_everything_is_not_asked_for_more(bot: Bot) -> None:
    order_id, reply = asked(bot, MUG, VASE)
    plan = bot.taps(reply, "All of them")
    assert plan.responses == ["utter_return_plan"]
    bot.says("affirm", text="yes")
    assert len(going_back(bot, order_id)) == 2


def test_items_named_in_the_wish(bot: Bot) -> None:
    buy(bot, bot.customer(), [MUG, VASE])
    assert bot.says("return_items", text="I want to return the mug").responses == ["utter_ask_return_more"]
    bot.says("stop", text="never mind")
    assert bot.says("return_items", text="only the mug shall go back").responses == ["utter_return_plan"]


def test_the_only_item_is_not_asked_for(bot: Bot) -> None:
    buy(bot, bot.customer(), [MUG])
    assert bot.says("return_items", text="return it").responses == ["utter_return_plan"]


def test_what_is_unclear_is_asked(bot: Bot) -> None:
    order_id, _ = asked(bot, OAK, OAK, WALNUT, MUG)
    which = bot.says("inform", text="the chair")
    assert which.responses == ["utter_ask_lines_which"] and which.only["word"] == "chair"
    assert list(which.choices) == ["Dining Chair (oak, wood), $129.00", "Dining Chair (walnut, wood), $164.00"]
    more = bot.says("inform", {"option": "walnut"}, text="the walnut one")
    assert more.only["items"] == "Dining Chair (walnut, wood)"
    plan = bot.says("deny", text="no")
    bot.taps(plan, "Yes")
    assert going_back(bot, order_id) == ["Dining Chair walnut wood"]


def test_one_of_two_alike(bot: Bot) -> None:
    order_id, _ = asked(bot, OAK, OAK)
    plan = bot.says("inform", text="one of the chairs")
    assert plan.responses == ["utter_return_plan"]
    bot.taps(plan, "Yes")
    assert going_back(bot, order_id) == ["Dining Chair oak wood"]


def test_what_the_order_does_not_have(bot: Bot) -> None:
    asked(bot, MUG, VASE)
    reply = bot.says("inform", {"product": "Dining Chair"}, text="the Dining Chair")
    assert reply.responses == ["utter_lines_unknown", "utter_ask_return_lines"]


def test_yes_there_is_more(bot: Bot) -> None:
    asked(bot, MUG, VASE, OAK)
    bot.says("inform", text="the mug")
    reply = bot.says("affirm", text="yes")
    assert reply.responses == ["utter_ask_lines_others"]
    assert [label.split(" (")[0] for label in reply.choices] == ["Ceramic Vase", "Dining Chair"]
    assert bot.says("inform", text="the vase").only["items"] == "Stoneware Mug (blue) and Ceramic Vase (white)"


def test_corrected_under_the_plan(bot: Bot) -> None:
    order_id, _ = asked(bot, MUG, VASE, OAK)
    bot.says("inform", text="only the mug")
    plan = bot.says("correct", text="not the mug, the vase")
    assert plan.responses == ["utter_return_plan"] and "Ceramic Vase" in plan.only["lines"]
    assert "Mug" not in plan.only["lines"]
    plan = bot.says("inform", text="and the chair too")
    assert "Ceramic Vase (white) and Dining Chair" in plan.only["lines"]
    bot.says("affirm", text="yes")
    assert going_back(bot, order_id) == ["Ceramic Vase white", "Dining Chair oak wood"]


def test_nothing_left_is_a_question(bot: Bot) -> None:
    asked(bot, MUG, VASE)
    bot.says("inform", text="only the mug")
    reply = bot.says("correct", text="not the mug")
    assert reply.last["response"] == "utter_ask_return_lines"


def test_the_refund_may_go_to_an_own_gift_card(bot: Bot) -> None:
    order_id, _ = asked(bot, MUG, VASE)
    plan = bot.says("inform", text="only the mug")
    assert "Refund to my gift card" in plan.choices and "Refund to my PayPal" not in plan.choices
    plan = bot.taps(plan, "Refund to my gift card")
    assert "gift card, immediately" in plan.only["lines"]
    plan = bot.says("inform", {"payment": "credit_card"}, text="no, to the credit_card")
    assert "Visa" in plan.only["lines"]
    bot.says("affirm", text="yes")
    assert status(bot, order_id) == RETURNING


def test_no_other_method_takes_the_refund(bot: Bot) -> None:
    buy(bot, bot.customer(), [MUG])
    reply = bot.says("return_items", {"payment": "paypal"}, text="return it, money to paypal")
    assert reply.responses == ["utter_request_why", "utter_return_plan"]
    assert "Visa" in reply.last["lines"]


def test_actually_exchange_it_instead(bot: Bot) -> None:
    order_id, _ = asked(bot, MUG, VASE)
    bot.says("inform", text="only the mug")
    reply = bot.says("exchange_items", text="actually exchange it instead")
    assert reply.responses == ["utter_ask_variant"] and reply.only["item"] == "Stoneware Mug (blue)"
    plan = bot.taps(reply, "white")
    assert plan.responses == ["utter_exchange_plan"]
    bot.says("affirm", text="yes")
    assert status(bot, order_id) == EXCHANGING and going_back(bot, order_id) == ["Stoneware Mug blue"]


def test_what_was_picked_so_far_is_exchanged_instead(bot: Bot) -> None:
    _, reply = asked(bot, MUG, VASE)
    assert bot.taps(reply, "Stoneware Mug").responses == ["utter_ask_return_more"]
    reply = bot.says("exchange_items", text="hm, actually i want to exchange it")
    assert reply.responses == ["utter_ask_variant"] and reply.only["item"] == "Stoneware Mug (blue)"


def test_no_the_other_order(bot: Bot) -> None:
    customer = bot.customer()
    first, second = buy(bot, customer, [MUG], 1), buy(bot, customer, [VASE], 2)
    plan = bot.says("return_items", {"order_id": first}, text=f"return {first}")
    assert first in plan.only["lines"]
    plan = bot.says("correct", {"order_pick": "other"}, text="no, the other order")
    assert plan.responses == ["utter_return_plan"] and second in plan.only["lines"]


def test_the_order_told_by_what_is_in_it(bot: Bot) -> None:
    customer = bot.customer()
    buy(bot, customer, [MUG, VASE], 1)
    second = buy(bot, customer, [OAK, VASE], 2)
    reply = bot.says("return_items", {"product": "chair"}, text="return the chair")
    assert reply.responses == ["utter_ask_return_more"] and reply.only["order_id"] == second
    assert reply.only["items"] == "Dining Chair (oak, wood)"


def test_what_has_not_arrived_is_refused_with_what_is_possible(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [MUG], status=PENDING)
    reply = bot.says("return_items", {"order_id": order_id}, text=f"return {order_id}")
    assert reply.responses == ["utter_return_not_possible"] and "not left us" in reply.only["why"]
    assert list(reply.choices) == ["Cancel it", "Change its items", "Talk to a person"]


def test_too_late_is_said_before_items_are_asked_for(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [MUG, VASE])
    with bot.db.transaction() as session:
        session.get_one(Order, order_id).delivered_at = clock.now() - timedelta(days=400)
    reply = bot.says("return_items", {"order_id": order_id}, text=f"return {order_id}")
    assert reply.responses == ["utter_return_not_possible"] and "could be returned until" in reply.only["why"]
