"""A small shop with one order to cancel."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ground.db import Base
from shop.identity import Identity
from tests.shop import small

REASON = "no longer needed"
ID = "#W1000001"


def shop(session: Session, **order: Any) -> Identity:
    small.catalogue(session)
    small.customer(session)
    small.order(session, **order)
    return small.proved(session)


def rows(session: Session) -> dict[str, list[Any]]:
    """All that stands in the database."""
    session.flush()
    return {table.name: sorted(map(repr, session.execute(select(table)))) for table in Base.metadata.sorted_tables}
