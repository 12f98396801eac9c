"""What goes with a product: what its buyers also bought, unless the customer wants no suggestions."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from actions import products
from actions.turn import Answer, Option, Said, Turn
from shop import catalogue, orders, recommendations, wording
from shop.catalogue import Product
from shop.ground import clock
from shop.models import CANCELLED
from shop.picking.mentions import of
from shop.recommendations import Suggestion

TOPIC = {"topic": "recommendations"}
ON, OFF = "on", "off"
BASES = 3  # products of an order that are looked at


def recommend(session: Session, turn: Turn) -> Answer:
    """At most three products with the reason; the wish for silence is kept."""
    customer_id = turn.customer(session)
    wish = turn.entity("suggestions")
    if customer_id is not None and wish is not None:
        _note(session, customer_id, wish)
    if wish == OFF:
        return Answer([Said("utter_suggestions_stopped")], TOPIC)
    if customer_id is not None and recommendations.stopped_at(session, customer_id) is not None:
        return Answer([Said("utter_suggestions_off")], TOPIC)
    bases = _bases(session, turn, customer_id)
    if isinstance(bases, Answer):
        return bases
    found = recommendations.suggest(session, [base.id for base in bases], customer_id)
    about = wording.listed([base.name for base in bases])
    if not found:
        return Answer([Said("utter_no_suggestions", {"product": about})], TOPIC)
    lines = "\n".join(_told(one) for one in found)
    return Answer([Said("utter_suggestions", {"lines": lines}, _options(found, customer_id))], TOPIC)


def _note(session: Session, customer_id: str, wish: str) -> None:
    if wish == OFF:
        recommendations.stop(session, customer_id, clock.now())
    elif wish == ON:
        recommendations.resume(session, customer_id)


def _bases(session: Session, turn: Turn, customer_id: str | None) -> Sequence[Product] | Answer:
    """The products that something is to go with: those named, else those of the order spoken of last or of the latest."""
    named = of(turn.mentions, "product")
    if named:
        found = [catalogue.by_words(session, str(mention.value)) for mention in named[:BASES]]
        unclear = next((some for some in found if len(some) != 1), None)
        return [some[0] for some in found] if unclear is None else products.ask(session, turn, unclear, "recommend")
    own = _bought(session, customer_id, turn.slot("order_id")) if customer_id else []
    return own or products.ask(session, turn, (), "recommend")


def _bought(session: Session, customer_id: str, spoken_of: str | None) -> list[Product]:
    order = orders.find(session, customer_id, spoken_of) if spoken_of else None
    latest = [one for one in orders.recent(session, customer_id, BASES) if one.status != CANCELLED]
    order = order or next(iter(latest), None)
    ids = dict.fromkeys(line.product_id for line in order.lines) if order else {}
    found = [catalogue.product(session, product_id) for product_id in list(ids)[:BASES]]
    return [product for product in found if product]


def _told(one: Suggestion) -> str:
    facts = {"name": one.name, "price": one.price, "count": one.buyers, "goes_with": one.goes_with}
    return wording.say("suggestion", **facts)


def _options(found: Sequence[Suggestion], customer_id: str | None) -> list[Option]:
    options = [Option(one.name, "product_info", {"product": one.name}) for one in found]
    return [*options, Option(wording.say("no_more"), "recommend", {"suggestions": OFF})] if customer_id else options


WRITES = {"action_recommend": recommend}
