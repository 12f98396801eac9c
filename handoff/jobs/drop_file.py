"""Job `drop_file`: a file that was never sent goes, or bytes that no file has any more."""

from typing import Protocol

from sqlalchemy.orm import Session

from handoff.rules import aging
from handoff.tools.shelf import Shelf
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.jobs import Claimed


class Parts(Protocol):
    """What this job needs of the wiring."""

    @property
    def db(self) -> Database: ...
    @property
    def shelf(self) -> Shelf: ...


async def run(parts: Parts, job: Claimed) -> None:
    """The row first: bytes without a row are only room, a row without bytes is a lie."""
    if "file" in job.payload:
        await parts.db.write(_drop, job)
    else:
        await clear(parts, job.payload["sha256"])
        await parts.db.write(jobs.finish, job)


async def clear(parts: Parts, digest: str) -> None:
    """Let bytes go that no file has any more. Whoever brought the same meanwhile keeps them."""
    if await parts.db.read(aging.wanted, digest) and parts.shelf.path(digest).exists():
        return
    aside = parts.shelf.take_down(digest)
    if aside is None:
        return
    if await parts.db.read(aging.wanted, digest):
        aside.replace(parts.shelf.path(digest))
    else:
        aside.unlink(missing_ok=True)


def _drop(session: Session, job: Claimed) -> None:
    if jobs.finish(session, job):
        aging.drop_unsent(session, job.payload["file"])
