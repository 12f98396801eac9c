"""Exchanging: what each item is to be instead, in words or from what there is, and who pays the difference."""

from shop.models import DELIVERED, EXCHANGING, Variant
from tests.actions.calls import Bot
from tests.actions.requests.wares import buy, contents, going_back, status

MUG, VASE = ("Stoneware Mug", "blue"), ("Ceramic Vase", "white")
OAK, WALNUT = ("Dining Chair", "oak", "wood"), ("Dining Chair", "walnut", "wood")


def test_said_with_the_wish(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [OAK])
    asked = bot.says("exchange_items", {"option": "walnut"}, text="exchange the chair for the same in walnut")
    assert asked.responses == ["utter_ask_swap_method"] and "$35.00 more to pay" in asked.only["difference"]
    assert list(asked.choices) == ["Visa ending in 1234", "PayPal"]  # the gift card does not cover it
    plan = bot.taps(asked, "PayPal")
    assert plan.responses == ["utter_exchange_plan"] and "$35.00" in plan.only["lines"]
    assert status(bot, order_id) == DELIVERED
    bot.taps(plan, "Yes")
    assert status(bot, order_id) == EXCHANGING
    assert contents(bot, order_id, "wanted") == ["Dining Chair walnut wood"]


def test_chosen_from_what_there_is(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [OAK])
    asked = bot.says("exchange_items", text="exchange it")
    assert asked.responses == ["utter_ask_variant"]
    assert asked.only["ways"] == "material: oak, walnut, beech; seat: woven, wood"
    labels = list(asked.choices)
    assert "walnut, wood: $164.00 ($35.00 more)" in labels and "beech, wood: $129.00" in labels
    assert not any("pine" in label for label in labels)
    plan = bot.taps(asked, "beech")
    assert plan.responses == ["utter_exchange_plan"] and "price stays the same" in plan.only["lines"]
    bot.says("affirm", text="yes")
    assert contents(bot, order_id, "wanted") == ["Dining Chair beech wood"]


def test_a_wish_to_fall_back_on(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [OAK])
    bot.says("exchange_items", text="exchange the chair")
    found = bot.says("inform", text="in pine, or beech if there's none")
    assert found.responses == ["utter_variant_fallback", "utter_exchange_plan"]
    assert found.said[0]["gone"] == "pine" and "beech" in found.last["lines"]
    bot.says("affirm", text="yes")
    assert contents(bot, order_id, "wanted") == ["Dining Chair beech wood"]


def test_sold_out_and_not_to_be_had(bot: Bot) -> None:
    buy(bot, bot.customer(), [OAK])
    reply = bot.says("exchange_items", {"option": "pine"}, text="exchange it for pine")
    assert reply.responses == ["utter_variant_sold_out", "utter_ask_variant"]
    assert reply.said[0]["gone"] == "pine"
    reply = bot.says("inform", {"option": "purple"}, text="in purple")
    assert reply.responses == ["utter_variant_unknown", "utter_ask_variant"]


def test_it_is_so_already(bot: Bot) -> None:
    buy(bot, bot.customer(), [OAK])
    reply = bot.says("exchange_items", {"option": "oak"}, text="exchange it for oak")
    assert reply.responses == ["utter_variant_already", "utter_ask_variant"]


def test_each_item_in_its_own_way(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [MUG, VASE, OAK])
    more = bot.says("exchange_items", text="exchange the mug for a white one and the chair for beech")
    assert more.responses == ["utter_ask_exchange_more"]
    plan = bot.taps(more, "That's all")
    assert plan.responses == ["utter_exchange_plan"]
    bot.taps(plan, "Yes")
    assert contents(bot, order_id, "wanted") == ["Stoneware Mug white", "Dining Chair beech wood"]
    assert going_back(bot, order_id) == ["Stoneware Mug blue", "Dining Chair oak wood"]


def test_one_after_the_other(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [MUG, OAK, VASE])
    bot.says("exchange_items", text="I want to exchange the mug and the chair")
    first = bot.says("deny", text="no")
    assert first.only["item"] == "Stoneware Mug (blue)"
    second = bot.says("inform", {"option": "white"}, text="white")
    assert second.only["item"] == "Dining Chair (oak, wood)"
    plan = bot.says("inform", {"option": "beech"}, text="beech please")
    assert plan.responses == ["utter_exchange_plan"]
    bot.taps(plan, "Yes")
    assert contents(bot, order_id, "wanted") == ["Stoneware Mug white", "Dining Chair beech wood"]


def test_two_alike_in_one_way_and_in_two(bot: Bot) -> None:
    customer = bot.customer()
    first, second = buy(bot, customer, [OAK, OAK], 1), buy(bot, customer, [OAK, OAK], 2)
    both = bot.says("exchange_items", {"order_id": first, "item_set": "both"}, text=f"exchange both of {first}")
    plan = bot.says("inform", {"option": "beech"}, text="in beech")
    assert both.responses == ["utter_ask_variant"] and plan.responses == ["utter_exchange_plan"]
    bot.taps(plan, "Yes")
    assert contents(bot, first, "wanted") == ["Dining Chair beech wood"] * 2
    bot.says("exchange_items", {"order_id": second, "item_set": "both"}, text=f"exchange both of {second}")
    bot.says("inform", text="one in beech and one in walnut")
    plan = bot.says("inform", {"payment": "paypal"}, text="paypal")
    bot.taps(plan, "Yes")
    assert contents(bot, second, "wanted") == ["Dining Chair beech wood", "Dining Chair walnut wood"]


def test_said_before_it_was_clear_of_which(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [OAK, WALNUT])
    which = bot.says("exchange_items", {"option": "beech"}, text="exchange only the chair for beech")
    assert which.responses == ["utter_ask_lines_which"]
    more = bot.taps(which, "Dining Chair (oak")
    plan = bot.taps(more, "That's all")
    assert plan.responses == ["utter_exchange_plan"] and "beech" in plan.only["lines"]
    bot.taps(plan, "Yes")
    assert going_back(bot, order_id) == ["Dining Chair oak wood"]


def test_a_version_like_another_item_is_not_that_item(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [OAK, WALNUT])
    bot.says("exchange_items", {"option": "oak"}, text="exchange only the oak chair")
    bot.says("inform", {"option": "walnut"}, text="the walnut one")
    plan = bot.says("inform", {"payment": "paypal"}, text="paypal")
    bot.taps(plan, "Yes")
    assert going_back(bot, order_id) == ["Dining Chair oak wood"]
    assert contents(bot, order_id, "wanted") == ["Dining Chair walnut wood"]


def test_another_version_under_the_plan(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [OAK])
    bot.says("exchange_items", {"option": "beech"}, text="exchange the chair for beech")
    reply = bot.says("correct", {"option": "walnut"}, text="no, walnut")
    assert reply.responses == ["utter_ask_swap_method"]
    plan = bot.says("inform", {"payment": "paypal"}, text="paypal")
    assert "walnut" in plan.only["lines"] and "beech" not in plan.only["lines"]
    bot.taps(plan, "Yes")
    assert contents(bot, order_id, "wanted") == ["Dining Chair walnut wood"]


def test_another_item_under_the_plan_keeps_what_was_chosen(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [OAK, MUG])
    bot.says("exchange_items", text="exchange only the chair for beech")
    asked = bot.says("inform", text="the mug too")
    assert asked.responses == ["utter_ask_variant"] and asked.only["item"] == "Stoneware Mug (blue)"
    plan = bot.taps(asked, "white")
    bot.taps(plan, "Yes")
    assert contents(bot, order_id, "wanted") == ["Dining Chair beech wood", "Stoneware Mug white"]


def test_goods_named_where_goods_are_asked_for_are_an_answer(bot: Bot) -> None:
    buy(bot, bot.customer(), [OAK, MUG, VASE])
    bot.says("exchange_items", text="exchange the mug for white")
    more = bot.says("product_info", {"option": "beech"}, text="yes, the chair in beech please")
    assert more.responses == ["utter_ask_exchange_more"] and "beech" in more.only["items"]
    assert bot.says("product_info", text="what does the chair cost?").said == []


def test_the_difference_is_paid_another_way(bot: Bot) -> None:
    buy(bot, bot.customer(), [OAK])
    asked = bot.says("exchange_items", {"option": "walnut"}, text="exchange the chair for walnut")
    assert bot.taps(asked, "Visa").responses == ["utter_exchange_plan"]
    reply = bot.says("change_payment", {"payment": "gift_card"}, text="pay the difference with my gift_card")
    assert reply.responses == ["utter_request_why", "utter_ask_swap_method"]
    plan = bot.says("change_payment", {"payment": "paypal"}, text="then pay with paypal")
    assert plan.responses == ["utter_exchange_plan"] and "PayPal" in plan.only["lines"]


def test_no_other_version(bot: Bot) -> None:
    buy(bot, bot.customer(), [VASE])
    reply = bot.says("exchange_items", text="exchange the vase")
    assert reply.responses == ["utter_variant_none"] and "Return it" in reply.choices


def test_sold_out_after_the_plan(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [MUG])
    plan = bot.says("exchange_items", text="exchange the mug for speckled")
    if plan.responses == ["utter_ask_swap_method"]:
        plan = bot.says("inform", {"payment": "paypal"}, text="paypal")
    try:
        with bot.db.transaction() as session:
            session.get_one(Variant, "Stoneware Mug speckled").available = False
        reply = bot.taps(plan, "Yes")
        assert reply.last["response"] != "utter_exchange_done"
        assert status(bot, order_id) == DELIVERED
    finally:
        with bot.db.transaction() as session:
            session.get_one(Variant, "Stoneware Mug speckled").available = True
