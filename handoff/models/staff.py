"""The people on staff: agents, their sessions, their absences, and the book of business."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.conversations import new_id
from shop.ground import clock
from shop.ground.db import Base


class Agent(Base):
    """A person on staff. `seen_at` is the presence lease: online without a recent sign of life is not online."""

    __tablename__ = "agents"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str] = mapped_column(default="agent")  # agent | supervisor | admin
    capacity: Mapped[int] = mapped_column(default=6)  # in units of the policy's weights
    status: Mapped[str] = mapped_column(default="offline")  # online | transfers | away | offline, as chosen
    away_reason: Mapped[str | None]
    leaving: Mapped[str | None]  # what they hold while away: null: is kept | replies: goes on when its customer writes
    seen_at: Mapped[datetime | None]
    misses: Mapped[int] = mapped_column(default=0)  # offers let pass in a row
    last_offer_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]

    # The second factor, sealed; `totp_pending` until a code of it was entered, `totp_step`: of the last code taken.
    totp_secret: Mapped[str | None]
    totp_pending: Mapped[str | None]
    totp_step: Mapped[int] = mapped_column(default=0)

    # What they can be asked for.
    queues: Mapped[list[str]] = mapped_column(JSON, default=list)  # team queues they serve; empty: all
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)  # empty: the shop's own
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # own opening hours, as in the policy; null: always
    deputy_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    room: Mapped[int | None]  # customers their book can hold; null: keeps no book unless given one by hand

    __table_args__ = (Index("ix_agents_present", "status", "seen_at"),)


class AgentPicture(Base):
    """What an agent looks like, for customers. A table of its own: nobody who reads agents reads pictures. The bytes are in it:
    few and small, they come and go in one transaction with what is said of them, and no round of the files' can take them."""

    __tablename__ = "agent_pictures"

    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)  # of the bytes: two agents may have the same
    type: Mapped[str]  # image/jpeg | image/png
    data: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class AgentSession(Base):
    """A signed-in browser of an agent. Only the hash of its cookie is kept."""

    __tablename__ = "agent_sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    expires_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    last_used_at: Mapped[datetime] = mapped_column(default=clock.now)


class Book(Base):
    """The book of business: who looks after which customer, from when until when."""

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str]
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    deputy_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))  # instead of the representative's own
    why: Mapped[str] = mapped_column(default="")
    by: Mapped[str] = mapped_column(default="system")

    __table_args__ = (
        Index(
            "uq_books_current",
            "customer_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
    )


class Absence(Base):
    """An agent's leave: from `since` until before `until` they are not asked, whatever their presence says."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    since: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    deputy_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))  # instead of the agent's own

    __table_args__ = (Index("ix_absences_agent", "agent_id", "until"),)
