"""Files go out here and nowhere else: by a signed link, never as a page, and shown in place only if they are pictures."""

from urllib.parse import quote

from sanic import HTTPResponse
from sanic.response import ResponseStream, file_stream

from handoff.http import Call, Endpoint
from handoff.rules import files, filetypes, links
from shop.ground.errors import NotFound

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, max-age=600",
}


def endpoints() -> list[Endpoint]:
    return [
        Endpoint("GET", "/files/<signed:str>", "A file, by the link that a message gave", _file, media="application/octet-stream",
                 refusals=(404,)),
    ]  # fmt: skip


async def _file(call: Call, signed: str) -> HTTPResponse | ResponseStream:
    found = await call.parts.db.read(files.find, links.file_of(signed))
    path = call.parts.shelf.path(found.sha256)
    if not path.is_file():
        raise NotFound("This file is gone.")
    place = "inline" if found.type in filetypes.IMAGES else "attachment"
    disposition = f"{place}; filename*=UTF-8''{quote(found.name)}"
    return await file_stream(path, mime_type=found.type, headers={**HEADERS, "Content-Disposition": disposition})
