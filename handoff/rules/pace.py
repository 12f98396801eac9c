"""How fast texts go out from our number: so many segments a second, agents' words before the bot's, the bot's before notices.

Whoever finds the line busy is told when to come back; those before it in rank are let through first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from handoff.models import SmsLine

AGENT, BOT, NOTICE = range(3)
BURST = timedelta(seconds=2)  # so far ahead of the clock may the line be booked


@dataclass(frozen=True)
class Speed:
    """Our number, how many segments a second it may send, and how many texts that no person wrote one number may get."""

    sender: str
    per_s: float
    per_hour: int = 60
    per_day: int = 200


def turn(session: Session, speed: Speed, rank: int, segments: int, now: datetime, waited: bool) -> datetime | None:
    """None: go now, and the line is booked. Otherwise when to come back; `waited` is said by whoever comes back."""
    line = _locked(session, speed.sender, now)
    marks = [line.agents_until, line.bots_until, line.notices_until]
    cost = timedelta(seconds=segments / speed.per_s)
    start = max(now, line.free_at - BURST, *marks[: rank if waited else rank + 1])
    if start <= now:
        line.free_at = max(line.free_at, now) + cost
        return None
    until = max(marks[rank], start + cost)
    match rank:
        case 0:
            line.agents_until = until
        case 1:
            line.bots_until = until
        case _:
            line.notices_until = until
    session.flush()
    return start


def heard_until(session: Session, sender: str) -> datetime | None:
    """Until when all that was texted to this number of ours is known to be here."""
    return session.scalar(select(SmsLine.heard_until).where(SmsLine.sender == sender))


def heard(session: Session, sender: str, until: datetime) -> None:
    _locked(session, sender, until).heard_until = until


def _locked(session: Session, sender: str, now: datetime) -> SmsLine:
    find = select(SmsLine).where(SmsLine.sender == sender).with_for_update()
    line = session.scalar(find)
    if line is None:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        fresh = {"free_at": now, "agents_until": now, "bots_until": now, "notices_until": now}
        session.execute(insert(SmsLine).values(sender=sender, **fresh).on_conflict_do_nothing())
        line = session.execute(find).scalar_one()
    return line
