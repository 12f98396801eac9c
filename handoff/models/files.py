"""Files of a conversation: what a customer or an agent attached."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.conversations import new_id
from shop.ground import clock
from shop.ground.db import Base


class File(Base):
    """One file. Its bytes lie in FILES_DIR under their hash; two rows may share them."""

    __tablename__ = "files"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int | None]  # the message it came with; none while its message is still being written
    sha256: Mapped[str] = mapped_column(index=True)
    type: Mapped[str]  # by content
    name: Mapped[str]
    bytes: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)  # among those of its message
    key: Mapped[str | None] = mapped_column(unique=True)  # kept once, however often it is brought
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_files_message", "conversation_id", "seq"), Index("ix_files_at", "at"))
