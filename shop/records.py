"""What is noted down about the shop's customers: who proved what, plans and receipts, tiers by hand.

These rows name customers and orders without a foreign key: an import exchanges the shop's rows, these stay.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground.db import Base


class BoundCustomer(Base):
    """The one customer of a conversation."""

    __tablename__ = "bound_customers"

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    at_most: Mapped[int | None]  # the strongest proof that counts where the customer writes from now


class ProofRow(Base):
    """How a conversation proved its customer, the latest of each level; `contact` is what proved it."""

    __tablename__ = "proofs"

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contact: Mapped[str]
    proved_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["conversation_id"], ["bound_customers.conversation_id"], ondelete="CASCADE"),
    )


class PlanRow(Base):
    """What will happen if the customer says yes; never changed once written. `hash` seals what was shown.

    Without an order it is about the account, and the versions of the orders that it touches stand in the payload.
    """

    __tablename__ = "plans"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str]
    customer_id: Mapped[str]
    operation: Mapped[str]
    order_id: Mapped[str | None]
    order_version: Mapped[int]
    message_id: Mapped[str]
    lines: Mapped[list[str]]
    payload: Mapped[dict[str, Any]]
    hash: Mapped[str]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_plans_message", "message_id", "operation", "order_id", unique=True),
        Index(
            "uq_plans_message_account",
            "message_id",
            "operation",
            unique=True,
            sqlite_where=text("order_id IS NULL"),
            postgresql_where=text("order_id IS NULL"),
        ),
        Index("ix_plans_conversation", "conversation_id", "made_at"),
    )


class ReceiptRow(Base):
    """What was done. One a plan; `message_id` is the customer's message that said yes, `by` who carried it out.

    `changes` is what was before and after, `rule` the policy in words.
    """

    __tablename__ = "receipts"

    number: Mapped[str] = mapped_column(primary_key=True)
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), unique=True)
    conversation_id: Mapped[str]
    customer_id: Mapped[str]
    operation: Mapped[str]
    order_id: Mapped[str | None]
    message_id: Mapped[str] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(default="customer")
    lines: Mapped[list[str]]
    amounts: Mapped[list[Any]]
    changes: Mapped[list[Any]]
    rule: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        Index("ix_receipts_conversation", "conversation_id", "at"),
        Index("ix_receipts_customer", "customer_id", "at"),
        Index("ix_receipts_order", "order_id"),
    )


class NoSuggestions(Base):
    """A customer who wants no product suggested."""

    __tablename__ = "no_suggestions"

    customer_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


class ChallengeRow(Base):
    """A one-time code that was asked for: by a plan, or with an empty `plan_id` by a claim.

    No code fits `code_hash` until one was made, and never one where there is no customer. `owed_at`: when the customer was
    told to expect a code; `contact`: where it went.
    """

    __tablename__ = "challenges"

    id: Mapped[str] = mapped_column(primary_key=True)
    conversation_id: Mapped[str]
    message_id: Mapped[str]
    plan_id: Mapped[str]
    customer_id: Mapped[str | None]
    contact: Mapped[str | None]
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    owed_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]

    __table_args__ = (
        Index("uq_challenges_message", "message_id", "plan_id", unique=True),
        Index("ix_challenges_conversation", "conversation_id", "opened_at"),
        Index("ix_challenges_customer", "customer_id", "opened_at"),
    )


class GuessRow(Base):
    """When somebody guessed lately who a customer is: from one conversation or address, or at one target's digest."""

    __tablename__ = "guesses"

    key: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[list[str]]
    last_at: Mapped[datetime] = mapped_column(index=True)


class TierPin(Base):
    """A customer's tier, set by hand; one at a time counts, the others are history."""

    __tablename__ = "tier_pins"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    customer_id: Mapped[str]
    tier: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_tier_pins_current",
            "customer_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
