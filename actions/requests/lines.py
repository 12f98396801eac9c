"""The field `lines`: which items of the order a request is about, all of them before anything is planned.

It may be done only once per order: so after the first items it is asked whether there are more.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from actions.requests import heard
from actions.requests.flow import Asked, Field, Refused, Scene, Took, Unclear
from actions.requests.message import Message
from actions.turn import Option, Said
from shop import order_words, wording
from shop.orders import Line
from shop.picking import items
from shop.picking.items import Items
from shop.picking.items import Unclear as Unsure
from shop.picking.reading import with_products

NAME = "lines"
ENOUGH = "enough"  # the option that says: no more
WHOLE = ("all", "all_but", "rest")  # sets that leave nothing open
SHOWN = 5  # options for items, at once
TAKES = frozenset({"line", "product", "option", "quantity", "item_set", "ordinal", "order_pick", "amount"})
_ENOUGH = re.compile(
    r"\b(that'?s (all|it|everything)|that is (all|it)|nothing (else|more)|no more|done|just (that|those))\b", re.I
)
_ONLY = re.compile(r"\b(only|just|nothing but)\b", re.I)
_COUNTED = re.compile(r"\b(one|two|three|four|five|\d) of\b", re.I)
_TOO = re.compile(r"^\W*(yes|and)\b|\b(too|also|as well|plus)\b", re.I)
_OTHERWISE = re.compile(r"^\W*no\b|\b(actually|instead|rather|i meant|i mean)\b", re.I)
_ORDER = re.compile(r"\b(orders?|purchase)\b", re.I)
_LAST = re.compile(r"\blast (one|item|thing)\b", re.I)


@dataclass(frozen=True)
class Questions:
    """Responses: which items {order_id}, and whether there are more {items}; `told` is how an item is put in words, `wished`
    whether a message says what it is to be instead."""

    which: str
    more: str
    told: Callable[[Scene, Line], str] = lambda scene, line: order_words.item(line)
    wished: Callable[[Scene, Line, Message], bool] = lambda scene, line, message: False


def field(ask: Questions, clears: tuple[str, ...]) -> Field:
    """Its value are the ids of the lines, in the order's order."""

    def question(scene: Scene) -> Asked | Took | Refused:
        return _question(scene, ask)

    def told(scene: Scene, message: Message) -> Took | Unclear | None:
        asked, found = scene.request.asked, hear(scene, message)
        wished = _wished(scene, ask, message) if asked == NAME and not isinstance(found, Took) else None
        return found or wished

    return Field(NAME, told, question, takes=TAKES, clears=clears)


def ordered(order: Field) -> Field:
    """The field of the order, as this one needs it: words of goods that told the order tell its items too."""
    return replace(order, takes=order.takes - {"product", "option"}, clears=("window", NAME, "variants", "method"))


def hear(scene: Scene, message: Message) -> Took | Unclear | None:
    order = scene.find_order()
    if order is None or heard.already(scene, NAME):
        return None
    asked, draft = scene.request.asked == NAME, heard.draft(scene, NAME)
    known = draft.get("picked") if NAME not in scene.known else scene.known[NAME]
    before = [line.id for line in order.lines if line.id in (known or ())]
    if asked and before and _enough(message):
        return Took(before)
    if scene.known.get(NAME) and _ENOUGH.search(message.text) and not message.mentions:
        return Unclear()  # "is that everything?" - "that's all"
    found = _found(order.lines, draft, message, before, asked)
    carried = NAME not in scene.request.spent and NAME not in scene.known and not draft.get("among")
    if carried and before and set(found.line_ids) <= set(before) and not (found.unclear or found.dropped):
        return Took(before)
    if not found.asked:
        return _in_passing(scene, draft, message, found) if asked and before else None
    if heard.already(scene, heard.VARIANTS) and not _names_others(order.lines, message, before, found):
        return None  # it was about what they are to be instead
    if not (found.line_ids or found.unclear or found.dropped) and found.unknown and _elsewhere(message, asked):
        return None
    heard.mark(scene, NAME)
    heard.keep_wishes(scene, message, found)
    return _settled(scene, order.lines, message, _together(order.lines, before, found, message), found)


def _found(lines: Sequence[Line], draft: dict[str, Any], message: Message, before: Sequence[int], asked: bool) -> Items:
    """The items spoken of; the answer to "which of these?" is looked for among these first."""
    among = [line for line in lines if line.id in draft.get("among", ())] if asked else []
    found = items.pick(among, message.mentions, message.text, before)
    if found.line_ids and not found.unclear:
        return found
    if asked and _LAST.search(message.text):
        return Items((lines[-1].id,), asked=True)
    return items.pick(lines, message.mentions, message.text, before)


def _together(lines: Sequence[Line], before: Sequence[int], found: Items, message: Message) -> list[int]:
    """What was picked before and what is said now."""
    corrected = found.line_ids and _OTHERWISE.search(message.text) and not _TOO.search(message.text)
    kept = [] if corrected or _ONLY.search(message.text) else [n for n in before if n not in found.dropped]
    return [line.id for line in lines if line.id in {*kept, *found.line_ids}]


def _settled(scene: Scene, lines: Sequence[Line], message: Message, picked: list[int], found: Items) -> Took | Unclear:
    """Whole where nothing is left to ask: all of them, "only" these, or a correction of what was whole already."""
    said = (Said("utter_lines_unknown", {"words": wording.listed(list(found.unknown))}),) if found.unknown else ()
    corrects, clear = NAME in scene.known, not found.unclear and not found.unknown
    if clear and (corrects or len(picked) == len(lines) or (picked and _is_all(lines, message, picked))):
        heard.draft(scene, NAME).clear()
        return Took(picked)
    if corrects and not found.unclear and picked == scene.known[NAME]:
        return Unclear(said)
    first = found.unclear[0] if found.unclear else Unsure("", ())
    heard.draft(scene, NAME).update(last=[n for n in found.line_ids if n in picked])
    heard.draft(scene, NAME).update(picked=picked, among=list(first.line_ids), word=first.word, more=False)
    return Unclear(said, tuple(str(line.id) for line in lines))


def _is_all(lines: Sequence[Line], message: Message, picked: Sequence[int]) -> bool:
    """Whether the words leave nothing open: "only the mug", "everything but the vase", "one of the two mugs"."""
    if _ONLY.search(message.text) or any(mention.value in WHOLE for mention in message.all("item_set")):
        return True
    others = {line.variant_id for line in lines if line.id not in picked}
    alike = others <= {line.variant_id for line in lines if line.id in picked}
    return alike and bool(_COUNTED.search(message.text))


def _in_passing(scene: Scene, draft: dict[str, Any], message: Message, found: Items) -> Unclear | None:
    """ "Yes, there is more": then which? And "the same but in blue" is about what was named last."""
    if found.loose and draft.get("last"):
        heard.keep_wish(scene, message, draft["last"])
        return Unclear()
    if message.intent == "affirm":
        draft["more"] = True
        return Unclear()
    return None


def _wished(scene: Scene, ask: Questions, message: Message) -> Unclear | None:
    """ "He needs a 10", once the slippers were named; what was said of them before is over then."""
    order, draft = scene.find_order(), heard.draft(scene, NAME)
    last = [line for line in order.lines if line.id in draft.get("last", ())] if order else []
    if scene.request.asked != NAME or len(last) != 1 or heard.already(scene, f"{NAME} wished"):
        return None
    heard.mark(scene, f"{NAME} wished")
    if not ask.wished(scene, last[0], message):
        return None
    heard.keep_wish(scene, message, [last[0].id])
    return Unclear()


def _enough(message: Message) -> bool:
    if message.value("line") == ENOUGH or message.value("item_set") == "none":
        return True
    said = _ENOUGH.search(message.text)
    # The "everything" of "that's everything" is none of the order's.
    named = [m for m in message.all(*TAKES) if not (said and said.start() <= m.start and m.end <= said.end())]
    return not named and (message.intent == "deny" or said is not None)


def _names_others(lines: Sequence[Line], message: Message, before: Sequence[int], found: Items) -> bool:
    """Whether a message about versions speaks of further items too: "the mug in white, and the rug"."""
    goods = with_products(message.mentions, message.text, [line.name for line in lines])
    return any(m.entity == "product" for m in goods) and bool(found.dropped or set(found.line_ids) - set(before))


def _elsewhere(message: Message, asked: bool) -> bool:
    """Whether what the order does not have may tell another order: "no, the one with the lamp"."""
    return not asked or bool(_ORDER.search(message.text))


def _question(scene: Scene, ask: Questions) -> Asked | Took | Refused:
    lines, draft = scene.order.lines, heard.draft(scene, NAME)
    if len(lines) == 1:
        return Took([lines[0].id])
    picked = [line for line in lines if line.id in draft.get("picked", ())]
    if draft.get("among"):
        among = [line for line in lines if line.id in draft["among"] and line not in picked]
        facts = {"word": draft["word"], "order_id": scene.order.id}
        return Asked(Said("utter_ask_lines_which", facts, _options(scene, among)))
    if not picked:
        everything = scene.option(wording.say("option_all_items"), item_set="all")
        return Asked(Said(ask.which, {"order_id": scene.order.id}, [*_options(scene, lines), everything]))
    others = [line for line in lines if line not in picked]
    facts = {"items": wording.listed([ask.told(scene, line) for line in picked]), "order_id": scene.order.id}
    if draft.get("more"):
        return Asked(Said("utter_ask_lines_others", facts, _options(scene, others)))
    enough = scene.option(wording.say("option_enough"), line=ENOUGH)
    return Asked(Said(ask.more, facts, [*_options(scene, others), enough]))


def _options(scene: Scene, lines: Sequence[Line]) -> list[Option]:
    """One option for each kind: of two alike it is the same which one is taken."""
    kinds = {line.variant_id: line for line in reversed(lines)}
    shown = [line for line in lines if kinds[line.variant_id] is line][:SHOWN]
    return [scene.option(wording.say("item_line", item=order_words.item(n), price=n.price), line=n.id) for n in shown]
