"""How conversations were closed, and the time an agent has to wrap one up."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base

_OPEN = text("wrapped_at IS NULL AND wrap_until IS NOT NULL")


class Closing(Base):
    """One close by an agent. It belongs to the version that it made: once the conversation moves on, its wrap-up is over."""

    __tablename__ = "closings"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    version: Mapped[int]
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    queue: Mapped[str]
    channel: Mapped[str]
    code: Mapped[str]  # of the policy; empty: none was given
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
    wrap_until: Mapped[datetime | None]  # null: this queue gives no time for it
    wrapped_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("conversation_id", "version"),
        Index("ix_closings_open", "agent_id", "wrap_until", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
