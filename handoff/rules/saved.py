"""Searches that an agent keeps under a name: theirs alone."""

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from handoff.models import SavedSearch
from shop.ground import clock
from shop.ground.errors import BadInput, NotFound

MOST = 50


def every(session: Session, agent_id: str) -> list[dict[str, Any]]:
    """By name."""
    rows = select(SavedSearch).where(SavedSearch.agent_id == agent_id).order_by(SavedSearch.name)
    return [{"id": row.id, "name": row.name, "wish": row.wish} for row in session.scalars(rows)]


def keep(session: Session, agent_id: str, name: str, wish: dict[str, Any]) -> list[dict[str, Any]]:
    """A name that is there already stands for the new search from now on."""
    name = " ".join(name.split())
    if not name:
        raise BadInput("A search is kept under a name.", code="name")
    found = session.scalar(select(SavedSearch).where(SavedSearch.agent_id == agent_id, SavedSearch.name == name))
    if found is None:
        if (session.scalar(select(func.count()).where(SavedSearch.agent_id == agent_id)) or 0) >= MOST:
            raise BadInput(f"{MOST} searches are the most: do away with one first.", code="too_many_kept")
        found = SavedSearch(agent_id=agent_id, name=name, wish=wish)
        session.add(found)
    found.wish, found.at = wish, clock.now()
    session.flush()
    return every(session, agent_id)


def drop(session: Session, agent_id: str, saved_id: int) -> None:
    """`NotFound` for what is not theirs."""
    gone = delete(SavedSearch).where(SavedSearch.id == saved_id, SavedSearch.agent_id == agent_id)
    if session.execute(gone).rowcount == 0:  # type: ignore[attr-defined]
        raise NotFound("There is no such search.")
