"""What the shop sells: its products, what one comes in and costs, and what goes with it. No proof is needed for that."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from actions import which
from actions.turn import Answer, Option, Said, Turn
from shop import catalogue, prices, wording
from shop.catalogue import Product, Variant
from shop.picking.mentions import Mention, of

TOPIC = {"topic": "products"}
NAMED = {"web": 80, "sms": 12}  # products in one list
TOLD = {"web": 8, "sms": 6}  # versions told one by one
AT_ONCE = 3  # products answered in one message
CHOICES = 5


def listing(session: Session, turn: Turn) -> Answer:
    """The names of all products, as many as fit."""
    names = [product.name for product in catalogue.products(session)]
    if not names:
        return Answer([Said("utter_no_products")], TOPIC)
    most = NAMED[turn.channel]
    shown = (
        names[:most] if len(names) <= most else [*names[:most], wording.say("more_products", count=len(names) - most)]
    )
    return Answer([Said("utter_products", {"count": len(names), "products": wording.listed(shown)})], TOPIC)


def info(session: Session, turn: Turn) -> Answer:
    """What the products asked for come in, cost, and whether they can be had."""
    mentions = of(turn.mentions, "product")
    if not mentions:
        return _spoken_of(session, turn)
    return which.together([_called(session, turn, mention, "product_info") for mention in mentions[:AT_ONCE]])


def ask(session: Session, turn: Turn, found: Sequence[Product], intent: str) -> Answer:
    """Which product; those that a word may stand for are offered."""
    offered = list(found) or last(session, turn)
    options = [Option(product.name, intent, {"product": product.name}) for product in offered[:CHOICES]]
    options.append(Option(wording.say("all_products"), "list_products"))
    return Answer([Said("utter_which_product", options=options)], TOPIC)


def last(session: Session, turn: Turn) -> list[Product]:
    """The product spoken of last, if there is one."""
    known = turn.slot("product_id")
    product = catalogue.product(session, str(known)) if known else None
    return [product] if product else []


def tell(session: Session, turn: Turn, product: Product) -> Answer:
    """One product: the versions that the message speaks of, or all of them."""
    variants = catalogue.variants(session, product.id)
    spoken = prices.spoken(variants, of(turn.mentions, "option"))
    said = []
    if spoken.unknown:
        facts = {"product": product.name, "unknown": wording.listed(list(spoken.unknown))}
        said.append(Said("utter_product_not_in", facts))
    fitting = [variant for variant in variants if spoken.fit(variant)]
    if not fitting:
        said.append(Said("utter_product_not_so", {"product": product.name}))
    said.append(_versions(turn, product, fitting or variants))
    return Answer(said, {**TOPIC, "product_id": product.id})


def _called(session: Session, turn: Turn, mention: Mention, intent: str) -> Answer:
    found = catalogue.by_words(session, str(mention.value))
    return tell(session, turn, found[0]) if len(found) == 1 else ask(session, turn, found, intent)


def _spoken_of(session: Session, turn: Turn) -> Answer:
    """No product was named: the last one, where it comes in what was named; else which one is asked."""
    options = of(turn.mentions, "option")
    for product in last(session, turn):
        if prices.spoken(catalogue.variants(session, product.id), options).wishes:
            return tell(session, turn, product)
    return ask(session, turn, (), "product_info")


def _versions(turn: Turn, product: Product, variants: Sequence[Variant]) -> Said:
    goes_with = [Option(wording.say("goes_with"), "recommend", {"product": product.name})]
    more = goes_with if turn.channel == "web" else []
    if not variants:
        return Said("utter_product_none", {"product": product.name})
    if len(variants) <= TOLD[turn.channel]:
        return Said("utter_product", {"lines": "\n".join(prices.line(variant) for variant in variants)}, more)
    facts = {
        "product": product.name,
        "price": prices.span(variants),
        "available": sum(variant.available for variant in variants),
        "count": len(variants),
        "lines": "\n".join(
            wording.say("option_line", option=name, values=", ".join(known))
            for name, known in prices.values(variants).items()
        ),
    }
    return Said("utter_product_versions", facts, more)


READS = {"action_list_products": listing}
