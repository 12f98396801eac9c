"""Failed sign-ins slow down whoever tries: an account, an address, a browser. Each try counts before it is looked at, so
that many at once gain nothing; a try that is refused for being too early counts nothing, and no wait is longer than
`LONGEST`. A browser in which the agent has signed in before is braked for its own failures alone: strangers who try
somebody's password cannot keep that person out.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from handoff.models import Brake
from shop.ground import clock
from shop.ground.errors import TooMany

LONGEST = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=24)
FREE = {"account": 5, "address": 30, "browser": 5}  # tries before it slows down


@dataclass(frozen=True)
class Tries:
    """What a sign-in counts against: the account and the address, or a browser that the agent is known by."""

    email: str
    address: str
    browser: str = ""

    @property
    def keys(self) -> list[str]:
        own = f"browser:{self.browser}" if self.browser else f"account:{_hidden(self.email.strip().lower())}"
        return [own] if self.browser else sorted([own, f"address:{self.address}"])


def begin(session: Session, tries: Tries) -> None:
    """Count a try. Raises `TooMany` while it is too early; whether the account exists makes no difference."""
    now = clock.now()
    rows = [_locked(session, key, now) for key in tries.keys]
    wait = max((row.until - now for row in rows if row.until), default=timedelta(0))
    if wait > timedelta(0):
        raise TooMany("Too many failed tries. Please wait a little.", max(1, math.ceil(wait.total_seconds())))
    for row in rows:
        row.failures, row.last_at = row.failures + 1, now
        row.until = _until(row, now)
    session.flush()


def passed(session: Session, tries: Tries) -> None:
    """The try was right: the account's or browser's failures are forgotten, the address's stay."""
    for key in tries.keys:
        if not key.startswith("address:"):
            session.execute(delete(Brake).where(Brake.key == key))
        elif (row := session.get(Brake, key)) is not None:
            row.failures, row.until = max(0, row.failures - 1), None
    session.flush()


def _until(row: Brake, now: datetime) -> datetime | None:
    over = row.failures - FREE[row.key.partition(":")[0]]
    return now + min(LONGEST, timedelta(seconds=2 ** min(over, 12))) if over >= 0 else None


def _locked(session: Session, key: str, now: datetime) -> Brake:
    """The row, made where there is none: of two first tries at once the second waits for the first, and then counts on. A
    success in between takes the row away; then it is made again."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    fresh = insert(Brake).values(key=key, failures=0, last_at=now, until=None).on_conflict_do_nothing()
    find = select(Brake).where(Brake.key == key).with_for_update().execution_options(populate_existing=True)
    while (row := session.scalar(find)) is None:
        session.execute(fresh)
    if row.last_at < now - FORGOTTEN:
        row.failures, row.until = 0, None
    return row


def _hidden(email: str) -> str:
    return hashlib.sha256(email.encode()).hexdigest()[:32]
