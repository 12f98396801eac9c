"""What lies before the door: a text is kept as it came, so that Twilio is answered at once, and taken in order a moment later.

To keep one costs a single statement; to take it costs twenty. Both survive a crash: what was kept is taken when we are back.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from handoff.models import Message, TextIn
from handoff.rules import arrivals
from handoff.rules.arrivals import Arrived
from shop.ground import clock
from shop.ground.db import ring

BELL = "texts"
TRIES = 8  # then it is left lying for people to look at
_KEEP = {
    dialect: kind(TextIn).on_conflict_do_nothing(index_elements=["sid"])
    for dialect, kind in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


@dataclass(frozen=True)
class Terms:
    """What taking a text needs to know: see `arrivals.receive`."""

    reopen: timedelta
    key: bytes = b""
    most: int = 40


class Stumbled(Exception):
    """A text could not be taken."""

    def __init__(self, text_id: int) -> None:
        super().__init__(f"text {text_id}")
        self.text_id = text_id


def keep(session: Session, text: Arrived) -> None:
    """Put it down before the door, once."""
    row = {
        "sid": text.sid, "number": text.number, "body": text.body, "media": [dict(item) for item in text.media],
        "opt_out_type": text.opt_out_type, "tries": 0, "at": clock.now(),
    }  # fmt: skip
    session.connection().execute(_KEEP[session.get_bind().dialect.name], row)
    ring(session, BELL)


def take(session: Session, terms: Terms) -> bool:
    """Take the oldest text for which no older one of the same number lies here; False when there is none. Raises
    `Stumbled`."""
    older = aliased(TextIn)
    behind = exists().where(older.number == TextIn.number, older.id < TextIn.id, older.tries < TRIES)
    next_one = select(TextIn).where(TextIn.tries < TRIES, ~behind).order_by(TextIn.tries, TextIn.id).limit(1)
    row = session.scalar(next_one.with_for_update(skip_locked=True))
    if row is None:
        return False
    try:
        if not _known(session, row.sid):
            arrived = Arrived(row.sid, row.number, row.body, tuple(dict(item) for item in row.media), row.opt_out_type)
            arrivals.receive(session, arrived, terms.reopen, terms.key, terms.most)
        session.execute(delete(TextIn).where(TextIn.id == row.id))
    except Exception as error:
        raise Stumbled(row.id) from error
    return True


def stumbled(session: Session, text_id: int) -> None:
    """It goes behind the others, and after some tries it is left lying."""
    session.execute(update(TextIn).where(TextIn.id == text_id).values(tries=TextIn.tries + 1))


def waits(session: Session, number: str) -> bool:
    """Does a text of this number lie here? Then what was sent later comes behind it."""
    return bool(session.scalar(select(exists().where(TextIn.number == number, TextIn.tries < TRIES))))


def _known(session: Session, sid: str) -> bool:
    return session.scalar(select(Message.id).where(Message.key == f"sms:{sid}")) is not None
