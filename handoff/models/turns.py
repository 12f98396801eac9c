"""What the bot made of each customer message."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.conversations import Conversation
from shop.ground.db import Base


class BotTurn(Base):
    """One turn, for agents alone. `request`: how far the customer's request was after it, where it had to do with one;
    `failed`: why it came to nothing."""

    __tablename__ = "bot_turns"

    conversation_id: Mapped[str] = mapped_column(ForeignKey(Conversation.id), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    understood: Mapped[dict[str, Any]]
    request: Mapped[dict[str, Any] | None]
    failed: Mapped[str | None]
