"""What the bot guessed and asked by itself ("Did you mean ...?", "Is this about ...?"), and the answers to that in words."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from actions import offered, products
from actions.patience import Patience
from actions.requests import message, state, wishes
from actions.requests.flows import STARTS, operation
from actions.requests.state import Request
from actions.turn import Answer, Option, Rule, Said, Turn
from shop import orders
from shop.picking.mentions import called, of

Guess = dict[str, Any]
FURTHER = re.compile(r"\W*(and|what about|how about|(the )?same (for|with)|also)\b", re.IGNORECASE)
OF_AN_ORDER = ("track_order", "order_details", "refund_status", "cancel_order", "change_address", "change_payment")
LOOKED_AT = 20  # orders
THINGS = ("product", "option", "order_id", "order_pick", "date", "ordinal")


def remember(counted: Patience, turn: Turn, options: Sequence[Option], again: str, yes: bool) -> None:
    """Keep what was offered. `again`: the response that asks which one; `yes`: a yes stands for the first."""
    kept = [[option.label, option.intent, option.entities] for option in options]
    counted.asked = {"at": turn.message_id, "options": kept, "again": again, "yes": yes}


def just_asked(counted: Patience, turn: Turn) -> Guess | None:
    """What was asked in answer to the message before this one."""
    asked = counted.asked
    return asked if asked and asked["at"] == offered.before(turn) else None


def agreed(session: Session, turn: Turn, counted: Patience, guess: Guess) -> Answer:
    """A yes: to what was guessed, or to one of several, which is then asked."""
    return (guess["yes"] and _go(session, turn, guess["options"][0])) or _which(turn, counted, guess)


def picked(session: Session, turn: Turn, counted: Patience, guess: Guess) -> Answer | None:
    """The first, the second; None when the message picks none of what was offered."""
    ordinals = of(turn.mentions, "ordinal")
    nth = int(ordinals[0].value) if len(ordinals) == 1 else 0
    if not 1 <= nth <= len(guess["options"]):
        return None
    return _go(session, turn, guess["options"][nth - 1]) or _which(turn, counted, guess)


def followed(session: Session, turn: Turn, wish: str) -> Answer | None:
    """ "And the floor lamp?": the last wish for something else; None for any other message."""
    about = of(turn.mentions, *THINGS)
    if turn.tapped or not FURTHER.match(turn.text) or not about or len(about) < len(turn.mentions):
        return None
    return as_wish(session, turn, wish)


def again_with_goods(session: Session, turn: Turn, customer_id: str | None, wish: str) -> Answer | None:
    """The same where the thing is a product that the customer has bought, and the wish was about an order."""
    words = of(turn.mentions, "product")
    if customer_id is None or wish not in OF_AN_ORDER or not words:
        return None
    lines = [line for order in orders.recent(session, customer_id, LOOKED_AT) for line in order.lines]
    bought = any(called(line.name, word, turn.text) for line in lines for word in words)
    return followed(session, turn, wish) if bought else None


def as_wish(session: Session, turn: Turn, wish: str) -> Answer | None:
    """The same words, taken for this wish."""
    return _wished(session, turn.hearing({**turn.tracker.latest_message, "intent": {"name": wish}}), wish)


def _which(turn: Turn, counted: Patience, guess: Guess) -> Answer:
    options = [Option(*kept) for kept in guess["options"]]
    counted.asked = {**guess, "at": turn.message_id}
    return Answer([Said(guess["again"], options=options)], counted.slot)


def _go(session: Session, turn: Turn, kept: list[Any]) -> Answer | None:
    """Go on as if the option had been tapped; None for what only a tap can do."""
    _, intent, entities = kept
    named = [{"entity": name, "value": value, "extractor": "choice"} for name, value in entities.items()]
    heard = {**turn.tracker.latest_message, "intent": {"name": intent}, "entities": named, "text": ""}
    return _wished(session, turn.hearing(heard), intent)


def _wished(session: Session, turn: Turn, intent: str) -> Answer | None:
    """What becomes of a turn that is taken for this wish; None for what has to be said in full."""
    if intent in STARTS:
        wish = message.of(turn)
        requests = state.loaded(turn.slot(state.SLOT))
        requests.put_aside()
        requests.current = Request(operation(wish, None) or "", wish=wish)
        return Answer(slots={state.SLOT: state.dumped(requests)}, then=state.FORM)
    read = _read(intent)
    return read(session, turn) if read else None


def _read(intent: str) -> Rule | None:
    goods = {"product_info": products.info, "list_products": products.listing}
    return wishes.rule(intent) or goods.get(intent)
