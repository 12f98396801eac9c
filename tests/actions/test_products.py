"""What the shop sells, what it costs, and what goes with it: every figure is the catalogue's, and no proof is asked for."""

import pytest
from sqlalchemy import delete

from shop.ground.db import Database
from shop.identity import Proof
from shop.models import DELIVERED, Order, OrderLine, Product, Variant
from tests.actions.calls import Bot, Reply
from tests.shop import small
from tests.shop.small import NOW

CLOCKS = {"Table Clock": {"oak": 4200, "walnut": 5000}, "Wall Clock": {"steel": 9000, "oak": 7000}}


@pytest.fixture(scope="module", autouse=True)
def clocks(shop_db: Database) -> None:
    """Two kinds of clocks; the table clock comes in two dials, and one of its four versions is sold out."""
    with shop_db.transaction() as session:
        for place, (name, woods) in enumerate(CLOCKS.items(), 5):
            product = Product(id=f"P-{name}", sequence=place, name=name)
            dials = ("white", "black", "brass", "grey", "red") if name == "Table Clock" else ("white",)
            kinds = [(wood, dial, price) for wood, price in woods.items() for dial in dials]
            for position, (wood, dial, price) in enumerate(kinds):
                variant = Variant(id=f"{name} {wood} {dial}", position=position, price_minor=price, currency="USD")
                variant.options = {"wood": wood, "dial": dial}
                variant.available = (wood, dial) != ("walnut", "black")
                product.variants.append(variant)
            session.add(product)


def asked(bot: Bot, action: str, text: str, *found: tuple[str, str]) -> Reply:
    """The customer's words, with what recognition finds in them."""
    bot.hear(action.removeprefix("action_"), text=text)
    bot.latest["entities"] = [
        {"entity": kind, "value": value, "start": max(text.lower().find(value.lower()), 0), "end": 0}
        for kind, value in found
    ]
    for entity in bot.latest["entities"]:
        entity["end"] = entity["start"] + len(entity["value"])
    return bot.run(action)


def bought(bot: Bot, customer_id: str, name: str, *woods: str) -> str:
    """An order of that customer with these versions of a clock."""
    order_id = bot.order(customer_id, 100 + len(bot.events), DELIVERED)
    with bot.db.transaction() as session:
        row = session.get_one(Order, order_id)
        session.execute(delete(OrderLine).where(OrderLine.order_id == order_id))
        session.expire(row)
        for place, wood in enumerate(woods):
            options, price = {"wood": wood, "dial": "white"}, CLOCKS[name][wood]
            ids = {"variant_id": f"{name} {wood} white", "product_id": f"P-{name}"}
            row.lines.append(OrderLine(position=place, name=name, options=options, price_minor=price, **ids))
    return order_id


def test_all_products_by_name_and_by_text_message_the_first(bot: Bot) -> None:
    reply = bot.hear("list_products").run("action_list_products")
    assert {"Mug", "Desk Lamp", "Table Clock"} <= set(reply.only["products"].replace(" and ", ", ").split(", "))
    assert int(reply.only["count"]) >= 4


def test_few_versions_are_told_one_by_one(bot: Bot) -> None:
    reply = asked(bot, "action_product_info", "how much is the wall clock", ("product", "Wall Clock"))
    assert reply.only["lines"] == (
        "Wall Clock (steel, white): $90.00, in stock\nWall Clock (oak, white): $70.00, in stock"
    )
    assert reply.slots == {"topic": "products", "product_id": "P-Wall Clock"}
    assert ("recommend", {"product": "Wall Clock"}) in reply.choices.values()


def test_many_versions_are_told_by_their_options_and_range(bot: Bot) -> None:
    reply = asked(bot, "action_product_info", "the table clock", ("product", "Table Clock"))
    assert (reply.only["price"], reply.only["available"], reply.only["count"]) == ("$42.00 to $50.00", "9", "10")
    assert reply.only["lines"] == "wood: oak, walnut\ndial: white, black, brass, grey, red"


def test_only_what_was_asked_for_and_what_there_is_not(bot: Bot) -> None:
    words = ("product", "Table Clock"), ("option", "walnut"), ("option", "black")
    reply = asked(bot, "action_product_info", "the table clock in walnut and black", *words)
    assert reply.only["lines"] == "Table Clock (walnut, black): $50.00, sold out"
    reply = asked(bot, "action_product_info", "the wall clock in pink", ("product", "Wall Clock"), ("option", "pink"))
    assert reply.responses == ["utter_product_not_in", "utter_product"]
    assert reply.said[0]["unknown"] == "pink"
    words = ("product", "Wall Clock"), ("option", "oak"), ("option", "steel"), ("option", "white")
    assert len(asked(bot, "action_product_info", "wall clock oak steel white", *words).only["lines"].split("\n")) == 2


def test_the_product_spoken_of_last_is_meant_by_what_it_comes_in(bot: Bot) -> None:
    asked(bot, "action_product_info", "the wall clock", ("product", "Wall Clock"))
    reply = asked(bot, "action_product_info", "do you have it in oak", ("option", "oak"))
    assert reply.only["lines"] == "Wall Clock (oak, white): $70.00, in stock"
    reply = asked(bot, "action_product_info", "do you have surfboards")
    assert reply.only["response"] == "utter_which_product"
    assert reply.options == [("product_info", {"product": "Wall Clock"}), ("list_products", {})]


def test_a_word_of_several_products_is_asked_about(bot: Bot) -> None:
    reply = asked(bot, "action_product_info", "the clock", ("product", "clock"))
    assert [entities.get("product") for _, entities in reply.options] == [*CLOCKS, None]
    assert bot.hear("product_info", {"product": "Wall Clock"}).run("action_product_info").only["response"] == (
        "utter_product"
    )


def test_a_bare_product_is_asked_about(bot: Bot) -> None:
    reply = bot.hear("inform", {"product": "Wall Clock"}, "wall clock").run("action_fallback")
    assert reply.only["response"] == "utter_product"


def test_two_versions_of_one_option_are_compared(bot: Bot) -> None:
    words = ("product", "Table Clock"), ("option", "walnut"), ("option", "oak")
    reply = asked(bot, "action_price_difference", "is the table clock in walnut more than oak", *words)
    assert (reply.only["response"], reply.only["difference"]) == ("utter_price_compared", "$8.00 less")
    assert (reply.only["one"], reply.only["other"]) == ("walnut", "oak")


def test_what_another_version_costs_beside_ones_own(bot: Bot) -> None:
    ada = bot.customer()
    bought(bot, ada, "Table Clock", "oak")
    words = ("product", "Table Clock"), ("option", "walnut")
    reply = asked(bot, "action_price_difference", "what would my table clock cost in walnut", *words)
    assert reply.only["have"] == "Table Clock (oak, white), $42.00"
    assert reply.only["lines"] == "Table Clock (walnut, white), $50.00: $8.00 more"
    reply = asked(bot, "action_price_difference", "the table clock with another dial", ("product", "Table Clock"))
    assert reply.only["response"] == "utter_price_differences"
    assert "Table Clock (oak, black), $42.00: the same price" in reply.only["lines"].split("\n")


def test_of_two_different_items_none_is_taken_for_the_one(bot: Bot) -> None:
    ada = bot.customer()
    bought(bot, ada, "Wall Clock", "oak", "steel")
    words = ("product", "Wall Clock"), ("option", "oak")
    reply = asked(bot, "action_price_difference", "the wall clock in oak", *words)
    assert reply.only["response"] == "utter_product" and "have" not in reply.only


def test_what_is_sold_out_is_said(bot: Bot) -> None:
    ada = bot.customer()
    bought(bot, ada, "Table Clock", "walnut")
    words = ("product", "Table Clock"), ("option", "black")
    reply = asked(bot, "action_price_difference", "how much more is my table clock in black", *words)
    assert reply.responses == ["utter_price_sold_out", "utter_price_differences"]


def test_a_visitor_gets_no_price_of_anybodys_item(bot: Bot) -> None:
    bought(bot, bot.customer("owner of clocks", Proof.NONE), "Table Clock", "oak")
    reply = asked(bot, "action_price_difference", "the price difference")
    assert reply.only["response"] == "utter_which_product"


def test_what_goes_with_it_comes_with_its_reason(bot: Bot) -> None:
    for name in ("one", "two"):
        other = f"{name} who buys {bot.conversation}"
        with bot.db.transaction() as session:
            small.customer(session, other)
        bot.order(other, 1, DELIVERED, placed_at=NOW)
        bought(bot, other, "Wall Clock", "oak")
    reply = asked(bot, "action_recommend", "what goes with the wall clock", ("product", "Wall Clock"))
    assert "customers who bought the Wall Clock also bought it." in reply.only["lines"]
    assert ("product_info", {"product": "Mug"}) in reply.choices.values()
    assert ("recommend", {"suggestions": "off"}) not in reply.choices.values()
    bought(bot, bot.customer(), "Wall Clock", "oak")
    reply = bot.hear("recommend").run("action_recommend")
    assert reply.only["response"] == "utter_suggestions"


def test_no_more_suggestions_is_remembered_until_they_are_wanted_again(bot: Bot) -> None:
    bought(bot, bot.customer(), "Table Clock", "oak")
    reply = bot.hear("recommend", {"suggestions": "off"}).run("action_recommend")
    assert reply.only["response"] == "utter_suggestions_stopped"
    assert bot.hear("recommend").run("action_recommend").only["response"] == "utter_suggestions_off"
    again = bot.hear("recommend", {"suggestions": "on"}).run("action_recommend")
    assert again.only["response"] in ("utter_suggestions", "utter_no_suggestions")


def test_nothing_fits_is_said_so_and_without_a_product_it_is_asked(bot: Bot) -> None:
    reply = asked(bot, "action_recommend", "what goes with the table clock", ("product", "Table Clock"))
    assert (reply.only["response"], reply.only["product"]) == ("utter_no_suggestions", "Table Clock")
    assert bot.hear("recommend").run("action_recommend").only["response"] == "utter_which_product"
    reply = asked(bot, "action_recommend", "what goes with the clock", ("product", "clock"))
    assert [intent for intent, _ in reply.options] == ["recommend", "recommend", "list_products"]
