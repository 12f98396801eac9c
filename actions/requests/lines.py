"""The field `lines`: which items of the order a request is about, all of them before anything is planned.

It may be done only once per order: so after the first items it is asked whether there are more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actions.requests import heard
from actions.requests.flow import Asked, Field, Refused, Scene, Took, Unclear
from actions.requests.message import Message
from actions.turn import Option, Said
from shop import order_words, wording
from shop.orders import Line
from shop.picking import items
from shop.picking.items import Items

NAME = "lines"
ENOUGH = "enough"  # the option that says: no more
SHOWN = 5  # options for items, at once
TAKES = frozenset({"line", "product", "option", "quantity", "item_set", "ordinal", "order_pick", "amount"})
_ENOUGH = re.compile(
    r"\b(that'?s (all|it|everything)|that is (all|it)|nothing (else|more)|no more|done|just (that|those))\b", re.I
)
_ONLY = re.compile(r"\b(only|just|nothing but)\b", re.I)
_OTHERWISE = re.compile(r"^\W*no\b|\b(actually|instead|rather|i meant|i mean)\b", re.I)
_ORDER = re.compile(r"\b(orders?|purchase)\b", re.I)
_LAST = re.compile(r"\blast (one|item|thing)\b", re.I)


@dataclass(frozen=True)
class Questions:
    """Responses: which items {order_id}, and whether there are more {items}."""

    which: str
    more: str


def field(ask: Questions, clears: tuple[str, ...]) -> Field:
    """Its value are the ids of the lines, in the order's order."""

    def question(scene: Scene) -> Asked | Took | Refused:
        return _question(scene, ask)

    return Field(NAME, hear, question, takes=TAKES, clears=clears)


def hear(scene: Scene, message: Message) -> Took | Unclear | None:
    order = scene.find_order()
    if order is None or heard.already(scene, NAME) or heard.already(scene, heard.VARIANTS):
        return None
    asked = scene.request.asked == NAME
    draft = scene.draft(NAME)
    before = [line.id for line in order.lines if line.id in (draft.get("picked") or scene.known.get(NAME) or [])]
    if asked and before and _enough(message):
        return Took(before)
    found = _found(order.lines, draft, message, before, asked)
    if not found.asked:
        return _only_yes(draft, message, asked, bool(before))
    if found.unknown and not (found.line_ids or found.unclear or found.dropped) and _elsewhere(message, asked):
        return None
    heard.mark(scene, NAME)
    heard.keep_wishes(scene, message, found)
    return _settled(scene, order.lines, draft, message, _together(order.lines, before, found, message), found)


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
    corrected = found.line_ids and (message.intent == "correct" or _OTHERWISE.search(message.text))
    kept = [] if corrected or _ONLY.search(message.text) else [n for n in before if n not in found.dropped]
    return [line.id for line in lines if line.id in {*kept, *found.line_ids}]


def _settled(
    scene: Scene, lines: Sequence[Line], draft: dict[str, Any], message: Message, picked: list[int], found: Items
) -> Took | Unclear:
    said = [Said("utter_lines_unknown", {"words": wording.listed(list(found.unknown))})] if found.unknown else []
    corrects = NAME in scene.known
    whole = len(picked) == len(lines) or bool(_ONLY.search(message.text) and picked)
    if not (found.unclear or found.unknown) and (whole or corrects):
        return Took(picked)
    if corrects and picked == scene.known[NAME]:
        return Unclear(tuple([*said, *_which(found, lines)]))
    draft["picked"] = picked
    draft["among"] = list(found.unclear[0].line_ids) if found.unclear else []
    draft["word"] = found.unclear[0].word if found.unclear else ""
    draft["more"] = False
    return Unclear(tuple(said))


def _which(found: Items, lines: Sequence[Line]) -> list[Said]:
    """The question about a correction that fits several, with the items as options of their own."""
    return [Said("utter_lines_which_plain", {"word": unclear.word}) for unclear in found.unclear[:1]]


def _only_yes(draft: dict[str, Any], message: Message, asked: bool, some: bool) -> Unclear | None:
    """ "Yes, there is more": then which?"""
    if asked and some and message.intent == "affirm":
        draft["more"] = True
        return Unclear()
    return None


def _enough(message: Message) -> bool:
    if message.value("line") == ENOUGH or message.value("item_set") == "none":
        return True
    named = message.all(*TAKES)
    return not named and (message.intent == "deny" or bool(_ENOUGH.search(message.text)))


def _elsewhere(message: Message, asked: bool) -> bool:
    """Whether what the order does not have may tell another order: "no, the one with the lamp"."""
    return not asked or bool(_ORDER.search(message.text))


def _question(scene: Scene, ask: Questions) -> Asked | Took | Refused:
    lines, draft = scene.order.lines, scene.draft(NAME)
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
    facts = {"items": wording.listed([order_words.item(line) for line in picked]), "order_id": scene.order.id}
    if draft.get("more"):
        return Asked(Said("utter_ask_lines_others", facts, _options(scene, others)))
    enough = scene.option(wording.say("option_enough"), line=ENOUGH)
    return Asked(Said(ask.more, facts, [*_options(scene, others), enough]))


def _options(scene: Scene, lines: Sequence[Line]) -> list[Option]:
    """One option for each kind: of two alike it is the same which one is taken."""
    kinds = {line.variant_id: line for line in reversed(lines)}
    shown = [line for line in lines if kinds[line.variant_id] is line][:SHOWN]
    return [scene.option(wording.say("item_line", item=order_words.item(n), price=n.price), line=n.id) for n in shown]
