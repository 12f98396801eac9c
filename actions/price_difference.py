"""What another version costs beside the one a customer has, or beside another one: worked out before anything is decided."""

from sqlalchemy.orm import Session

from actions import meanings, products
from actions import orders as orders_read
from actions.turn import Answer, Said, Turn
from shop import catalogue, order_words, orders, prices, wording
from shop.catalogue import Product, Variant
from shop.orders import Line
from shop.picking import variants as picking
from shop.picking.mentions import called, of

TOPIC = {"topic": "products"}
LOOKED_AT = 20  # orders
LISTED = 6  # versions with their differences


def difference(session: Session, turn: Turn) -> Answer:
    """Beside the customer's own item where it is plain which one; else beside each other as the shop sells them. What
    something costs, or what was paid, is no difference."""
    plain = {"product_info": products.info, "order_details": orders_read.details}.get(
        meanings.told_by_words(turn) or ""
    )
    if plain is not None:
        return plain(session, turn)
    own = _own(session, turn)
    if own is not None:
        return _beside_own(turn, own, catalogue.variants(session, own.product_id))
    named = [found for m in of(turn.mentions, "product") for found in catalogue.by_words(session, str(m.value))]
    about = named or products.last(session, turn)
    if len({one.id for one in about}) != 1:
        return products.ask(session, turn, named, "product_info")
    return _in_the_shop(session, turn, about[0])


def _own(session: Session, turn: Turn) -> Line | None:
    """The customer's item that is spoken of, where all that fit are the same one at the same price."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return None
    found = orders.recent(session, customer_id, LOOKED_AT)
    current = [order for order in found if order.id == (turn.entity("order_id") or turn.slot("order_id"))]
    words = of(turn.mentions, "product")
    for some in (current, found):
        lines = [line for order in some for line in order.lines if all(called(line.name, w, turn.text) for w in words)]
        if lines and (words or some is current):
            alike = {(line.variant_id, line.price.minor) for line in lines}
            return lines[0] if len(alike) == 1 else None
    return None


def _beside_own(turn: Turn, own: Line, variants: list[Variant]) -> Answer:
    wanted = picking.pick(variants, own, turn.mentions, turn.text)
    about = {**TOPIC, "product_id": own.product_id}
    facts = {"have": wording.say("item_line", item=order_words.item(own), price=own.price)}
    if wanted.variant is not None:
        return Answer([Said("utter_price_difference", {**facts, "lines": _line(wanted.variant, own)})], about)
    said = _sold_out(turn, own, variants)
    if not wanted.candidates:
        return Answer([*said, Said("utter_price_no_other", facts)], about)
    lines = "\n".join(_line(variant, own) for variant in wanted.candidates[:LISTED])
    return Answer([*said, Said("utter_price_differences", {**facts, "lines": lines})], about)


def _sold_out(turn: Turn, own: Line, variants: list[Variant]) -> list[Said]:
    """The very version that was asked for exists, and cannot be had."""
    wishes = prices.spoken(variants, of(turn.mentions, "option")).wishes
    wanted = {**own.options, **{name: values[0] for name, values in wishes.items() if len(values) == 1}}
    gone = [prices.named(variant) for variant in variants if variant.options == wanted and not variant.available]
    return [Said("utter_price_sold_out", {"unavailable": gone[0]})] if gone else []


def _line(variant: Variant, own: Line) -> str:
    words = prices.more_or_less(variant.price - own.price)
    return wording.say("difference_line", item=prices.named(variant), price=variant.price, difference=words)


def _in_the_shop(session: Session, turn: Turn, product: Product) -> Answer:
    """Two values of one option beside each other, with all else equal; else the prices as they are."""
    variants = catalogue.variants(session, product.id)
    spoken = prices.spoken(variants, of(turn.mentions, "option"))
    pair = next(((name, values) for name, values in spoken.wishes.items() if len(values) == 2), None)
    if pair is None:
        return products.tell(session, turn, product)
    name, (one, other) = pair
    amount = prices.compared(variants, name, one, other)
    if amount is None:
        return products.tell(session, turn, product)
    facts = {"product": product.name, "one": one, "other": other, "difference": prices.more_or_less(amount)}
    return Answer([Said("utter_price_compared", facts)], {**TOPIC, "product_id": product.id})


READS = {"action_price_difference": difference}
