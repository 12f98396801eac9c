"""What is owed and when: a row with a due time, written in the transaction that made it owed.

A lane holds jobs that must run one at a time, in the order they were owed (a conversation's bot turns, a number's
texts). A job is claimed with a lease; whoever settles it shows the lease's token, so that nobody settles twice.
Times are aware UTC; leases are given in seconds.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Exists, Index, bindparam, case, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from shop.ground import clock
from shop.ground.db import Base, ring

BELL = "jobs"
__all__ = [
    "BELL",
    "Claimed",
    "Job",
    "asking",
    "claim",
    "finish",
    "give_up",
    "later",
    "next_due",
    "owe",
    "owe_each",
    "void_leases",
    "withdraw",
]


class Job(Base):
    """One debt. Deleted when paid; kept with `failed_at` and `error` when it was given up."""

    __tablename__ = "jobs"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str]
    lane: Mapped[str]
    key: Mapped[str | None] = mapped_column(unique=True)
    payload: Mapped[dict[str, Any]]
    due_at: Mapped[datetime]
    owed_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]
    lease: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str | None]

    __table_args__ = (Index("ix_jobs_due", "failed_at", "due_at", "id"), Index("ix_jobs_lane", "lane", "id"))


# Owed and withdrawn at nearly every event: built once. A key that is owed already is left alone.
_OWE = {
    dialect: insert(Job).on_conflict_do_nothing(index_elements=["key"]).execution_options(preserve_rowcount=True)
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_WITHDRAW = delete(Job).where(Job.key == bindparam("withdrawn"))


@dataclass(frozen=True)
class Claimed:
    """A job in somebody's hands. `asked_before`: a former holder got as far as asking, and nobody knows what came of it."""

    id: int
    kind: str
    lane: str
    payload: dict[str, Any]
    lease: str
    attempts: int
    owed_at: datetime
    asked_before: bool


def owe(
    session: Session,
    kind: str,
    lane: str,
    payload: dict[str, Any],
    *,
    due_at: datetime | None = None,
    key: str | None = None,
) -> bool:
    """Owe a job. With a `key` that is already owed nothing happens and False comes back."""
    return _owe(session, _row(kind, lane, payload, due_at, key))


def owe_each(session: Session, kind: str, owed: dict[str, tuple[dict[str, Any], datetime]]) -> None:
    """Owe several timers at once: payload and due time by key. A key that is already owed is left alone."""
    rows = [_row(kind, f"timer:{key}", payload, due_at, key) for key, (payload, due_at) in owed.items()]
    if rows:
        _owe(session, rows)


def claim(session: Session, lease_s: float, kinds: tuple[str, ...]) -> Claimed | None:
    """Take the job that is due longest and whose lane is free, or None."""
    now = clock.now()
    due = (
        select(Job)
        .where(
            Job.failed_at.is_(None),
            Job.due_at <= now,
            Job.kind.in_(kinds),
            or_(Job.leased_until.is_(None), Job.leased_until < now),
            ~_in_front(),
        )
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.scalar(due)
    if job is None:
        return None
    job.lease, job.leased_until = secrets.token_hex(8), now + timedelta(seconds=lease_s)
    job.attempts += 1
    session.flush()
    asked_before = job.asked_at is not None
    return Claimed(job.id, job.kind, job.lane, dict(job.payload), job.lease, job.attempts, job.owed_at, asked_before)


def asking(session: Session, job: Claimed) -> bool:
    """Note, before somebody is asked who must not be asked twice, that it happens now. False: the lease was lost."""
    noted = session.execute(update(Job).where(Job.id == job.id, Job.lease == job.lease).values(asked_at=clock.now()))
    return bool(noted.rowcount)  # type: ignore[attr-defined]


def finish(session: Session, job: Claimed) -> bool:
    """Strike the debt off. False: the lease was lost, somebody else settles it; the caller's work must not count."""
    gone = session.execute(delete(Job).where(Job.id == job.id, Job.lease == job.lease))
    ring(session, BELL)  # the lane is free
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def later(
    session: Session, job: Claimed, due_at: datetime, *, unasked: bool = False, payload: dict[str, Any] | None = None
) -> bool:
    """Put the job back, with a new payload if one is given. `unasked`: it is certain that nothing was asked of anybody,
    so it may be asked again."""
    values: dict[str, Any] = {"due_at": due_at, "lease": None, "leased_until": None}
    if unasked:
        values["asked_at"] = None
    if payload is not None:
        values["payload"] = payload
    moved = session.execute(update(Job).where(Job.id == job.id, Job.lease == job.lease).values(values))
    ring(session, BELL)
    return bool(moved.rowcount)  # type: ignore[attr-defined]


def give_up(session: Session, job: Claimed, error: str) -> None:
    """Keep the job for people to look at; its lane goes on."""
    session.execute(
        update(Job)
        .where(Job.id == job.id, Job.lease == job.lease)
        .values(failed_at=clock.now(), error=error[:1000], lease=None, leased_until=None, key=None)
    )
    ring(session, BELL)


def withdraw(session: Session, key: str) -> None:
    """What was owed under this key is owed no more."""
    session.connection().execute(_WITHDRAW, {"withdrawn": key})


def next_due(session: Session) -> datetime | None:
    """When there is next something to claim: a job falls due, or the lease of a dead holder runs out. What stands behind
    another in its lane waits for that one, however long it has been due."""
    when = case((Job.leased_until.is_(None), Job.due_at), else_=Job.leased_until)
    due: datetime | None = session.scalar(select(func.min(when)).where(Job.failed_at.is_(None), ~_in_front()))
    return due


def void_leases(session: Session) -> int:
    """With SQLite there is one worker process: at its start every lease is a dead one's. Returns how many there were."""
    voided = session.execute(update(Job).where(Job.lease.is_not(None)).values(lease=None, leased_until=None))
    return int(voided.rowcount)  # type: ignore[attr-defined]


def _in_front() -> Exists:
    """Is there an older job in the same lane?"""
    older = aliased(Job)
    return exists().where(older.lane == Job.lane, older.id < Job.id, older.failed_at.is_(None))


def _row(kind: str, lane: str, payload: dict[str, Any], due_at: datetime | None, key: str | None) -> dict[str, Any]:
    now = clock.now()
    return {"kind": kind, "lane": lane, "key": key, "payload": payload, "due_at": due_at or now, "owed_at": now}


def _owe(session: Session, rows: dict[str, Any] | list[dict[str, Any]]) -> bool:
    owes = _OWE[session.get_bind().dialect.name]
    made = bool(session.connection().execute(owes, rows).rowcount)
    if made:
        ring(session, BELL)
    return made
