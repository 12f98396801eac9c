"""The gateway's rows: conversations and what was said, who answers, agents and their books, texts on their way."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base


def new_id() -> str:
    return uuid4().hex


class Conversation(Base):
    """One thread with one customer or visitor. `state` alone says who answers; only `states.change` writes it."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(default="bot")
    version: Mapped[int] = mapped_column(default=1)
    customer_id: Mapped[str | None]
    channel: Mapped[str]
    address_id: Mapped[int | None]  # where the customer wrote from last: replies go there
    last_seq: Mapped[int] = mapped_column(default=0)
    last_customer_seq: Mapped[int] = mapped_column(default=0)
    last_reply_seq: Mapped[int] = mapped_column(
        default=0
    )  # of the bot or an agent; the gateway's own lines answer nothing

    # The request for a person, from the moment it is made until the conversation is the bot's again or closed.
    topic: Mapped[str | None]
    reason: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None]
    tier: Mapped[str | None]  # as it was when the person was asked for: it never changes in mid-conversation
    queue: Mapped[str | None]  # dedicated | general
    representative_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    waiting_since: Mapped[datetime | None]
    rank_at: Mapped[datetime | None]  # waiting_since less the tier's head start: the queue's order, ageing included
    offered_to: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    offer_expires_at: Mapped[datetime | None]
    held_by: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))

    previous_id: Mapped[str | None]  # the closed conversation that this one goes on from
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_conversations_queue", "state", "queue", "rank_at"),
        Index("ix_conversations_offered", "offered_to"),
        Index("ix_conversations_held", "held_by"),
        Index("ix_conversations_customer", "customer_id", "opened_at"),
        Index("ix_conversations_changed", "changed_at"),
    )


class Address(Base):
    """Where a customer can be reached: a web visitor's session or a phone number, and the conversation it leads to."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # web | sms
    value: Mapped[str]  # the visitor's id, or the number in E.164
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    customer_id: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("kind", "value"),)


class Message(Base):
    """What was said. `seq` is gapless within its conversation, and the event id of its stream."""

    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    kind: Mapped[str]  # customer | bot | agent | system
    name: Mapped[str]
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str]
    card: Mapped[dict[str, Any] | None]
    meta: Mapped[dict[str, Any] | None]
    choice: Mapped[dict[str, Any] | None]  # of a customer's tap: what the option meant, never shown
    key: Mapped[str | None] = mapped_column(unique=True)  # said once, however often it arrives
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("conversation_id", "seq"),)


class Option(Base):
    """What a customer can tap under a message. The choice stays here; only id and label travel."""

    __tablename__ = "options"

    pk: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    position: Mapped[int]
    id: Mapped[str]
    label: Mapped[str]
    choice: Mapped[dict[str, Any] | None]

    __table_args__ = (Index("ix_options_message", "conversation_id", "seq"),)


class Assignment(Base):
    """Every change of who answers: from, to, whom, by whom, why. Append-only."""

    __tablename__ = "assignments"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    version: Mapped[int]
    from_state: Mapped[str]
    to_state: Mapped[str]
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    by: Mapped[str]  # customer | bot | system | agent:<id>
    reason: Mapped[str]
    detail: Mapped[dict[str, Any] | None]  # who else was considered, and why not
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        Index("ix_assignments_conversation", "conversation_id", "id"),
        Index("ix_assignments_agent", "agent_id", "to_state"),
    )


class Agent(Base):
    """A person on staff. `seen_at` is the presence lease: online without a recent sign of life is not online."""

    __tablename__ = "agents"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(default="agent")  # agent | supervisor | admin
    capacity: Mapped[int] = mapped_column(default=6)  # in units: a web conversation takes 2, one by text 1
    status: Mapped[str] = mapped_column(default="offline")  # online | away | offline, as chosen
    seen_at: Mapped[datetime | None]
    misses: Mapped[int] = mapped_column(default=0)  # offers let pass in a row
    last_offer_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_agents_present", "status", "seen_at"),)


class AgentSession(Base):
    """A signed-in browser of an agent. Only the hash of its cookie is kept."""

    __tablename__ = "agent_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]


class Book(Base):
    """The book of business: who looks after which customer, from when until when."""

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_books_current",
            "customer_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )


class UsedIdentity(Base):
    """A shop's identity token opens one session; this is the memory of it."""

    __tablename__ = "used_identities"

    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Delivery(Base):
    """One text on its way to a phone."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    to: Mapped[str]
    body: Mapped[str]
    segments: Mapped[int]
    state: Mapped[str] = mapped_column(default="queued")
    sid: Mapped[str | None] = mapped_column(unique=True)
    error_code: Mapped[int | None]
    reason: Mapped[str | None]
    queued_at: Mapped[datetime] = mapped_column(default=clock.now)
    sending_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_deliveries_message", "conversation_id", "seq"),)


class DeliveryEvent(Base):
    """A status that the carrier reported, kept as it came: late, twice, or before the send returned."""

    __tablename__ = "delivery_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    error_code: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("sid", "status"),)


class Consent(Base):
    """What a number wished about being texted, as an append-only ledger; the newest row counts."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    kind: Mapped[str]  # stop | start
    wording: Mapped[str]
    source: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_consents_number", "number", "id"),)
