"""Job `fetch_media`: bring one file of a text from Twilio to the shelf."""

import asyncio
from typing import Protocol

from handoff.rules import attachments, files
from handoff.rules.files import Stored
from handoff.tools.media import Fetched, Gone, Later, Media
from handoff.tools.shelf import Shelf
from shop.ground.db import Database
from shop.ground.errors import Refusal
from shop.ground.jobs import Claimed


class Parts(Protocol):
    """What this job needs of the wiring."""

    @property
    def db(self) -> Database: ...
    @property
    def media(self) -> Media: ...
    @property
    def shelf(self) -> Shelf: ...


async def run(parts: Parts, job: Claimed) -> None:
    """Fetch, look what it is, keep it. Fetching it again does no harm: it is kept once."""
    match await parts.media.fetch(job.payload["url"]):
        case Fetched(data):
            try:
                kind, kept = await asyncio.to_thread(files.by_text, data)
            except Refusal as refused:
                await parts.db.write(attachments.lost, job, refused.message)
                return
            digest = await asyncio.to_thread(parts.shelf.put, kept)
            await parts.db.write(attachments.kept, job, Stored(digest, kind, len(kept)))
            if not parts.shelf.path(digest).is_file():  # the last one who had the same bytes went meanwhile
                await asyncio.to_thread(parts.shelf.put, kept)
        case Gone(why):
            await parts.db.write(attachments.lost, job, why)
        case Later(why):
            await parts.db.write(attachments.later, job, why)
