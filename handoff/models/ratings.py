"""What customers say of how they were served."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground.db import Base


class Rating(Base):
    """One answer, or the question for it in a text, about whoever served: the bot, or the person who answered last. A
    stretch of a conversation is what lies between two closes; it is counted from 1."""

    __tablename__ = "ratings"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    stretch: Mapped[int]
    party: Mapped[str]  # bot | agent
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agents.id"))
    score: Mapped[int | None]  # 1 to 5; null: asked by text and not answered
    words: Mapped[str] = mapped_column(default="")
    channel: Mapped[str]
    asked_at: Mapped[datetime | None]  # by text
    at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("conversation_id", "stretch", "party"),
        Index("ix_ratings_agent", "agent_id", "at"),
    )
