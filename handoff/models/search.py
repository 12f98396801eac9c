"""What searching needs: a number for each conversation that has words, and the searches that agents keep.

The words themselves stand in `search_words` (SQLite) or `search_blocks` (PostgreSQL), which triggers write.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base


class SearchThread(Base):
    """The number of a conversation: the later it began, the higher."""

    __tablename__ = "search_threads"

    no: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), unique=True)


class SavedSearch(Base):
    """A search under a name, for one agent alone."""

    __tablename__ = "saved_searches"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    name: Mapped[str]
    wish: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("agent_id", "name"),)
