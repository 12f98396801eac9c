"""The field `order`: which order a request is about, and why it can't be that one."""

from actions.requests.flow import Asked, Field, Refused, Scene, Took, Unclear
from actions.requests.instead import instead
from actions.requests.message import Message
from actions.turn import Option, Said
from shop import order_states, order_words, orders
from shop.orders import Order

CHOICES = 5  # options at once
MOST = 50  # orders looked through
TAKES = frozenset({"order_id", "order_pick", "ordinal", "product", "option", "date", "amount"})


def field(operation: str, ask: str, none: str, refused: str, clears: tuple[str, ...] = ()) -> Field:
    """`ask`, `none` and `refused` are responses: which one, there is none, and not that one ({order_id}, {why})."""

    def hear(scene: Scene, message: Message) -> Took | Unclear | Refused | None:
        number = message.value("order_id")
        if number is None:
            return None
        found = orders.find(scene.session, scene.customer_id, number)
        if found is None:
            return _missing(scene, operation, number)
        if not order_states.allows(found.status, operation):
            return Refused((_not_that(found, operation, refused),))
        return Took(found.id)

    def question(scene: Scene) -> Asked | Took | Refused:
        possible = _possible(scene, operation)
        if not possible:
            no_orders = orders.latest(scene.session, scene.customer_id) is None
            return Refused((Said("utter_no_orders" if no_orders else none),))
        only = possible[0] if len(possible) == 1 else next((o for o in possible if o.id == scene.spoken_of), None)
        if only is not None and not scene.request.among:
            return Took(only.id)
        options = [Option(order_words.label(order), scene.intent, {"order_id": order.id}) for order in possible]
        return Asked(Said(ask, options=options[:CHOICES]))

    return Field("order", hear, question, takes=TAKES, clears=clears)


def _possible(scene: Scene, operation: str) -> list[Order]:
    found = orders.recent(scene.session, scene.customer_id, MOST, order_states.allowing(operation))
    among = scene.request.among
    return [o for o in found if o.id not in scene.request.ruled_out and (not among or o.id in among)]


def _missing(scene: Scene, operation: str, number: str) -> Unclear | Refused:
    """Not among their orders. Where others are possible the question goes on, else that is all there is to say."""
    facts = {"order_id": orders.spelled(number)}
    if _possible(scene, operation):
        return Unclear((Said("utter_order_not_found_short", facts),))
    return Refused((Said("utter_order_not_found", facts),))


def _not_that(order: Order, operation: str, refused: str) -> Said:
    why = order_states.why_not(order.status, operation)
    return Said(refused, {"order_id": order.id, "why": why}, instead(order, operation))
