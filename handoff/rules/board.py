"""The queue view: what an agent may see, in three lists, and one conversation with the customer's story beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Conversation, Message
from handoff.routing import books, holding, offers, queues
from handoff.rules import thread
from shop import customers, identity, orders, receipts, value
from shop.ground import clock
from shop.ground.errors import NotFound

PREVIEW = 120
LISTED = 500
LATELY = timedelta(hours=1)


@dataclass(frozen=True)
class Board:
    """The three lists. `dedicated`: waiting for this agent in person."""

    mine: list[dict[str, Any]]
    dedicated: list[dict[str, Any]]
    general: list[dict[str, Any]]


def lists(session: Session, agent_id: str) -> Board:
    """What is mine, what waits for me, and what anybody may take."""
    rows = session.scalars(
        select(Conversation)
        .where(Conversation.state != "bot", Conversation.state != "closed", _visible(agent_id))
        .order_by(Conversation.rank_at)
        .limit(LISTED)
    ).all()
    items = _items(session, agent_id, rows)
    mine, dedicated, general = [], [], []
    for row, item in zip(rows, items, strict=True):
        if row.held_by == agent_id:
            mine.append(item)
        elif agent_id in (row.wants_id, row.representative_id):
            dedicated.append(item)
        else:
            general.append(item)
    return Board(mine, dedicated, general)


def counts(session: Session) -> dict[str, int]:
    """How many conversations are in each state that is not closed."""
    rows = session.execute(
        select(Conversation.state, func.count()).where(Conversation.state != "closed").group_by(Conversation.state)
    )
    return dict(rows.tuples().all())


def versions(session: Session, agent_id: str) -> dict[str, tuple[int, int]]:
    """Id -> (version, last seq) of all that the lists show, and of what the agent had lately and may still have open:
    what the console's stream compares."""
    mine = select(Assignment.conversation_id).where(Assignment.agent_id == agent_id, Assignment.to_state == "held")
    lately = and_(Conversation.changed_at > clock.now() - LATELY, Conversation.id.in_(mine))
    listed = and_(Conversation.state.not_in(("bot", "closed")), _visible(agent_id))
    rows = session.execute(
        select(Conversation.id, Conversation.version, Conversation.last_seq).where(or_(listed, lately))
    )
    return {row.id: (row.version, row.last_seq) for row in rows}


def conversation(session: Session, agent_id: str, conversation_id: str, after: int = 0) -> dict[str, Any]:
    """Everything an agent needs to join: the thread and the customer. Raises `NotFound` for what they may not see."""
    row = session.get(Conversation, conversation_id)
    if row is None or not may_see(session, agent_id, row):
        raise NotFound("There is no such conversation.")
    agent, who = session.get_one(Agent, agent_id), identity.of(session, row.id)
    holder = session.get(Agent, row.held_by) if row.held_by else None
    return {
        "id": row.id,
        "state": row.state,
        "version": row.version,
        "channel": row.channel,
        "topic": row.topic,
        "reason": row.reason,
        "facts": row.facts or {},
        "customer": _customer(session, who.customer_id) if who.customer_id else None,
        "proof": {"level": who.level.name.lower(), "at": clock.iso(who.proved_at) if who.proved_at else None},
        "tier": row.tier,
        "holder": {"id": holder.id, "name": holder.name} if holder else None,
        "offered_to": agent_id if agent_id in offers.agents(session, row.id) else None,
        "waiting_since": clock.iso(row.waiting_since) if row.waiting_since else None,
        "offer_expires_at": _expiry(row, offers.expiries(session, agent_id)),
        "messages": thread.messages(session, row.id, after),
        "receipts": [receipts.shown(receipt) for receipt in receipts.of_conversation(session, row.id)],
        "orders": orders.summaries(session, who.customer_id) if who.customer_id else [],
        "can": holding.allowed(session, row, agent),
    }


def may_see(session: Session, agent_id: str, row: Conversation) -> bool:
    """An agent sees what they hold or held, what is offered to them, their own customers' and the open general queue."""
    if agent_id == row.held_by or agent_id in offers.agents(session, row.id):
        return True
    if row.state in ("waiting", "offered") and agent_id in (row.wants_id, row.representative_id):
        return True
    if row.state == "waiting":
        return row.wants_id is None
    own = row.customer_id and books.representative(session, row.customer_id)
    return bool(own and own.id == agent_id) or queues.has_held(session, agent_id, row.id)


def _visible(agent_id: str) -> ColumnElement[bool]:
    return or_(
        Conversation.held_by == agent_id,
        offers.to(agent_id),
        and_(Conversation.state == "waiting", Conversation.wants_id.is_(None)),
        and_(
            Conversation.state.in_(("waiting", "offered")),
            or_(Conversation.wants_id == agent_id, Conversation.representative_id == agent_id),
        ),
    )


def _items(session: Session, agent_id: str, rows: Sequence[Conversation]) -> list[dict[str, Any]]:
    shown = func.coalesce(func.nullif(Conversation.last_customer_seq, 0), Conversation.last_seq)
    last = {
        message.conversation_id: message
        for message in session.scalars(
            select(Message)
            .join(Conversation, and_(Conversation.id == Message.conversation_id, Message.seq == shown))
            .where(Conversation.id.in_([row.id for row in rows]))
        )
    }
    known = customers.some(session, list({row.customer_id for row in rows if row.customer_id}))
    names = {customer_id: customer.name for customer_id, customer in known.items()}
    expiries = offers.expiries(session, agent_id)
    return [_item(row, last.get(row.id), names, expiries) for row in rows]


def _item(
    row: Conversation, last: Message | None, names: dict[str, str], expiries: dict[str, datetime]
) -> dict[str, Any]:
    known = row.customer_id in names
    return {
        "id": row.id,
        "customer": {"id": row.customer_id, "name": names[str(row.customer_id)]} if known else None,
        "tier": row.tier,
        "state": row.state,
        "channel": row.channel,
        "topic": row.topic,
        "waiting_since": clock.iso(row.waiting_since) if row.waiting_since else None,
        "offer_expires_at": _expiry(row, expiries),
        "held_by": row.held_by,
        "preview": last.text[:PREVIEW] if last else "",
        "last_at": clock.iso(last.at if last else row.changed_at),
        "unanswered": row.last_customer_seq > row.last_reply_seq,
        "version": row.version,
    }


def _customer(session: Session, customer_id: str) -> dict[str, Any]:
    customer = customers.get(session, customer_id)
    tier = value.tier(session, customer_id, clock.now())
    representative = books.representative(session, customer_id)
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "tier": tier.name,
        "tier_why": tier.why,
        "representative": {"id": representative.id, "name": representative.name} if representative else None,
    }


def _expiry(row: Conversation, expiries: dict[str, datetime]) -> str | None:
    return clock.iso(expiries[row.id]) if row.id in expiries else None
