"""What agents write to one another in a conversation, and whom they mention. Nothing that customers read comes from here."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base


class Note(Base):
    """A private note. `no` is gapless within its conversation, and apart from the numbers of its messages."""

    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    no: Mapped[int]
    after: Mapped[int]  # the seq of the message that it stands behind; 0: before the first
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str]
    words: Mapped[str]  # as it is searched: small, without marks, a blank before and after each word
    verb: Mapped[str | None]  # what it was given with: transfer, park, close, ...
    key: Mapped[str] = mapped_column(unique=True)  # kept once, however often it arrives
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("conversation_id", "no"),)


class Mention(Base):
    """A colleague named in a note takes part from then on, until the conversation is closed after `version`."""

    __tablename__ = "mentions"

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("notes.id"))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    version: Mapped[int]  # of the conversation, when it was written
    at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("note_id", "agent_id"),
        Index("ix_mentions_agent", "agent_id", "conversation_id"),
        Index("ix_mentions_conversation", "conversation_id", "agent_id"),
    )
