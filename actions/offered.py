"""Orders that were offered to choose from, so that "the second one" or "the one with the lamp" is an answer to that."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from actions.turn import Answer, Option, Said, Turn
from shop import order_words
from shop.orders import Order

SLOT = "offered"
CHOICES = 5  # options at once
# What the words of a customer who answers a question may be taken for.
ANSWERS = frozenset({"inform", "correct", "nlu_fallback"})
NAMING = frozenset({"order_id", "order_pick", "ordinal", "product", "option", "date", "amount"})

# (session, turn, the orders that were offered) -> what is said of the one that is meant
Read = Callable[[Session, Turn, Sequence[str]], Answer]


def choose(found: Sequence[Order], intent: str) -> list[Option]:
    """An option for each order."""
    return [Option(order_words.label(order), intent, {"order_id": order.id}) for order in found]


def ask(
    turn: Turn,
    words: tuple[str, str],
    found: Sequence[Order],
    intent: str,
    topic: dict[str, Any],
    count: int = 0,
) -> Answer:
    """Which of these orders. `words`: the response where all of them are offered, and the one where there are more."""
    shown = list(found[:CHOICES])
    count = max(count, len(found))
    options = choose(shown, intent)
    if count > len(shown):
        options = [*options, Option(order_words.more_label(), "list_orders")]
    said = Said(words[count > len(shown)], {"count": count, "shown": len(shown)}, options)
    return Answer([said], {**topic, **remembered(turn, shown, intent)})


def remembered(turn: Turn, shown: Sequence[Order], intent: str) -> dict[str, Any]:
    """The slot that holds what was offered in answer to this message."""
    return {SLOT: {"intent": intent, "orders": [order.id for order in shown], "asked_at": turn.message_id}}


def answered(session: Session, turn: Turn, reads: Mapping[str, Read]) -> Answer | None:
    """What the read that asked says of the order that this message picks; None when this is no answer to that."""
    memory = turn.slot(SLOT)
    if not isinstance(memory, dict) or memory["asked_at"] != before(turn) or turn.intent not in ANSWERS:
        return None
    if memory["intent"] not in reads or not any(mention.entity in NAMING for mention in turn.mentions):
        return None
    return reads[memory["intent"]](session, turn, memory["orders"])


def before(turn: Turn) -> str | None:
    """The customer's message before this one."""
    users = [event for event in turn.tracker.events if event.get("event") == "user"]
    before = (users[-2].get("metadata") or users[-2]["parse_data"].get("metadata") or {}) if users[1:] else {}
    return str(before["message_id"]) if "message_id" in before else None
