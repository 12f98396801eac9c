"""What the office wrote to stand before the chat: one row a kind. Who saw an older version changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from handoff.models import Front
from shop.ground import clock
from shop.ground.errors import Conflict

NOTICE, QUESTIONS = "notice", "questions"
_EVERY = select(Front.kind, Front.version, Front.body)  # read with every look at a thread: past the ORM


@dataclass(frozen=True)
class Written:
    """As it stands now; version 0: nothing was ever written."""

    version: int
    body: Mapping[str, Any]


NOTHING = Written(0, {})


def every(session: Session) -> dict[str, Written]:
    session.flush()
    rows = session.connection().execute(_EVERY)
    return {row.kind: Written(row.version, row.body) for row in rows}


def one(session: Session, kind: str) -> Written:
    return every(session).get(kind, NOTHING)


def write(session: Session, kind: str, seen: int, body: dict[str, Any]) -> None:
    """Raises `Conflict` when somebody else wrote it since it was seen."""
    now = clock.now()
    if seen:
        stands = update(Front).where(Front.kind == kind, Front.version == seen)
        done = session.scalar(stands.values(version=seen + 1, body=body, changed_at=now).returning(Front.kind))
    else:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        first = insert(Front).values(kind=kind, version=1, body=body, changed_at=now)
        done = session.scalar(first.on_conflict_do_nothing().returning(Front.kind))
    if done is None:
        raise Conflict("Somebody else has changed this since you opened the page.", code="stale")
