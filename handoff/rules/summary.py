"""The part with the bot in a few facts: made from what was noted down, never from free text."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Conversation
from handoff.rules import bot_shown
from shop import identity, order_states, receipts
from shop.models import Order
from shop.records import PlanRow

LOOKED_AT = 50  # plans


def of(session: Session, conversation: Conversation) -> list[dict[str, str]]:
    """What the customer wished, which order it is about, what was tried and done, who they proved to be, their mood."""
    facts = conversation.facts or {}
    lines = [
        ("wish", _wish(conversation, facts)),
        ("order", _order(session, facts)),
        ("request", bot_shown.line(session, conversation)),
        ("tried", _tried(session, conversation)),
        ("done", _done(session, conversation)),
        ("trouble", _trouble(facts)),
        ("proof", _proof(session, conversation)),
        ("mood", str(facts.get("mood", ""))),
    ]
    said = [(name, text) for name, text in lines if text]
    return [{"label": wording.say(f"summary_{name}"), "text": text} for name, text in said]


def _wish(conversation: Conversation, facts: dict[str, Any]) -> str:
    wish = str(facts.get("last_wish") or _words(conversation.topic or ""))
    why = conversation.reason or ""
    return " · ".join(part for part in (wish, _words(why) if why != "customer_asked" else "") if part)


def _order(session: Session, facts: dict[str, Any]) -> str:
    order_id = str(facts.get("order_id") or "")
    order = session.get(Order, order_id) if order_id else None
    return f"{order.id}, {order_states.word(order.status, bool(order.parcels))}" if order else order_id


def _tried(session: Session, conversation: Conversation) -> str:
    """What was planned and did not come about."""
    plans = session.scalars(
        select(PlanRow)
        .where(PlanRow.conversation_id == conversation.id)
        .order_by(PlanRow.made_at.desc())
        .limit(LOOKED_AT)
    ).all()
    carried_out = {receipt.plan_id for receipt in receipts.of_conversation(session, conversation.id)}
    open_ones = [plan for plan in plans if plan.id not in carried_out]
    told = {_about(plan.operation, plan.order_id): plan.dropped_at is not None for plan in reversed(open_ones)}
    return "; ".join(wording.say("summary_dropped" if no else "summary_open", what=what) for what, no in told.items())


def _done(session: Session, conversation: Conversation) -> str:
    done = receipts.of_conversation(session, conversation.id)
    return "; ".join(f"{_about(receipt.operation, receipt.order_id)} ({receipt.number})" for receipt in done)


def _trouble(facts: dict[str, Any]) -> str:
    counted = [(key, int(facts.get(key) or 0)) for key in ("not_understood", "refused")]
    return ", ".join(wording.say(f"summary_{key}", count=count) for key, count in counted if count)


def _proof(session: Session, conversation: Conversation) -> str:
    who = identity.of(session, conversation.id)
    return wording.say(f"summary_proof_{who.level.name.lower()}")


def _about(operation: str, order_id: str | None) -> str:
    return " ".join(part for part in (_words(operation), order_id) if part)


def _words(code: str) -> str:
    text = code.replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]
