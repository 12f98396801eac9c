"""What routing remembers: offers, how long customers waited and what they were told, and the policies it went by."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base

_OPEN = text("ended_at IS NULL")


class PolicyVersion(Base):
    """A policy as it was in force from `at` on; every request for a person names the one it was decided by."""

    __tablename__ = "policy_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Offer(Base):
    """A conversation put in front of an agent. Several agents can have the same one; the first who accepts wins."""

    __tablename__ = "offers"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    channel: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # accepted | declined | missed | rescinded

    __table_args__ = (
        Index("ix_offers_agent", "agent_id", "made_at"),
        Index("ix_offers_open", "agent_id", "channel", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_offers_made", "made_at", "agent_id"),
        Index(
            "uq_offers_open",
            "conversation_id",
            "agent_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )


class Wait(Base):
    """One request for a person from its beginning to its end: what was promised, and what came of it."""

    __tablename__ = "waits"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    queue: Mapped[str]
    channel: Mapped[str]
    tier: Mapped[str]
    topic: Mapped[str]
    reason: Mapped[str]
    representative_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    representative_free: Mapped[bool] = mapped_column(default=False)  # on shift with a free place at arrival
    began_at: Mapped[datetime] = mapped_column(default=clock.now)
    position: Mapped[int | None]
    lane: Mapped[str | None]  # by whose pace the range below was found
    middle_s: Mapped[int | None]
    told_low_s: Mapped[int | None]  # the 80 % range told to the customer
    told_high_s: Mapped[int | None]
    told_place: Mapped[int | None]  # the last place that was told by text
    promised_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]  # held | abandoned | closed
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))  # who took it
    stage: Mapped[str | None]  # in which it was taken

    __table_args__ = (
        Index("ix_waits_conversation", "conversation_id", "id"),
        Index("ix_waits_ended", "queue", "ended_at"),
    )


class Target(Base):
    """A promise about time: a person's first answer, their next one, the matter settled. It runs in open hours only, and
    rests (without `due_at`) while it is the customer who is waited for."""

    __tablename__ = "targets"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[str]  # first_reply | next_reply | resolution
    queue: Mapped[str]
    tier: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(default=clock.now)
    allowed_s: Mapped[int]  # open time that was promised
    left_s: Mapped[int]  # what was left of it when it last began to run
    runs_since: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_targets_open",
            "conversation_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_targets_ended", "queue", "ended_at"),
    )
