"""How far each side of a conversation has read."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.conversations import Conversation
from shop.ground.db import Base


class Mark(Base):
    """The highest seq that the customer, and whoever answers for the shop, had before their eyes. A row of its own: reading
    never waits for who changes the conversation."""

    __tablename__ = "marks"

    conversation_id: Mapped[str] = mapped_column(ForeignKey(Conversation.id), primary_key=True)
    customer: Mapped[int] = mapped_column(default=0)
    agent: Mapped[int] = mapped_column(default=0)
