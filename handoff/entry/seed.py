"""Puts the demo shop and its staff into an empty database, and writes down the words that the bot should know."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from handoff.demo import canned, staff
from handoff.entry import knowledge
from shop import demo, vocabulary
from shop.ground import clock
from shop.ground.db import Database
from shop.ground.settings import Settings
from shop.knowledge import articles

ARTICLES = Path(demo.__file__).parent / "articles"


@dataclass(frozen=True)
class Login:
    """A demo agent, as the table of `rapport up` shows them."""

    email: str
    password: str
    what: str


def fill_if_empty(settings: Settings) -> bool:
    """Customers, products, orders, agents and their books, all or nothing. False when there were customers already."""
    with transaction(settings) as session:
        now = clock.now()
        filled = demo.seed(session, now)
        staff.seed(session, demo.gold_customers(session, now), now)
        canned.seed(session)
        return filled


def fill_articles(settings: Settings) -> bool:
    """The demo's help articles. False when there have ever been any."""
    with transaction(settings) as session:
        if not articles.none(session):
            return False
    knowledge.load(settings, ARTICLES)
    return True


def write_vocabulary(settings: Settings) -> Path:
    """Product words and option values, where the bot looks for them; it reads them again while it runs."""
    with transaction(settings) as session:
        return vocabulary.write(session, settings.var_dir)


def logins() -> list[Login]:
    """One representative, one agent and one supervisor: enough to try everything."""
    chosen = [
        next(role for role in staff.ROLES if role.representative),
        next(role for role in staff.ROLES if role.role == "agent" and not role.representative),
        next(role for role in staff.ROLES if role.role == "supervisor"),
    ]
    return [
        Login(role.email, staff.PASSWORD, "representative" if role.representative else role.role) for role in chosen
    ]


@contextmanager
def transaction(settings: Settings) -> Iterator[Session]:
    """The database, for a command that writes a little."""
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            yield session
    finally:
        database.close()
