"""Where an order is, parcel by parcel; and what never came, or came damaged."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from actions import offered, visitors, which
from actions import orders as reads
from actions.turn import Answer, Said, Turn
from actions.which import TOPIC
from shop import order_states, order_words, orders, parcels, policy, wording, zones
from shop.ground import clock
from shop.models import DELIVERED, PROCESSED
from shop.order_states import CANCEL
from shop.orders import OPEN, Order, Shipment
from shop.picking.goods import named
from shop.picking.mentions import called, of

LEFT = (PROCESSED, DELIVERED)
ON_THE_WAY = ("utter_choose_order", "utter_choose_order_of_many")
MISSED = ("utter_which_lost", "utter_which_lost_of_many")
LOST, PROBLEM = {"topic": "lost_parcel"}, {"topic": "report_problem"}


def track(session: Session, turn: Turn, among: Sequence[str] = ()) -> Answer:
    """Where the orders asked for are; without any, the order on the way, or a choice of several."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return visitors.recognise(turn, TOPIC)
    tracking = of(turn.mentions, "tracking_id")
    if tracking:
        return _by_tracking(session, turn, customer_id, str(tracking[0].value))
    asked = which.told(session, turn, customer_id, "track_order", _status, OPEN, among)
    if asked is not None:
        return asked
    on_the_way = orders.recent(session, customer_id, offered.CHOICES, OPEN)
    if len(on_the_way) > 1:
        count = orders.count(session, customer_id, OPEN)
        return offered.ask(turn, ON_THE_WAY, on_the_way, "track_order", TOPIC, count)
    order = on_the_way[0] if on_the_way else orders.latest(session, customer_id)
    return _status(session, turn, order) if order else which.no_orders()


def lost(session: Session, turn: Turn, among: Sequence[str] = ()) -> Answer:
    """What is known of a parcel that did not come, and a person."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return visitors.recognise(turn, LOST)
    asked = which.told(session, turn, customer_id, "lost_parcel", _lost, LEFT, among)
    if asked is not None:
        return asked
    left = orders.recent(session, customer_id, offered.CHOICES, LEFT)
    spoken_of = [order for order in left if order.id == turn.slot("order_id")]
    if len(left) > 1 and not spoken_of:
        count = orders.count(session, customer_id, LEFT)
        return offered.ask(turn, MISSED, left, "lost_parcel", LOST, count)
    order = next(iter(spoken_of or left), None) or orders.latest(session, customer_id)
    return _lost(session, turn, order) if order else which.no_orders()


def problem(session: Session, turn: Turn) -> Answer:
    """Something is wrong with what came: a person, who is told of which order where the message says it."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return Answer([Said("utter_problem")], PROBLEM)
    named = which.told(session, turn, customer_id, "report_problem", _named, LEFT)
    about = named.slots.get("order_id") if named else turn.slot("order_id")
    return Answer([Said("utter_problem_known")], {**PROBLEM, "order_id": about})


def _named(session: Session, turn: Turn, order: Order) -> Answer:
    return Answer(slots={"order_id": order.id})


def _by_tracking(session: Session, turn: Turn, customer_id: str, number: str) -> Answer:
    order = orders.by_tracking(session, customer_id, number)
    if order is None:
        return Answer([Said("utter_parcel_not_found", {"tracking": number})], TOPIC)
    return _told(session, turn, order, parcels.tracked_by(order, number))


def _status(session: Session, turn: Turn, order: Order) -> Answer:
    """The whole order; where the message asks for some of its items, the parcels that hold them."""
    products = [phrase.product for phrase in named(turn.mentions, turn.text) if phrase.product and not phrase.negated]
    spoken_of = [line.id for line in order.lines if any(called(line.name, product, turn.text) for product in products)]
    return _told(session, turn, order, parcels.holding(order, spoken_of) or list(order.parcels))


def _told(session: Session, turn: Turn, order: Order, only: Sequence[Shipment]) -> Answer:
    told = zones.of(session, order.customer_id, turn.zone)
    status = " ".join([order_words.status(order, told), *parcels.told(order, told, only)])
    facts = {"order_id": order.id, "status_line": status}
    quiet = _quiet([parcel for parcel in parcels.stale(order, clock.now(), _patience()) if parcel in only], order)
    response = "utter_order_status"
    if order_states.allows(order.status, CANCEL):
        response = "utter_order_status_pending"
    elif quiet:
        response, facts = "utter_order_status_quiet", {**facts, "quiet": " ".join(quiet)}
    return Answer([Said(response, facts, card=order_words.card(order))], {**TOPIC, "order_id": order.id})


def _quiet(silent: Sequence[Shipment], order: Order) -> list[str]:
    return [
        wording.say(
            "parcel_silent",
            tracking=wording.listed(list(parcel.tracking_ids)),
            days=parcels.quiet_days(order, parcel, clock.now()),
        )
        for parcel in silent
    ]


def _patience() -> int:
    return policy.current().stale_tracking_days


def _lost(session: Session, turn: Turn, order: Order) -> Answer:
    told = zones.of(session, order.customer_id, turn.zone)
    facts = {"order_id": order.id, "status_line": order_words.status_line(order, told)}
    return Answer([Said("utter_lost_parcel", facts, card=order_words.card(order))], {**LOST, "order_id": order.id})


def number(session: Session, turn: Turn) -> Answer:
    """A bare order number: the answer to a question that was just asked, else where that order is."""
    return offered.answered(session, turn, OFFERED) or track(session, turn)


OFFERED: dict[str, offered.Read] = {**reads.OFFERED, "track_order": track, "lost_parcel": lost}
READS = {"action_track_order": number, "action_lost_parcel": lost, "action_report_problem": problem}
