"""Around the sign-in: recovery codes, who must have a second factor, failed tries; and what was changed by whom."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground import clock
from shop.ground.db import Base


class RecoveryCode(Base):
    """A code that stands in for a lost second factor, once. Only its hash is kept."""

    __tablename__ = "recovery_codes"

    hash: Mapped[str] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agents.id"), index=True)
    used_at: Mapped[datetime | None]


class FactorRule(Base):
    """A role whose people sign in with a second factor."""

    __tablename__ = "factor_rules"

    role: Mapped[str] = mapped_column(primary_key=True)


class Brake(Base):
    """Tries that failed, of an account, an address or a browser: nobody may try again before `until`."""

    __tablename__ = "brakes"

    key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]
    until: Mapped[datetime | None]


class Audit(Base):
    """Who changed what in the office, and about the sign-in. Append-only."""

    __tablename__ = "audits"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by: Mapped[str]  # agent:<id> | command line
    action: Mapped[str]
    subject: Mapped[str]
    detail: Mapped[dict[str, Any]]

    __table_args__ = (Index("ix_audits_subject", "subject", "id"),)
