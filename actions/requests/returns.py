"""Returning delivered items: which order, which items, where the refund goes, the plan."""

from dataclasses import replace

from actions.requests import lines, method, order
from actions.requests.flow import Asked, Field, Flow, Refused, Scene, Took, Words
from actions.requests.instead import instead
from actions.requests.lines import Questions
from actions.requests.message import Message
from actions.turn import Option, Said
from shop import wording
from shop.customers import Method
from shop.ground.errors import Refusal
from shop.operations import moves, returns
from shop.order_states import RETURN
from shop.plans import Plan

WORDS = Words("utter_return_plan", "utter_return_done", "utter_return_not_possible", "utter_return_dropped")
ASK = Questions("utter_ask_return_lines", "utter_ask_return_more")


def hear_nothing(scene: Scene, message: Message) -> None:
    return None


def in_time(scene: Scene) -> Took | Refused:
    """Whether the order can still be returned: said before anybody chooses items in vain."""
    try:
        returns.check_window(scene.session, scene.customer_id, scene.order.id, scene.now)
    except Refusal as refusal:
        facts = {"why": refusal.message, "order_id": scene.order.id}
        return Refused((Said(WORDS.refused, facts, instead(scene.order, RETURN)),))
    return Took(True)


def methods(scene: Scene) -> list[Method]:
    return returns.methods(scene.session, scene.customer_id, scene.order.id)


def paid(scene: Scene) -> bool:
    """Whether there is anything to refund."""
    found = scene.find_order()
    return found is None or moves.kept(found).minor > 0


def back_to() -> Field:
    """Where the refund goes: the way it was paid, unless the customer names another."""
    asking = method.field(methods, "utter_ask_return_method", "utter_return_no_method", WORDS, paid)

    def ask(scene: Scene) -> Asked | Took | Refused:
        question = asking.ask(scene)
        unnamed = isinstance(question, Asked) and not scene.request.among
        return Took(methods(scene)[0].id) if unnamed else question  # type: ignore[return-value]

    return replace(asking, ask=ask)


def prepare(scene: Scene) -> Plan:
    known = scene.known
    what = (known["order"], known["lines"], known.get("method"))
    return returns.prepare(scene.session, scene.who, *what, scene.message_id, scene.now)


def elsewhere(scene: Scene) -> list[Option]:
    """The other methods that the refund may go to."""
    if not paid(scene):
        return []
    others = [other for other in methods(scene) if other.id != scene.known.get("method")]
    return [scene.option(wording.say("option_refund_to", method=other.label), method=other.id) for other in others]


FLOW = Flow(
    operation=RETURN,
    intents=("return_items",),
    fields=(
        lines.ordered(order.field(RETURN, "utter_ask_return_order", "utter_return_none", WORDS.refused)),
        Field("window", hear_nothing, in_time),
        lines.field(ASK, clears=()),
        back_to(),
    ),
    prepare=prepare,
    words=WORDS,
    blames={"line_none": "lines", "line": "lines", "return_method": "method", "method": "method"},
    extras=elsewhere,
)
