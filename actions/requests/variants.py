"""The field `variants`: what each of the chosen items is to be instead, said in words or chosen from what can be had."""

from collections.abc import Sequence
from dataclasses import replace

from actions.requests import described, heard
from actions.requests.flow import Asked, Field, Refused, Scene, Took, Unclear
from actions.requests.heard import VARIANTS as NAME
from actions.requests.instead import instead
from actions.requests.lines import NAME as LINES
from actions.requests.message import Message
from actions.turn import Option, Said
from shop import catalogue, order_words, wording
from shop.catalogue import Variant
from shop.ground.money import Money
from shop.orders import Line
from shop.picking import items, sizes, variants
from shop.picking.goods import named
from shop.picking.mentions import called
from shop.picking.reading import with_products
from shop.picking.variants import Wanted

TAKES = frozenset({"line", "variant", "product", "option", "quantity", "item_set", "ordinal", "amount"})
SHOWN = 5  # options at once


def field(clears: tuple[str, ...]) -> Field:
    """Its value names a variant for each line, by the line's id."""
    return Field(NAME, hear, ask, takes=TAKES, clears=clears)


def hear(scene: Scene, message: Message) -> Took | Unclear | None:
    if scene.find_order() is None or LINES not in scene.known or heard.already(scene, NAME):
        return None
    lines = _lines(scene)
    said: list[Said] = []
    spoken = False
    for line, part in [*_kept(scene, lines, message), *_addressed(scene, lines, message)]:
        wanted = _wanted(scene, line, part)
        if wanted.asked:
            spoken = True
            said += _noted(scene, line, wanted)
    if not spoken:
        return None
    heard.mark(scene, NAME)
    return _all(scene, lines, tuple(said))


def ask(scene: Scene) -> Asked | Took | Refused:
    lines = _lines(scene)
    for line in lines:
        if "variant" not in heard.of_line(scene, line.id):
            return _question(scene, line)
    return Took(_chosen(scene, lines))


def told(scene: Scene, line: Line) -> str:
    """The item in words, with what it is to be instead as far as that was said already."""
    item, known = order_words.item(line), heard.of_line(scene, line.id)
    wish = heard.wish(scene, line.id, keep=True)
    new = next((v for v in _variants(scene, line) if v.id == known.get("variant")), None)
    if new is None and wish is not None:
        part = _about(scene, line, scene.order.lines, wish)
        new = variants.pick(_variants(scene, line), line, part.mentions, part.text).variant
    return wording.say("item_for", item=item, options=wording.option_words(new.options)) if new else item


def wished(scene: Scene, line: Line, message: Message) -> bool:
    """Whether the message names a version of the item that can be had."""
    return variants.pick(_variants(scene, line), line, message.mentions, message.text).variant is not None


def _all(scene: Scene, lines: Sequence[Line], said: tuple[Said, ...]) -> Took | Unclear:
    """The value once it is whole. What has to be said of it is said first; `ask` then finds that all is known."""
    whole = all("variant" in heard.of_line(scene, line.id) for line in lines)
    if whole and not said:
        return Took(_chosen(scene, lines))
    return Unclear(said, tuple(str(line.id) for line in lines))


def _chosen(scene: Scene, lines: Sequence[Line]) -> dict[str, str]:
    return {str(line.id): str(heard.of_line(scene, line.id)["variant"]) for line in lines}


def _lines(scene: Scene) -> list[Line]:
    """The chosen lines; of an order that has changed, those that are still there."""
    return [line for line in scene.order.lines if line.id in scene.known[LINES]]


def _variants(scene: Scene, line: Line) -> list[Variant]:
    return catalogue.variants(scene.session, line.product_id)


def _kept(scene: Scene, lines: Sequence[Line], message: Message) -> list[tuple[Line, Message]]:
    """What was said of a line before it was its turn, in other messages than this one."""
    found = []
    for line in lines:
        wish = heard.wish(scene, line.id)
        if wish is not None and wish.text != message.text:
            found.append((line, _about(scene, line, lines, wish)))
    return found


def _about(scene: Scene, line: Line, lines: Sequence[Line], wish: Message) -> Message:
    """The part of a wish that is about this line."""
    own = [part for each, part in _described(scene, lines, wish) if each.id == line.id]
    picked = items.pick(scene.order.lines, wish.mentions, wish.text)
    return own[0] if own else heard.about(wish, line, picked, _alike(line, lines))


def _addressed(scene: Scene, lines: Sequence[Line], message: Message) -> list[tuple[Line, Message]]:
    """The lines that a message may speak of, each with its part of the message."""
    tapped = {str(mention.value) for mention in message.all("line")}
    if tapped:
        return [(line, message) for line in lines if str(line.id) in tapped]
    asked = _asked_about(scene, lines)
    mentions = with_products(message.mentions, message.text, [line.name for line in lines])
    own = [p for p in named(mentions, message.text) if p.product and not (p.alternative or p.negated)]
    if not own:
        found = _described(scene, lines, message)
        if any(_wanted(scene, line, part).asked for line, part in found):
            return found
        return list(zip(asked, heard.parts(message, len(asked)), strict=True))
    told = [line for line in lines if any(p.product and called(line.name, p.product, message.text) for p in own)]
    picked = items.pick(scene.order.lines, message.mentions, message.text)
    meant = [line for line in told if line.id in picked.wishes] or [line for line in told if line in asked] or told
    if len({line.variant_id for line in meant}) == 1:
        return list(zip(meant, heard.parts(message, len(meant)), strict=True))
    return [(line, heard.about(message, line, picked, _alike(line, lines))) for line in meant]


def _described(scene: Scene, lines: Sequence[Line], message: Message) -> list[tuple[Line, Message]]:
    """The lines that are told apart by what they are like; where there is one, nothing is to be told apart."""
    if len(lines) < 2:
        return []
    values = [value for line in lines for variant in _variants(scene, line) for value in variant.options.values()]
    return described.parts(lines, values, message)


def _wanted(scene: Scene, line: Line, part: Message) -> Wanted:
    """What is wanted of a line. What was chosen before and is not spoken of now stays: "make both size L"."""
    every = _variants(scene, line)
    wanted = variants.pick(every, line, part.mentions, part.text)
    known = heard.of_line(scene, line.id).get("variant")
    chosen = next((variant for variant in every if variant.id == known), None)
    if chosen is None or part.tapped or not wanted.asked or sizes.RELATIVE.search(part.text):
        return wanted
    as_chosen = replace(line, variant_id=chosen.id, options=chosen.options)
    again = variants.pick(every, as_chosen, part.mentions, part.text)
    if again.already and not wanted.variant:
        return Wanted(chosen, asked=True)
    return again if again.variant and again.variant.id != line.variant_id else wanted


def _asked_about(scene: Scene, lines: Sequence[Line]) -> list[Line]:
    """The lines of the open question: the first without a variant and those of its kind; before the question, all."""
    open_ones = [line for line in lines if "variant" not in heard.of_line(scene, line.id)]
    if scene.request.asked != NAME or not open_ones:
        return open_ones or (list(lines) if len({line.variant_id for line in lines}) == 1 else [])
    return [line for line in open_ones if line.variant_id == open_ones[0].variant_id]


def _alike(line: Line, lines: Sequence[Line]) -> bool:
    return any(other.product_id == line.product_id and other.id != line.id for other in lines)


def _noted(scene: Scene, line: Line, wanted: Wanted) -> list[Said]:
    """Note down what a line is to be; returns what has to be said about it."""
    known = heard.of_line(scene, line.id)
    item = order_words.item(line)
    gone = wording.listed(list(wanted.unavailable))
    if wanted.variant is not None:
        known["variant"], known["near"] = wanted.variant.id, []
        new = wording.option_words(wanted.variant.options)
        return [Said("utter_variant_fallback", {"item": item, "gone": gone, "new": new})] if gone else []
    known.pop("variant", None)
    known["near"] = [variant.id for variant in wanted.candidates]
    if gone:
        return [Said("utter_variant_sold_out", {"item": item, "gone": gone})]
    if wanted.others:
        return [Said("utter_variant_other_product", {"item": item, "words": wording.listed(list(wanted.others))})]
    if wanted.unknown:
        return [Said("utter_variant_unknown", {"item": item, "words": wording.listed(list(wanted.unknown))})]
    return [Said("utter_variant_already", {"item": item})] if wanted.already else []


def _question(scene: Scene, line: Line) -> Asked | Refused:
    every = {variant.id: variant for variant in variants.nearest(_variants(scene, line), line)}
    near = [every[n] for n in heard.of_line(scene, line.id).get("near", ()) if n in every] or list(every.values())
    item = order_words.item(line)
    if not near:
        facts = {"item": item, "order_id": scene.order.id}
        return Refused((Said("utter_variant_none", facts, instead(scene.order, scene.request.operation)),))
    facts = {"item": item, "ways": _ways(near)}
    response = "utter_ask_variant" if len(near) <= SHOWN else "utter_ask_variant_of_many"
    return Asked(Said(response, facts, [_option(scene, line, variant) for variant in near[:SHOWN]]))


def _option(scene: Scene, line: Line, variant: Variant) -> Option:
    """With the price, and what it is more or less."""
    more = variant.price.minor - line.price.minor
    key = "option_variant" if more == 0 else "option_variant_more" if more > 0 else "option_variant_less"
    facts = {"price": variant.price, "difference": Money(abs(more), line.price.currency)}
    words = wording.option_words(variant.options) or variant.name
    return scene.option(wording.say(key, options=words, **facts), line=line.id, variant=variant.id)


def _ways(near: Sequence[Variant]) -> str:
    """What can be chosen, option by option: "color: white, blue; size: 10 oz"."""
    values: dict[str, dict[str, None]] = {}
    for variant in near:
        for name, value in variant.options.items():
            values.setdefault(name, {})[str(value)] = None
    return "; ".join(wording.say("option_ways", name=name, values=", ".join(known)) for name, known in values.items())
