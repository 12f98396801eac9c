import pytest

from shop.identity import Proof
from shop.models import DELIVERED, PROCESSED, Parcel
from shop.models import Order as OrderRow
from tests.actions.calls import RASA, Bot

ORDER_ACTIONS = ("action_track_order", "action_list_orders", "action_order_details")


@pytest.mark.parametrize("action", ORDER_ACTIONS)
def test_nothing_private_is_said_to_a_visitor(bot: Bot, action: str) -> None:
    order_id = bot.order(bot.customer("owner of " + action, Proof.NONE), 1)
    bot.slots["order_id"] = order_id
    reply = bot.hear("track_order", {"order_id": order_id}).run(action)
    assert reply.then == "request_form" and not reply.said
    assert order_id not in str(bot.form().said)


@pytest.mark.parametrize("action", ORDER_ACTIONS)
def test_slots_and_metadata_prove_nothing(bot: Bot, action: str) -> None:
    owner = bot.customer("victim of " + action, Proof.NONE)
    bot.slots |= {"customer_id": owner, "order_id": bot.order(owner, 1)}
    bot.hear("track_order", {"customer_id": owner})
    bot.latest["metadata"]["customer_id"] = owner
    reply = bot.run(action)
    assert reply.then == "request_form" and not reply.said


@pytest.mark.parametrize("action", ORDER_ACTIONS)
def test_a_customer_without_orders_is_told_so(bot: Bot, action: str) -> None:
    bot.customer()
    assert bot.hear("track_order").run(action).only["response"] == "utter_no_orders"


def test_the_only_order_on_the_way_is_told_with_its_tracking(bot: Bot) -> None:
    ada = bot.customer(level=Proof.PHONE)
    bot.order(ada, 1, DELIVERED)
    order_id = bot.order(ada, 2, PROCESSED)
    with bot.db.transaction() as session:
        session.get_one(OrderRow, order_id).parcels = [Parcel(position=0, tracking_ids=["1Z77"], carrier="UPS")]
    reply = bot.hear("track_order").run("action_track_order")
    assert reply.only["response"] == "utter_order_status"
    assert reply.only["order_id"] == order_id and "1Z77" in reply.only["status_line"]
    assert reply.only["custom"]["card"]["parcels"] == [{"tracking": "1Z77", "carrier": "UPS", "status": None}]
    assert reply.slots == {"topic": "orders", "order_id": order_id}


def test_an_order_that_can_be_cancelled_is_told_so(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    reply = bot.hear("track_order", {"order_id": order_id.lower()}).run("action_track_order")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_order_status_pending", order_id)


def test_with_nothing_on_the_way_the_latest_is_told(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 1, DELIVERED)
    latest = bot.order(ada, 2, DELIVERED)
    assert bot.hear("track_order").run("action_track_order").only["order_id"] == latest


def test_several_on_the_way_are_a_choice(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(5)]
    reply = bot.hear("track_order").run("action_track_order")
    assert (reply.only["response"], reply.only["count"]) == ("utter_choose_order", "5")
    assert reply.options == [("track_order", {"order_id": order_id}) for order_id in reversed(made)]
    offered = {"intent": "track_order", "orders": made[::-1], "asked_at": f"{bot.conversation}:{bot.seq}"}
    assert reply.slots == {"topic": "orders", "offered": offered}


def test_more_on_the_way_than_fit_are_said_to_be_more(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(7)]
    reply = bot.hear("track_order").run("action_track_order")
    assert (reply.only["response"], reply.only["count"], reply.only["shown"]) == (
        "utter_choose_order_of_many",
        "7",
        "5",
    )
    choices = [("track_order", {"order_id": order_id}) for order_id in reversed(made[2:])]
    assert reply.options == [*choices, ("list_orders", {})]


@pytest.mark.parametrize("action", ["action_track_order", "action_order_details"])
def test_anothers_order_and_none_get_the_same_words(bot: Bot, action: str) -> None:
    bot.order(bot.customer(), 1)
    others = bot.order(bot.customer("bob of " + action, Proof.NONE), 1)
    replies = [bot.hear("track_order", {"order_id": asked}).run(action) for asked in (others, "#W9999999")]
    told, unknown = (dict(reply.only, order_id="") for reply in replies)
    assert told == unknown and told["response"] == "utter_order_not_found"
    assert replies[0].slots == replies[1].slots == {"topic": "orders"}


def test_the_list_has_the_newest_ten_and_options_for_five(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(11)]
    reply = bot.hear("list_orders").run("action_list_orders")
    assert reply.only["response"] == "utter_order_list"
    lines = reply.only["lines"].split("\n")
    assert [line.split(",")[0] for line in lines] == list(reversed(made[1:]))
    assert reply.options == [("order_details", {"order_id": order_id}) for order_id in reversed(made[6:])]


def test_details_of_the_order_named_else_of_the_last_spoken_of_else_of_the_latest(bot: Bot) -> None:
    ada = bot.customer()
    first, second, third = (bot.order(ada, number) for number in range(3))
    assert bot.hear("order_details").run("action_order_details").only["order_id"] == third
    bot.slots["order_id"] = second
    assert bot.hear("order_details").run("action_order_details").only["order_id"] == second
    reply = bot.hear("order_details", {"order_id": first}).run("action_order_details")
    assert reply.only["order_id"] == first
    assert reply.only["lines"] == "Mug (blue), $16.00\nDesk Lamp (brass), $59.00"
    assert (reply.only["total"], reply.only["payment"]) == ("$75.00", "Visa ending in 1234 ($75.00)")
    card = reply.only["custom"]["card"]
    assert (card["kind"], card["total"], len(card["items"])) == ("order", "$75.00", 2)
    assert reply.slots["order_id"] == first


def test_several_numbers_are_answered_each_and_four_not(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(4)]
    bot.hear("nlu_fallback", text="what about those")
    bot.latest["entities"] = [{"entity": "order_id", "value": asked} for asked in (made[1], "#W9999999", made[1])]
    reply = bot.run("action_track_order")
    assert reply.responses == ["utter_order_status_pending", "utter_order_not_found"]
    assert reply.slots["order_id"] == made[1]
    bot.latest["entities"] = [{"entity": "order_id", "value": asked} for asked in made]
    reply = bot.run("action_order_details")
    assert reply.responses == [*["utter_order_details"] * 3, "utter_first_orders_only"]


def test_an_order_in_words_is_found_and_what_fits_several_is_asked(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(2)]
    reply = bot.hear("order_details", {"product": "Mug"}, "what is in the order with the mug").run(
        "action_order_details"
    )
    assert (reply.only["response"], reply.only["count"]) == ("utter_which_order", "2")
    assert reply.options == [("order_details", {"order_id": order_id}) for order_id in reversed(made)]
    reply = bot.hear("inform", {"order_pick": "oldest"}, "the oldest").run("action_fallback")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_order_details", made[0])


def test_an_answer_counts_right_after_the_question_alone(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number) for number in range(2)]
    bot.hear("order_details", {"product": "Mug"}, "the one with the mug").run("action_order_details")
    number = bot.hear("inform", {"order_id": made[0]}, made[0]).run("action_track_order")
    assert number.only["response"] == "utter_order_details"
    assert bot.hear("correct", {"order_id": made[1]}, made[1]).run("action_track_order").only["response"] == (
        "utter_order_status_pending"
    )
    bot.hear("order_details", {"product": "Mug"}, "the one with the mug").run("action_order_details")
    reply = bot.hear("correct", {"order_pick": "oldest"}, "no, the oldest").run("action_correct")
    assert reply.only["order_id"] == made[0]
    assert bot.hear("correct", text="no no").run("action_correct").only["response"] == "utter_correct"


def test_words_that_fit_no_order_are_told_so(bot: Bot) -> None:
    assert (
        bot.customer()
        and bot.hear("order_details", {"product": "Rug"}, "the rug").run("action_order_details").only["response"]
        == "utter_no_orders"
    )
    made = bot.order(f"ada {bot.conversation}", 1)
    reply = bot.hear("order_details", {"product": "Rug"}, "what is in the order with the rug").run(
        "action_order_details"
    )
    assert reply.only["response"] == "utter_no_such_order"
    assert reply.options == [("order_details", {"order_id": made})]


def test_without_dates_the_day_is_no_help(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number, placed_at=None) for number in range(2)]
    reply = bot.hear("order_details", {"date": "march"}, "what was in my order from march").run("action_order_details")
    assert reply.responses == ["utter_orders_undated", "utter_which_order"]
    assert bot.slots["offered"]["orders"] == made[::-1]


def test_the_list_may_be_of_what_the_message_describes(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 1)
    reply = bot.hear("list_orders", {"product": "Mug"}, "my orders with a mug").run("action_list_orders")
    assert reply.only["response"] == "utter_order_list_described"
    bot.channel = "sms"
    for number in range(2, 9):
        bot.order(ada, number)
    reply = bot.hear("list_orders").run("action_list_orders")
    assert reply.only["lines"].count("\n") == 4


def test_every_action_of_the_domain_is_served(bot: Bot) -> None:
    bot.hear("greet")
    for action in RASA["actions"]:
        assert bot.post(action).status_code == 200, action
