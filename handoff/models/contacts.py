"""What was said to customers of the shop's own accord."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from handoff.models.texts import Delivery
from shop.ground.db import Base


class Contact(Base):
    """One thing that nobody had asked for: a text, or an invitation to the chat. It counts from when it went out; one that was
    refused says why and counts for nothing."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # gave_up | rating | invitation
    customer_id: Mapped[str | None]
    number: Mapped[str | None]
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey(Delivery.id), unique=True)
    at: Mapped[datetime | None]  # when it went out, or was refused; none: it has still to go
    refused: Mapped[str | None]

    __table_args__ = (
        Index("ix_contacts_customer", "customer_id", "at"),
        Index("ix_contacts_number", "number", "at"),
    )
