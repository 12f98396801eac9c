"""What a change of items and an exchange have in common: items, what they are to be instead, who pays the difference."""

from dataclasses import replace
from types import MappingProxyType

from actions.requests import lines, method, variants
from actions.requests.flow import Asked, Field, Refused, Scene, Took, Words
from actions.requests.lines import Questions
from shop import wording
from shop.customers import Method
from shop.ground.errors import Refusal
from shop.ground.money import Money
from shop.operations import swaps
from shop.operations.swaps import Swap

# Which answer stands in the way, by the refusal's code.
BLAMES = MappingProxyType(
    {
        "line_none": "lines",
        "line": "lines",
        "variant_same": "variants",
        "variant_sold_out": "variants",
        "variant_other_product": "variants",
        "gift_card_short": "method",
        "method": "method",
    }
)


def fields(order: Field, ask: Questions, words: Words) -> tuple[Field, ...]:
    return (
        lines.ordered(order),
        lines.field(ask, clears=("variants", "method")),
        variants.field(clears=("method",)),
        settled(words),
    )


def settled(words: Words) -> Field:
    """The method for the difference in price, which is named before anybody decides. Without a difference none is needed."""
    asking = method.field(methods, "utter_ask_swap_method", "utter_swap_no_method", words, differs)

    def ask(scene: Scene) -> Asked | Took | Refused:
        question = asking.ask(scene)
        if not isinstance(question, Asked):
            return question  # type: ignore[return-value]
        return Asked(replace(question.said, facts={**question.said.facts, "difference": _in_words(scene)}))

    return replace(asking, ask=ask)


def wanted(scene: Scene) -> list[Swap]:
    """The swaps that are known."""
    return [Swap(int(line_id), variant_id) for line_id, variant_id in scene.known["variants"].items()]


def methods(scene: Scene) -> list[Method]:
    return swaps.methods(scene.session, scene.customer_id, scene.order.id, wanted(scene))


def differs(scene: Scene) -> bool:
    """What can't be done at all is told by the plan, and needs no method before."""
    if "variants" not in scene.known:
        return True
    cost = _cost(scene)
    return cost is not None and cost.minor != 0


def _cost(scene: Scene) -> Money | None:
    try:
        return swaps.price_difference(scene.session, scene.customer_id, scene.order.id, wanted(scene))
    except Refusal:
        return None


def _in_words(scene: Scene) -> str:
    cost = _cost(scene)
    assert cost is not None
    return wording.say(
        "difference_to_pay" if cost.minor > 0 else "difference_back", amount=cost if cost.minor > 0 else -cost
    )
