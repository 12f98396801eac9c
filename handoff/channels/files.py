"""Files come in here, from customers' browsers, and go out here and nowhere else: by a signed link, never as a page, and
shown in place only if they are pictures."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel
from sanic import HTTPResponse
from sanic.response import ResponseStream, file_stream
from sqlalchemy.orm import Session

from handoff import states
from handoff.channels import web
from handoff.http import Call, Endpoint, drained, received
from handoff.models import File
from handoff.rules import aging, files, filetypes, links, sessions
from handoff.tools.parts import Parts
from handoff.tools.shelf import digest_of
from handoff.tools.throttle import Throttle
from shop.ground.errors import NotFound, TooMany

RATE = "30/minute"  # of one session, and
RATE_OF_A_PLACE = "600/hour"  # of one address
AT_ONCE, AT_ONCE_IN_ALL = 3, 24  # each is in memory while it comes
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",  # the link is the key: the chat draws pictures without the page's leave for images
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, max-age=600",
}
Stage = Callable[[Session, files.Stored], File]


class FileTaken(BaseModel):
    file: str
    name: str
    type: str
    bytes: int


class Unsent(BaseModel):
    files: list[FileTaken]


class Gate:
    """How many files one may bring at a time, and how often."""

    def __init__(self, most: int = files.LARGEST) -> None:
        self.most = most
        self._rate, self._rate_of_a_place = Throttle(RATE), Throttle(RATE_OF_A_PLACE)
        self._now: Counter[str] = Counter()

    async def through(self, call: Call, who: str) -> bytes:
        """The file, once it is here as a whole. Raises `TooMany`."""
        try:
            if self._now[who] >= AT_ONCE or self._now.total() >= AT_ONCE_IN_ALL:
                raise TooMany("Too many files at once; please wait for the others.", 2)
            self._rate.check(who)
            self._rate_of_a_place.check(call.request.remote_addr or call.request.ip)
        except TooMany:
            await drained(call, self.most)
            raise
        self._now[who] += 1
        try:
            return await received(call, self.most)
        finally:
            self._now -= Counter({who: 1})


def endpoints() -> list[Endpoint]:
    gate = Gate()

    async def bring(call: Call) -> dict[str, Any]:
        data = await gate.through(call, call.who)
        return await kept(call.parts, data, lambda session, stored: _stage(session, call.who, stored, call.file_name))

    return [
        Endpoint("POST", f"{web.PREFIX}files", "Bring a file; a message then sends it", bring, web.visitor,
                 answer=FileTaken, status=201, refusals=(400, 401, 403, 409, 413, 429), upload=files.LARGEST),
        Endpoint("GET", f"{web.PREFIX}files", "What was brought and is not sent yet", _waiting, web.visitor,
                 answer=Unsent, refusals=(401, 403)),
        Endpoint("GET", "/files/<signed:str>", "A file, by the link that a message gave", _file, media="application/octet-stream",
                 refusals=(404,)),
    ]  # fmt: skip


async def kept(parts: Parts, data: bytes, stage: Stage) -> dict[str, Any]:
    """Look what it is, lay it down, and write down that it is there: in this order, so that no row speaks of nothing."""
    kind, clean = await asyncio.to_thread(files.by_browser, data)
    await parts.db.write(aging.look_later, digest_of(clean))  # it may be refused below, or we may not get that far
    digest = await asyncio.to_thread(parts.shelf.put, clean)
    taken = await parts.db.write(_staged, stage, files.Stored(digest, kind, len(clean)))
    if not parts.shelf.path(digest).is_file():  # the last one who had the same bytes went meanwhile
        await asyncio.to_thread(parts.shelf.put, clean)
    return taken


def _staged(session: Session, stage: Stage, stored: files.Stored) -> dict[str, Any]:
    return _taken(stage(session, stored))


def _taken(file: File) -> dict[str, Any]:
    return {"file": file.id, "name": file.name, "type": file.type, "bytes": file.bytes}


async def _waiting(call: Call) -> dict[str, Any]:
    return {"files": await call.parts.db.read(_unsent, call.who)}


def _unsent(session: Session, visitor: str) -> list[dict[str, Any]]:
    address = sessions.web_address(session, visitor)
    return [_taken(file) for file in files.unsent(session, address.conversation_id, files.of_customer(address.id))]


def _stage(session: Session, visitor: str, stored: files.Stored, name: str) -> File:
    address = sessions.web_address(session, visitor)
    conversation = states.lock(session, address.conversation_id)
    return files.stage(session, conversation, files.of_customer(address.id), stored, name)


async def _file(call: Call, signed: str) -> HTTPResponse | ResponseStream:
    found = await call.parts.db.read(files.find, links.file_of(signed))
    path = call.parts.shelf.path(found.sha256)
    if not path.is_file():
        raise NotFound("This file is gone.")
    place = "inline" if found.type in filetypes.IMAGES else "attachment"
    disposition = f"{place}; filename*=UTF-8''{quote(found.name)}"
    return await file_stream(path, mime_type=found.type, headers={**HEADERS, "Content-Disposition": disposition})
