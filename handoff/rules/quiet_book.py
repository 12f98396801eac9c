"""The quiet part of an agent's book: their customers of whom nothing is waiting or under way."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Book, Conversation
from handoff.routing import books
from handoff.rules.board import OPEN
from shop import customers, value
from shop.ground import clock

MOST = 200


def of(session: Session, agent_id: str) -> list[dict[str, Any]]:
    """Who wrote last comes first; `conversation` is where they did."""
    now = clock.now()
    theirs = set(
        session.scalars(select(Book.customer_id).where(Book.agent_id == agent_id, books.current(now)).limit(MOST))
    )
    busy = select(Conversation.customer_id).where(Conversation.customer_id.in_(theirs), Conversation.state.in_(OPEN))
    quiet = theirs - set(session.scalars(busy))
    last = _last(session, quiet)
    told: list[dict[str, Any]] = [
        {
            "customer": {"id": customer.id, "name": customer.name},
            "tier": value.tier(session, customer.id, now).name,
            "conversation": last[customer.id].id if customer.id in last else None,
            "last_at": clock.iso(last[customer.id].changed_at) if customer.id in last else None,
        }
        for customer in customers.some(session, quiet).values()
    ]
    by_name = sorted(told, key=lambda one: str(one["customer"]["name"]))
    return sorted(by_name, key=lambda one: one["last_at"] or "", reverse=True)


def _last(session: Session, customer_ids: set[str]) -> dict[str, Conversation]:
    """Of each the conversation in which something was said last."""
    newest = (
        select(Conversation.customer_id, func.max(Conversation.changed_at).label("at"))
        .where(Conversation.customer_id.in_(customer_ids), Conversation.last_customer_seq > 0)
        .group_by(Conversation.customer_id)
        .subquery()
    )
    same = (newest.c.customer_id == Conversation.customer_id) & (newest.c.at == Conversation.changed_at)
    return {str(row.customer_id): row for row in session.scalars(select(Conversation).join(newest, same))}
