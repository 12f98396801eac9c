"""What the waits of a lane have taught: from it comes the range that a customer in line is told."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from shop.ground.db import Base


class Lane(Base):
    """A team queue, or `own`: everybody who waits for one person. Written by one worker at a time, in its rounds."""

    __tablename__ = "lanes"

    name: Mapped[str] = mapped_column(primary_key=True)
    step_s: Mapped[float]  # from one take to the next, while somebody waits
    takes: Mapped[int] = mapped_column(default=0)
    usual_s: Mapped[float]  # within which four of five are answered, whoever was free at once included
    answered: Mapped[int] = mapped_column(default=0)
    spread: Mapped[dict[str, Any]]  # first place -> [low factor, high factor, waits seen]
    learned_until: Mapped[datetime]
    last_take_at: Mapped[datetime | None]
