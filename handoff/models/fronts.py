"""What stands before the chat, and what a visitor said of themselves there."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base


class Front(Base):
    """The notice, or the questions, as the office wrote it last; the record has what it was before."""

    __tablename__ = "fronts"

    kind: Mapped[str] = mapped_column(primary_key=True)  # notice | questions
    version: Mapped[int]
    body: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)


class Introduction(Base):
    """What a visitor answered before the chat, once for a conversation; all empty: they would rather not. It proves nothing."""

    __tablename__ = "introductions"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)
