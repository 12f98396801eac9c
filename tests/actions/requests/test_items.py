"""Other versions of items in a pending order."""

from shop.models import DELIVERED, MODIFIED, PENDING
from tests.actions.calls import Bot
from tests.actions.requests.wares import buy, contents, status

MUG, OAK = ("Stoneware Mug", "blue"), ("Dining Chair", "oak", "wood")


def test_the_way_to_another_version(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [MUG, OAK], status=PENDING)
    more = bot.says("change_items", text="change the blue mug to white")
    assert more.responses == ["utter_ask_items_more"] and "only once" not in more.only["items"]
    plan = bot.says("deny", text="nope")
    assert plan.responses == ["utter_items_plan"] and "Items can be changed only once" in plan.only["lines"]
    assert status(bot, order_id) == PENDING
    done = bot.taps(plan, "Yes")
    assert done.responses == ["utter_items_done"]
    assert status(bot, order_id) == MODIFIED
    assert contents(bot, order_id) == ["Dining Chair oak wood", "Stoneware Mug white"]


def test_of_several_that_fit_it_is_the_order_spoken_of(bot: Bot) -> None:
    customer_id = bot.customer()
    first = buy(bot, customer_id, [MUG, OAK], status=PENDING)
    second = buy(bot, customer_id, [MUG], number=2, status=PENDING)
    assert "utter_ask_items_order" in bot.says("change_items", text="change the blue mug to white").responses
    bot.says("stop", text="never mind")
    for spoken_of in (first, second):
        bot.slots["order_id"] = spoken_of
        bot.says("change_items", text="change the blue mug to white in that order")
        assert bot.slots["request"]["current"]["known"]["order"] == spoken_of
        bot.says("stop", text="never mind")


def test_a_cheaper_version_asks_where_the_difference_goes(bot: Bot) -> None:
    buy(bot, bot.customer(), [("Dining Chair", "walnut", "wood")], status=PENDING)
    asked = bot.says("change_items", text="change the chair to beech")
    assert asked.responses == ["utter_ask_swap_method"] and "$35.00 that you get back" in asked.only["difference"]
    plan = bot.taps(asked, "Gift card")
    assert "$35.00" in plan.only["lines"]
    assert bot.taps(plan, "No").responses == ["utter_items_dropped"]


def test_the_method_said_with_the_wish(bot: Bot) -> None:
    buy(bot, bot.customer(), [OAK], status=PENDING)
    plan = bot.says("change_items", {"payment": "paypal"}, text="change the chair to walnut and charge my paypal")
    assert plan.responses == ["utter_items_plan"] and "charged to your PayPal" in plan.only["lines"]


def test_never_another_product(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [MUG, OAK], status=PENDING)
    reply = bot.says("change_items", {"product": "Ceramic Vase"}, text="swap only the mug for a Ceramic Vase")
    assert reply.responses == ["utter_variant_other_product", "utter_ask_variant"]
    assert contents(bot, order_id) == ["Stoneware Mug blue", "Dining Chair oak wood"]


def test_delivered_items_are_exchanged_instead(bot: Bot) -> None:
    order_id = buy(bot, bot.customer(), [MUG], status=DELIVERED)
    reply = bot.says("change_items", {"order_id": order_id}, text=f"change the items of {order_id}")
    assert reply.responses == ["utter_items_not_possible"]
    assert list(reply.choices) == ["Exchange it", "Return it", "Talk to a person"]


def test_the_order_spoken_of_tells_a_change_from_an_exchange(bot: Bot) -> None:
    """ "Can I have it in white?" is one wish, whatever has become of the order."""
    ada = bot.customer()
    coming, arrived = buy(bot, ada, [MUG], 1, PENDING), buy(bot, ada, [MUG], 2, DELIVERED)
    bot.slots["order_id"] = coming
    plan = bot.says("exchange_items", {"option": "white"}, text="can I have it in white")
    assert plan.responses == ["utter_items_plan"] and coming in plan.only["lines"]
    bot.taps(plan, "No")
    bot.slots["order_id"] = arrived
    plan = bot.says("change_items", {"option": "white"}, text="can I have it in white")
    assert plan.responses == ["utter_exchange_plan"] and arrived in plan.only["lines"]
