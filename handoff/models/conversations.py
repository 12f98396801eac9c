"""Conversations, who takes part, what was said, and every change of who answers."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base

_HAS_ONE = sql("representative_id IS NOT NULL")
_HELD = sql("held_by IS NOT NULL")
_LATE = sql("breached_at IS NOT NULL")
_BY_WATCHDOG = sql("\"by\" = 'watchdog'")


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
    last_note: Mapped[int] = mapped_column(default=0, server_default="0")  # of the private ones, numbered apart

    # The request for a person, from the moment it is made until the conversation is the bot's again or closed. Tier,
    # relationship and policy are those of that moment: they never change in mid-conversation.
    topic: Mapped[str | None]
    reason: Mapped[str | None]
    facts: Mapped[dict[str, Any] | None]
    tier: Mapped[str | None]
    relationship: Mapped[str | None]  # new | one_off | returning | committed
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy_versions.id"))
    representative_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))

    # Where it stands: in the own queue of `wants_id`, or in the team queue `queue` when that is null.
    queue: Mapped[str | None]
    stage: Mapped[str | None]  # representative | deputy | team | transfer
    wants_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    returns_to: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))  # who gets it back from a transfer
    step_due_at: Mapped[datetime | None]  # when the wait for `wants_id` alone is over
    needs: Mapped[str] = mapped_column(default="")  # skills and a language, sorted, one blank between; relaxed: empty
    waiting_since: Mapped[datetime | None]
    rank_at: Mapped[datetime | None]  # waiting_since less the head start: the queue's order, ageing included
    promised_at: Mapped[datetime | None]  # when the customer was told that somebody would be there
    waits_by: Mapped[str | None]  # null: in the thread | text: "text me when it's my turn" | message: left a message
    held_by: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))

    # Clocks of what was promised to the customer.
    reply_due_at: Mapped[datetime | None]  # a person's next answer; null while the customer is the one to write
    breached_at: Mapped[datetime | None]
    idle_warned_at: Mapped[datetime | None]
    parked_until: Mapped[datetime | None]
    parked_for: Mapped[str | None]  # time | customer | order:<id>

    previous_id: Mapped[str | None]  # the closed conversation that this one goes on from
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_conversations_queue", "state", "wants_id", "queue", "needs", "channel", "rank_at", "id"),
        Index("ix_conversations_wants", "wants_id", "state", "rank_at"),
        Index(
            "ix_conversations_representative",
            "representative_id",
            "state",
            "rank_at",
            sqlite_where=_HAS_ONE,
            postgresql_where=_HAS_ONE,
        ),
        # What everybody carries is counted from this index alone.
        Index(
            "ix_conversations_held",
            "held_by",
            "state",
            "changed_at",
            "channel",
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        Index("ix_conversations_customer", "customer_id", "opened_at"),
        Index("ix_conversations_changed", "changed_at"),
        Index("ix_conversations_breached", "breached_at", sqlite_where=_LATE, postgresql_where=_LATE),
    )


class Address(Base):
    """Where a customer can be reached: a web visitor's session or a phone number, and the conversation it leads to."""

    __tablename__ = "addresses"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # web | sms
    value: Mapped[str]  # the visitor's id, or the number in E.164
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    customer_id: Mapped[str | None]
    zone: Mapped[str | None]  # where they said they are, such as Europe/Madrid
    locale: Mapped[str | None]  # and how they write: en-US
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
    by: Mapped[str]  # customer | bot | system | watchdog | agent:<id>
    reason: Mapped[str]
    detail: Mapped[dict[str, Any] | None]  # who else was considered, and why not
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        Index("ix_assignments_conversation", "conversation_id", "id"),
        Index("ix_assignments_agent", "agent_id", "to_state"),
        Index("ix_assignments_watchdog", "at", sqlite_where=_BY_WATCHDOG, postgresql_where=_BY_WATCHDOG),
    )


class UsedIdentity(Base):
    """A shop's identity token opens one session; this is the memory of it."""

    __tablename__ = "used_identities"

    jti: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)
