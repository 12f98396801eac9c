"""Where things are: by parcel, by tracking number, gone quiet, lost, and damaged."""

from datetime import datetime, timedelta

from shop.ground import clock
from shop.identity import Proof
from shop.models import DELIVERED, PENDING, PROCESSED, Order, Parcel, ParcelLine
from tests.actions.calls import Bot


def sent(bot: Bot, customer_id: str, number: int, *events_at: datetime, status: str = PROCESSED) -> str:
    """An order with a mug and a lamp, each in a parcel of its own."""
    order_id = bot.order(customer_id, number, status)
    with bot.db.transaction() as session:
        row = session.get_one(Order, order_id)
        for place, (line, at) in enumerate(zip(row.lines, events_at, strict=True)):
            tracking = [f"1Z{number}{place}{abs(hash(customer_id)) % 10**6}"]
            news = {"status": "in transit", "last_event": "left Reno, NV", "last_event_at": at}
            parcel = Parcel(position=place, tracking_ids=tracking, carrier="UPS", **news)
            parcel.contents = [ParcelLine(position=0, line=line)]
            row.parcels.append(parcel)
    return order_id


def tracking(bot: Bot, order_id: str, place: int) -> str:
    with bot.db.transaction() as session:
        return str(session.get_one(Order, order_id).parcels[place].tracking_ids[0])


def test_each_parcel_is_told_or_the_one_with_what_is_asked_for(bot: Bot) -> None:
    now = clock.now()
    order_id = sent(bot, bot.customer(), 1, now, now)
    whole = bot.hear("track_order").run("action_track_order")
    assert whole.only["status_line"].count("in transit") == 2
    reply = bot.hear("track_order", {"product": "lamp"}, "which parcel has the lamp").run("action_track_order")
    assert "Parcel 2 (Desk Lamp)" in reply.only["status_line"] and "Parcel 1" not in reply.only["status_line"]
    assert (reply.only["response"], reply.slots["order_id"]) == ("utter_order_status", order_id)


def test_a_tracking_number_finds_its_parcel_and_anothers_does_not(bot: Bot) -> None:
    now = clock.now()
    order_id = sent(bot, bot.customer(), 1, now, now)
    number = tracking(bot, order_id, 1)
    reply = bot.hear("track_order", {"tracking_id": number}, f"where is {number}").run("action_track_order")
    assert reply.only["order_id"] == order_id
    assert number in reply.only["status_line"] and tracking(bot, order_id, 0) not in reply.only["status_line"]
    others = tracking(bot, sent(bot, bot.customer("bob of parcels", Proof.NONE), 2, now, now), 0)
    for asked in (others, "1Z999"):
        reply = bot.hear("track_order", {"tracking_id": asked}, asked).run("action_track_order")
        assert (reply.only["response"], reply.only["tracking"]) == ("utter_parcel_not_found", asked)


def test_a_carrier_gone_quiet_is_said_and_a_person_offered(bot: Bot) -> None:
    now = clock.now()
    order_id = sent(bot, bot.customer(), 1, now, now - timedelta(days=9, hours=1))
    reply = bot.hear("track_order").run("action_track_order")
    assert reply.only["response"] == "utter_order_status_quiet"
    quiet = tracking(bot, order_id, 1)
    assert reply.only["quiet"] == f"The carrier has reported nothing new about tracking number {quiet} for 9 days."
    assert ("ask_person", {}) in reply.choices.values()
    other = tracking(bot, order_id, 0)
    told = bot.hear("track_order", {"tracking_id": other}, other).run("action_track_order")
    assert told.only["response"] == "utter_order_status"


def test_the_one_on_the_way_is_meant_before_the_one_that_came(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 1, DELIVERED)
    coming = bot.order(ada, 2, PROCESSED)
    reply = bot.hear("track_order", {"product": "Mug"}, "where is my mug").run("action_track_order")
    assert reply.only["order_id"] == coming


def test_of_a_lost_parcel_all_that_is_known_is_told(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 1, PENDING)
    gone = bot.order(ada, 2, DELIVERED)
    reply = bot.hear("lost_parcel", text="it says delivered but it is not here").run("action_lost_parcel")
    assert (reply.only["response"], reply.only["order_id"]) == ("utter_lost_parcel", gone)
    assert reply.slots == {"topic": "lost_parcel", "order_id": gone}
    assert bot.hear("ask_person").run("action_ask_person").only["custom"]["handoff"] == {
        "topic": "lost_parcel",
        "reason": "customer_asked",
        "facts": {"order_id": gone, "last_wish": "My parcel did not come"},
    }


def test_which_one_is_lost_is_asked_unless_one_was_spoken_of(bot: Bot) -> None:
    ada = bot.customer()
    made = [bot.order(ada, number, DELIVERED) for number in range(2)]
    reply = bot.hear("lost_parcel", text="my parcel is lost").run("action_lost_parcel")
    assert reply.only["response"] == "utter_which_lost"
    assert reply.options == [("lost_parcel", {"order_id": order_id}) for order_id in reversed(made)]
    answer = bot.hear("inform", {"order_id": made[0]}, made[0]).run("action_track_order")
    assert (answer.only["response"], answer.only["order_id"]) == ("utter_lost_parcel", made[0])
    reply = bot.hear("lost_parcel", text="it is lost").run("action_lost_parcel")
    assert reply.only["order_id"] == made[0]


def test_nothing_of_anybodys_parcels_is_told_to_a_visitor(bot: Bot) -> None:
    number = tracking(bot, sent(bot, bot.customer("owner of parcels", Proof.NONE), 3, clock.now(), clock.now()), 0)
    for action in ("action_track_order", "action_lost_parcel"):
        reply = bot.hear("track_order", {"tracking_id": number}, number).run(action)
        assert number not in str(reply.said)


def test_a_problem_goes_to_a_person_with_the_order_that_was_named(bot: Bot) -> None:
    assert bot.hear("report_problem", text="it came broken").run("action_report_problem").only["response"] == (
        "utter_problem"
    )
    ada = bot.customer()
    order_id = bot.order(ada, 1, DELIVERED)
    reply = bot.hear("report_problem", {"product": "Mug"}, "the mug is broken").run("action_report_problem")
    assert reply.only["response"] == "utter_problem_known"
    assert reply.slots == {"topic": "report_problem", "order_id": order_id}
    assert ("return_items", {}) in reply.choices.values()
