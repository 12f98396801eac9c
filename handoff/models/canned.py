"""Canned replies: what agents say often, written once for everybody."""

from datetime import datetime

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.conversations import new_id
from shop.ground import clock
from shop.ground.db import Base


class Canned(Base):
    """One reply under its shortcut, in one language or several: {"en": "Hello {customer.first_name}"}."""

    __tablename__ = "canned"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    shortcut: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    by: Mapped[str | None]  # the agent who wrote it last
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
