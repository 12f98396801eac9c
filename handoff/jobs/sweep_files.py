"""The files' round: those that came too long ago go, and what processes left unfinished that died."""

import asyncio
from datetime import timedelta
from typing import Protocol

import structlog

from handoff.rules import aging
from handoff.tools.shelf import Shelf
from shop.ground.db import Database
from shop.ground.settings import Settings

log = structlog.get_logger()
EVERY_S = 3600.0


class Parts(Protocol):
    """What the round needs of the wiring."""

    @property
    def db(self) -> Database: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def shelf(self) -> Shelf: ...


async def run(parts: Parts) -> None:
    """A bite at a time, so that nobody waits for it. `FILES_KEPT_DAYS` 0: they are kept for ever."""
    kept = timedelta(days=parts.settings.files_kept_days)
    more = kept > timedelta()
    while more:
        more = await parts.db.write(aging.drop_old, kept)
    if left := await asyncio.to_thread(parts.shelf.sweep, EVERY_S):
        log.info("drafts_swept", count=left)
