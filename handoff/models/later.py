"""Replies that go out later."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.conversations import Conversation, new_id
from shop.ground import clock
from shop.ground.db import Base


class LaterReply(Base):
    """What an agent wrote to go out at `due_at`. `heard_seq`: what the customer had written by then; what they write after it
    stands in its way. `seq`: of the message that it became."""

    __tablename__ = "later_replies"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey(Conversation.id))
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"))
    text: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")  # waiting | held_back | sent | dropped
    why: Mapped[str | None]  # it was held back
    version: Mapped[int] = mapped_column(default=1)
    heard_seq: Mapped[int]
    seq: Mapped[int | None]
    key: Mapped[str] = mapped_column(unique=True)  # planned once, however often it arrives
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        Index("ix_later_replies_conversation", "conversation_id", "state"),
        Index("ix_later_replies_state", "state"),
    )
