"""The field `method`: one of the customer's own ways to pay, out of those that the rule allows."""

from collections.abc import Callable

from actions.requests.flow import Asked, Field, Refused, Scene, Took, Unclear, Words
from actions.requests.instead import instead
from actions.requests.message import Message
from actions.turn import Said
from shop import customers, wording
from shop.customers import Method
from shop.ground.errors import Refusal

Methods = Callable[[Scene], list[Method]]


def field(methods: Methods, ask: str, none: str, words: Words, needed: Callable[[Scene], bool]) -> Field:
    """`methods` are those to choose from; it may refuse. `ask` and `none` are responses: which one, there is none."""

    def hear(scene: Scene, message: Message) -> Took | Unclear | None:
        """A method of theirs that the rule does not allow is taken too: its plan says why not."""
        named = _named(customers.methods(scene.session, scene.customer_id), message)
        if named is None:
            return None
        if not named:
            return Unclear((Said("utter_method_unknown"),))
        allowed = {method.id for method in _or_none(methods, scene)}
        fitting = [method for method in named if method.id in allowed] or named
        if len(fitting) == 1:
            return Took(fitting[0].id)
        return Unclear(among=tuple(method.id for method in fitting))

    def question(scene: Scene) -> Asked | Took | Refused:
        try:
            found = methods(scene)
        except Refusal as refusal:
            facts = {"why": refusal.message, "order_id": scene.request.order_id or ""}
            return Refused((Said(words.refused, facts, instead(scene.find_order(), scene.request.operation)),))
        if not found:
            return Refused((Said(none, {"order_id": scene.request.order_id or ""}),))
        found = [method for method in found if method.id in scene.request.among] or found
        if len(found) == 1:
            return Took(found[0].id)
        options = [scene.option(_label(method), method=method.id) for method in found]
        return Asked(Said(ask, {"order_id": scene.request.order_id or ""}, options))

    return Field("method", hear, question, takes=frozenset({"method", "payment", "last_four"}), needed=needed)


def _named(own: list[Method], message: Message) -> list[Method] | None:
    """The customer's methods that the message names; None when it names none at all."""
    chosen, kind, digits = message.value("method"), message.value("payment"), message.value("last_four")
    if chosen is None and kind is None and digits is None:
        return None
    if chosen is not None:
        return [method for method in own if method.id == chosen]
    of_kind = [method for method in own if kind in (None, method.kind)]
    return [method for method in of_kind if digits is None or method.label.endswith(digits)]


def _or_none(methods: Methods, scene: Scene) -> list[Method]:
    try:
        return methods(scene)
    except Refusal:
        return []


def _label(method: Method) -> str:
    label = method.label[:1].upper() + method.label[1:]
    return wording.say("option_balance", method=label, balance=method.balance) if method.balance else label
