"""What the commands about staff and books share: the database, and how people, customers and days are named."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.entry import migrate, seed
from handoff.entry.supervisor import CannotStart
from handoff.models import Agent
from handoff.routing import policy
from shop import customers
from shop import policy as shop_policy
from shop.ground import settings
from shop.ground.errors import Refusal
from shop.models import Customer

BY = "command line"  # who did it, as the records say


@contextmanager
def transaction() -> Iterator[Session]:
    """The database, for a command over a shop that is set up. A refusal of the rules is one line and exit code 2."""
    loaded = settings.load()
    migrate.must_be_newest(loaded)
    shop_policy.start(loaded)
    policy.start(loaded)
    try:
        with seed.transaction(loaded) as session:
            yield session
    except Refusal as refused:
        raise CannotStart(refused.message) from None


def zone() -> ZoneInfo:
    return settings.load().zone


def agent(session: Session, email: str) -> Agent:
    """Who has this e-mail address."""
    found = session.scalar(select(Agent).where(func.lower(Agent.email) == email.strip().lower()))
    if found is None:
        raise CannotStart(f"Nobody has the e-mail address {email}: see rapport agents list.")
    return found


def agent_or_none(session: Session, email: str) -> Agent | None:
    return agent(session, email) if email else None


def customer(session: Session, word: str) -> str:
    """The id of the customer with this id or e-mail address."""
    by_email = select(Customer.id).where(Customer.email_key == customers.email_key(word)).limit(2)
    found = session.scalars(by_email).all() or session.scalars(select(Customer.id).where(Customer.id == word)).all()
    if len(found) != 1:
        why = f"{word} is the address of several customers: give the id" if found else f"There is no customer {word}"
        raise CannotStart(f"{why}.")
    return found[0]


def moment(written: str, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """A day, or a day and a time, in the shop's zone. `last`: a day that still belongs to it, so the end of that day."""
    try:
        meant = datetime.fromisoformat(written.strip())
    except ValueError:
        raise CannotStart(f"{written} is no day: write 2026-07-01, or '2026-07-01 13:00'.") from None
    if last and meant.time() == time() and len(written.strip()) == len("2026-07-01"):
        meant += timedelta(days=1)
    return meant if meant.tzinfo else meant.replace(tzinfo=zone)


def shown(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
