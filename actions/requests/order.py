"""The field `order`: which order a request is about, and why it can't be that one."""

from collections.abc import Callable, Sequence

from actions.requests.flow import Asked, Field, Instead, Refused, Scene, Took, Unclear
from actions.requests.instead import instead
from actions.requests.message import Message
from actions.turn import Option, Said
from shop import order_states, order_words, orders
from shop.orders import Order
from shop.picking import orders as picking
from shop.picking.orders import Picked

CHOICES = 5  # options at once
MOST = 50  # orders looked through
TAKES = frozenset({"order_id", "order_pick", "ordinal", "product", "option", "date", "amount"})


def nothing_else(scene: Scene) -> Sequence[Option]:
    return ()


def field(
    operation: str,
    ask: str,
    none: str | Instead,
    refused: str,
    clears: tuple[str, ...] = (),
    besides: Callable[[Scene], Sequence[Option]] = nothing_else,
    twin: str | None = None,
) -> Field:
    """`ask`, `none` and `refused` are responses: which one, there is none, and not that one ({order_id}, {why}).

    `besides`: what may be meant beside an order; then none is taken without being named. `twin`: the operation that the same
    words wish of an order in another state.
    """

    def hear(scene: Scene, message: Message) -> Took | Unclear | Refused | None:
        picked = _picked(scene, operation, message)
        if not picked.asked:
            return None
        if picked.missing and not picked.orders:
            return _missing(scene, operation, picked.missing)
        fitting = [order for order in picked.orders if order_states.allows(order.status, operation)]
        if picked.orders and not fitting:
            return Refused((_not_that(picked.orders[0], operation, refused),))
        if len(fitting) == 1 and not picked.undated:
            return Took(fitting[0].id)
        if scene.request.asked != "order" and not picked.undated and any(o.id == scene.spoken_of for o in fitting):
            return Took(scene.spoken_of)  # it fits the words, and the conversation was about it
        return Unclear(_why_asked(picked), tuple(order.id for order in fitting))

    def question(scene: Scene) -> Asked | Took | Refused | Instead:
        if twin and _spoken_of_allows(scene, operation, twin):
            return Instead(twin)
        possible = _possible(scene, operation)
        others = besides(scene)
        if not possible and not isinstance(none, str):
            about = None if others else _spoken_of(scene)  # an order's, of which it is too late
            return Refused((_not_that(about, operation, refused),)) if about else none
        if not possible:
            no_orders = orders.latest(scene.session, scene.customer_id) is None
            return Refused((Said("utter_no_orders" if no_orders else str(none)),))
        only = possible[0] if len(possible) == 1 else next((o for o in possible if o.id == scene.spoken_of), None)
        named = "order" in scene.request.spent  # in words that did not tell which
        if only is not None and not named and not others:
            return Took(only.id)
        options = [Option(order_words.label(order), scene.intent, {"order_id": order.id}) for order in possible]
        return Asked(Said(ask, options=[*options[:CHOICES], *others]))

    return Field("order", hear, question, takes=TAKES, clears=clears)


def _picked(scene: Scene, operation: str, message: Message) -> Picked:
    among = scene.request.among if scene.request.asked == "order" else []
    current = scene.request.order_id or scene.spoken_of
    words = (message.mentions, message.text, scene.now, scene.zone)
    return picking.pick(
        scene.session, scene.customer_id, *words, order_states.allowing(operation), among, current=current
    )


def _possible(scene: Scene, operation: str) -> list[Order]:
    """The orders to choose from; what the words fitted comes first and alone."""
    allowed = order_states.allowing(operation)
    found = orders.recent(scene.session, scene.customer_id, MOST, allowed)
    among = scene.request.among
    return [order for order in found if order.id in among] or found


def _spoken_of(scene: Scene) -> Order | None:
    return orders.find(scene.session, scene.customer_id, scene.spoken_of) if scene.spoken_of else None


def _spoken_of_allows(scene: Scene, operation: str, twin: str) -> bool:
    """Whether the order spoken of last is one for the twin alone, and the message names none."""
    order = None if "order" in scene.request.spent else _spoken_of(scene)
    return order is not None and (
        order_states.allows(order.status, twin) and not order_states.allows(order.status, operation)
    )


def _missing(scene: Scene, operation: str, number: str) -> Unclear | Refused:
    """Not among their orders. Where others are possible the question goes on, else that is all there is to say."""
    if _possible(scene, operation):
        return Unclear((Said("utter_order_not_found_short", {"order_id": number}),))
    return Refused((Said("utter_order_not_found", {"order_id": number}),))


def _why_asked(picked: Picked) -> tuple[Said, ...]:
    if picked.undated:
        return (Said("utter_request_undated"),)
    return () if picked.orders else (Said("utter_request_no_such_order"),)


def _not_that(order: Order, operation: str, refused: str) -> Said:
    why = order_states.why_not(order.status, operation)
    return Said(refused, {"order_id": order.id, "why": why}, instead(order, operation))
