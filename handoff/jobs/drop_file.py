"""Job `drop_file`: a file that was brought a day ago and never sent goes, and its bytes with it unless others have them."""

from typing import Protocol

from handoff.rules import files
from handoff.tools.shelf import Shelf
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
    digest = await parts.db.write(files.drop, job)
    if digest is not None:
        await clear(parts, digest)


async def clear(parts: Parts, digest: str) -> None:
    """Let bytes go that no file has any more. Whoever brought the same meanwhile keeps them."""
    aside = parts.shelf.take_down(digest)
    if aside is None:
        return
    if await parts.db.read(files.wanted, digest):
        aside.replace(parts.shelf.path(digest))
    else:
        aside.unlink()
