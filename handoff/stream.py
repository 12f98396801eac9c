"""Server-sent events: the stream says what is new since a number, and is never the only copy."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

from sanic import HTTPResponse, Request

HEARTBEAT_S = 15.0
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Events:
    """One open stream to one browser."""

    def __init__(self, sink: HTTPResponse) -> None:
        self._sink = sink
        self._sent_at = time.monotonic()

    async def send(self, event: str, data: dict[str, Any], event_id: int | None = None) -> None:
        number = f"id: {event_id}\n" if event_id is not None else ""
        await self._write(f"{number}event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")

    async def beat(self) -> None:
        """A sign of life when nothing was said for a while: a silent stream is cut by what lies between."""
        if time.monotonic() - self._sent_at >= HEARTBEAT_S:
            await self._write(": still here\n\n")

    async def _write(self, text: str) -> None:
        await self._sink.send(text)
        self._sent_at = time.monotonic()


async def serve(request: Request, feed: Callable[[Events], Awaitable[None]]) -> None:
    """Open the stream and let `feed` fill it until the browser goes away, which cancels it."""
    response = await request.respond(content_type="text/event-stream; charset=utf-8", headers=HEADERS)
    await response.send(": open\n\n")
    await feed(Events(response))


@contextlib.asynccontextmanager
async def beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Let `work` send to the same stream meanwhile: what it tells is never missed for good, so its end ends nothing."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
