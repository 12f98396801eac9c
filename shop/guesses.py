"""How often may be guessed who somebody is: so many times from one conversation or address, and at one target.

A guess counts the same whether it was right or not, and is refused in the same words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shop import policy, wording
from shop.ground.errors import TooMany
from shop.records import GuessRow

QUARTER, HOUR, DAY = timedelta(minutes=15), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Budget:
    """At most so many within a time."""

    limit: int
    within: timedelta

    def wait(self, times: Sequence[datetime], now: datetime) -> timedelta:
        """How long until there is room for one more; nothing when there is."""
        recent = sorted(time for time in times if time > now - self.within)
        return recent[-self.limit] + self.within - now if len(recent) >= self.limit else timedelta()


def of_source() -> Sequence[Budget]:
    """A conversation, or an address that is written from."""
    return (Budget(policy.current().guesses.per_15_minutes, QUARTER),)


def of_target() -> Sequence[Budget]:
    """An e-mail, an order, a name."""
    return (*of_source(), Budget(policy.current().guesses.per_day, DAY))


def of_codes() -> Sequence[Budget]:
    """Codes to one customer, of one conversation, for one and the same claim."""
    return (Budget(policy.current().codes.per_hour, HOUR),)


def spend(session: Session, budgets: dict[str, Sequence[Budget]], now: datetime) -> None:
    """Count one guess under every key, or count nothing and raise `TooMany` when one of the budgets is used up."""
    rows = _locked(session, sorted(budgets), now)
    times = {row.key: [datetime.fromisoformat(time) for time in row.times] for row in rows}
    refuse(max(budget.wait(times[key], now) for key, several in budgets.items() for budget in several))
    for row in rows:
        kept = [time for time in times[row.key] if time > now - DAY]
        row.times, row.last_at = [time.isoformat() for time in (*kept, now)], now
    session.flush()


def refuse(wait: timedelta) -> None:
    """Raise `TooMany` when there is a wait; the words say how long."""
    if wait > timedelta():
        seconds = max(1, round(wait.total_seconds()))
        minutes = -(-seconds // 60)
        words = "too_many_codes_soon" if minutes == 1 else "too_many_codes"
        raise TooMany(wording.say(words, minutes=minutes), seconds, code="too_many_codes")


def forget(session: Session, now: datetime) -> None:
    """Guesses of which no budget knows any more."""
    session.execute(delete(GuessRow).where(GuessRow.last_at < now - DAY))


def _locked(session: Session, keys: Iterable[str], now: datetime) -> Sequence[GuessRow]:
    """The rows of these keys, made where there are none; whoever guesses at the same moment waits for them."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    values = [{"key": key, "times": [], "last_at": now} for key in keys]
    session.execute(insert(GuessRow).values(values).on_conflict_do_nothing())
    rows = select(GuessRow).where(GuessRow.key.in_(keys)).order_by(GuessRow.key).with_for_update()
    return session.scalars(rows.execution_options(populate_existing=True)).all()
