"""When agents were there for what: each time that this changed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base


class Duty(Base):
    """From `at` on an agent was online, there for transfers alone, away or offline, until the next row."""

    __tablename__ = "duties"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    status: Mapped[str]  # online | transfers | away | offline
    reason: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_duties_agent", "agent_id", "id"),)
