"""Texts on their way to a phone, what the carrier reported, and who agreed to be texted."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base


class Delivery(Base):
    """One text on its way to a phone."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    to: Mapped[str]
    body: Mapped[str]
    segments: Mapped[int]
    state: Mapped[str] = mapped_column(default="queued")
    sid: Mapped[str | None] = mapped_column(unique=True)
    error_code: Mapped[int | None]
    reason: Mapped[str | None]
    price_micros: Mapped[int | None]  # what the carrier took for it, in millionths; known some time after it was sent
    price_unit: Mapped[str | None]
    rank: Mapped[int] = mapped_column(default=2)  # 0 an agent's words, 1 the bot's, 2 a notice
    last_word: Mapped[bool] = mapped_column(default=False)  # the one confirmation of an opt-out
    queued_at: Mapped[datetime] = mapped_column(default=clock.now)
    sending_at: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (
        Index("ix_deliveries_message", "conversation_id", "seq"),
        Index("ix_deliveries_number", "to", "sending_at"),
    )


class DeliveryEvent(Base):
    """A status that the carrier reported, kept as it came: late, twice, or before the send returned."""

    __tablename__ = "delivery_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    error_code: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (UniqueConstraint("sid", "status"),)


class Consent(Base):
    """What a number wished about being texted, as an append-only ledger; the newest row counts.

    `scope`: replies (to what they write) | updates (what they asked to be told) | all. `how`: keyword | words | carrier |
    asked (on the website) | staff.
    """

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    kind: Mapped[str]  # stop | start
    wording: Mapped[str]
    source: Mapped[str]
    scope: Mapped[str] = mapped_column(default="all")
    how: Mapped[str] = mapped_column(default="keyword")
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_consents_number", "number", "id"),)


class ExpiredLink(Base):
    """A number on file that no longer proves its customer, until a one-time code does: it may have a new owner."""

    __tablename__ = "expired_links"

    number: Mapped[str] = mapped_column(primary_key=True)
    why: Mapped[str]  # opted_out | carrier | idle
    at: Mapped[datetime] = mapped_column(default=clock.now)


class NumberLink(Base):
    """A number that is on nobody's file, and that a code proved to be a customer's; gone when the number may have a new
    owner."""

    __tablename__ = "number_links"

    number: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class NumberCode(Base):
    """A code on its way to a number that a visitor says is theirs, so that their conversation can go on there."""

    __tablename__ = "number_codes"

    id: Mapped[str] = mapped_column(primary_key=True)
    address_id: Mapped[int] = mapped_column(ForeignKey("addresses.id"), index=True)  # the web session that asked
    number: Mapped[str]
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # it came back, or a newer one took its place


class TextIn(Base):
    """A text at the door: kept as it came until it is taken into its conversation, a moment later."""

    __tablename__ = "texts_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(unique=True)
    number: Mapped[str]
    body: Mapped[str]
    media: Mapped[list[Any]]
    opt_out_type: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    __table_args__ = (Index("ix_texts_in_number", "number", "id"),)


class SmsLine(Base):
    """One number of ours: until when it is booked, until when those of each rank have asked for it, and until when all that
    was texted to it is known to be here."""

    __tablename__ = "sms_lines"

    sender: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime]
    agents_until: Mapped[datetime]
    bots_until: Mapped[datetime]
    notices_until: Mapped[datetime]
    heard_until: Mapped[datetime | None]
