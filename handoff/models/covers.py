"""What others did for a representative's customers, for as long as she has not looked at it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base


class Cover(Base):
    """Somebody else took the conversation of a representative's customer; `seen_at` is when she had looked at it."""

    __tablename__ = "covers"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    representative_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    agent_id: Mapped[str | None] = mapped_column(
        ForeignKey("agents.id")
    )  # who took it last; null: nobody, they gave up
    stage: Mapped[str]  # in which they took it: deputy, team, ...; or gave_up
    at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_covers_open",
            "representative_id",
            "conversation_id",
            unique=True,
            sqlite_where=text("seen_at IS NULL"),
            postgresql_where=text("seen_at IS NULL"),
        ),
    )
