"""The customer beside the conversation: what they bought, what was said before, and every file of theirs."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from handoff.models import Closing, Conversation, File, Message
from handoff.routing import policy
from handoff.rules import bot_shown, introductions, links, notes, thread
from shop import identity, purchases
from shop.ground import clock
from shop.ground.errors import NotFound
from shop.ground.money import Money

PAST, FILES, PREVIEW = 20, 60, 120


def beside(session: Session, conversation: Conversation) -> dict[str, Any]:
    """Of a conversation whose customer is proved; of another one its own files alone."""
    customer_id = identity.of(session, conversation.id).customer_id
    theirs = Conversation.customer_id == customer_id if customer_id else Conversation.id == conversation.id
    return {
        "value": _value(session, customer_id) if customer_id else None,
        "introduction": introductions.beside(session, conversation),
        "past": _past(session, conversation, theirs) if customer_id else [],
        "files": _files(session, theirs),
    }


def past_thread(session: Session, conversation: Conversation, past_id: str) -> dict[str, Any]:
    """What was said in an earlier conversation of the same customer, with the agents' notes and what the bot understood.
    Raises `NotFound` for any other."""
    customer_id = identity.of(session, conversation.id).customer_id
    past = session.get(Conversation, past_id)
    if past is None or customer_id is None or past.customer_id != customer_id:
        raise NotFound("There is no such conversation of this customer's.")
    return {
        "messages": thread.messages(session, past.id, 0),
        "notes": notes.of(session, past.id),
        "turns": bot_shown.turns(session, past.id),
    }


def _value(session: Session, customer_id: str) -> dict[str, Any]:
    ever, lately = purchases.ever(session, customer_id), purchases.own(session, customer_id, clock.now())
    currency = ever.currency or lately.currency
    return {
        "ever": str(Money(ever.spent, currency)) if currency else None,
        "lately": str(Money(lately.spent, currency)) if currency else None,
        "orders": ever.orders,
        "first_at": clock.iso(ever.first_at) if ever.first_at else None,
        "last_at": clock.iso(ever.last_at) if ever.last_at else None,
    }


def _past(session: Session, conversation: Conversation, theirs: ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Conversation)
        .where(theirs, Conversation.id != conversation.id, Conversation.last_seq > 0)
        .order_by(Conversation.opened_at.desc())
        .limit(PAST)
    ).all()
    ids = [row.id for row in rows]
    last = {
        message.conversation_id: message.text
        for message in session.scalars(
            select(Message)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.conversation_id.in_(ids), Message.seq == Conversation.last_customer_seq)
        )
    }
    closings = session.scalars(select(Closing).where(Closing.conversation_id.in_(ids)).order_by(Closing.id))
    closed = {closing.conversation_id: closing for closing in closings}
    return [_told(row, last.get(row.id, ""), closed.get(row.id)) for row in rows]


def _told(row: Conversation, last: str, closing: Closing | None) -> dict[str, Any]:
    titles = policy.current().closing.codes
    return {
        "id": row.id,
        "state": row.state,
        "channel": row.channel,
        "topic": row.topic,
        "opened_at": clock.iso(row.opened_at),
        "messages": row.last_seq,
        "preview": last[:PREVIEW],
        "closed_as": titles.get(closing.code, closing.code) if closing and closing.code else None,
        "tags": list(closing.tags) if closing else [],
    }


def _files(session: Session, theirs: ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(File)
        .join(Conversation, Conversation.id == File.conversation_id)
        .where(theirs, File.seq.is_not(None))
        .order_by(File.at.desc(), File.id)
        .limit(FILES)
    )
    return [
        {
            "id": file.id, "name": file.name, "type": file.type, "bytes": file.bytes, "url": links.to_file(file.id),
            "at": clock.iso(file.at), "conversation": file.conversation_id,
        }
        for file in rows
    ]  # fmt: skip
