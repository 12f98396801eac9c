"""The edges' kit: an endpoint is declared once, and from that it is served, guarded, checked and described (OpenAPI)."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from sanic import HTTPResponse, Request, Sanic
from sanic.exceptions import SanicException
from sanic.http import Http
from sanic.response import ResponseStream

from handoff.tools.parts import Parts
from shop.ground.errors import BadInput, Forbidden, NotFound, Refusal, TooLarge, TooMany

log = structlog.get_logger()
BODY_LIMIT = 64 * 1024
UPLOAD_S = 600
FILE_NAME = "X-File-Name"  # percent-encoded

_CODES = {
    401: "unauthorised",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "timeout",
    413: "too_large",
}


class Body(BaseModel):
    """A JSON body: the wrong type is refused, not bent into shape."""

    model_config = ConfigDict(strict=True, extra="ignore")

    @field_validator("*")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        """PostgreSQL keeps no null characters, and nobody types them."""
        if isinstance(value, str) and "\x00" in value:
            raise ValueError("must not hold a null character")
        return value


class ErrorDetail(BaseModel):
    code: str
    message: str


class Error(BaseModel):
    error: ErrorDetail


@dataclass
class Call:
    """One request on its way: who the guard found, and what the body said."""

    request: Request
    parts: Parts
    who: Any = None
    body: Any = None

    @property
    def file_name(self) -> str:
        """What an upload is called where it comes from."""
        return unquote(self.request.headers.get(FILE_NAME, "")[:1000], errors="replace")

    def number(self, name: str) -> int:
        """A query parameter that is a whole number, 0 when it is absent."""
        given = self.request.args.get(name, "0")
        if not (given.isascii() and given.isdigit() and len(given) <= 12):
            raise BadInput(f"{name} must be a whole number that is not negative.")
        return int(given)


Guard = Callable[[Call], Awaitable[Any]]
Handle = Callable[..., Awaitable[Any]]  # the call, then what the path holds


@dataclass(frozen=True)
class Endpoint:
    """One route. `guard` names who may call it, and is None only where anybody may read."""

    method: str
    path: str
    summary: str
    handle: Handle
    guard: Guard | None = None
    body: type[Body] | None = None
    answer: type[BaseModel] | None = None
    status: int = 200
    media: str = "application/json"
    refusals: Sequence[int] = ()
    query: Sequence[str] = ()
    upload: int = 0  # takes a file of so many bytes at the most as its body, and the name in a header


def mount(app: Sanic[Any, Any], parts: Parts, endpoints: Sequence[Endpoint]) -> None:
    """Serve these endpoints."""
    for endpoint in endpoints:
        name = (
            f"{endpoint.method}-{endpoint.path}".replace("/", "-").replace("<", "").replace(">", "").replace(":", "-")
        )
        app.add_route(
            _served(parts, endpoint), endpoint.path, methods=[endpoint.method], name=name, stream=bool(endpoint.upload)
        )


def add_error_handlers(app: Sanic[Any, Any]) -> None:
    """Every error leaves in one shape; what nobody foresaw is a 500 without details, and the log has the rest."""

    @app.exception(Exception)
    async def _failed(request: Request, error: Exception) -> HTTPResponse:
        if isinstance(error, Refusal):
            return refused(error)
        if isinstance(error, SanicException) and error.status_code < 500:
            message = "This is more than we take." if error.status_code == 413 else str(error) or "Refused."
            return _error(error.status_code, _CODES.get(error.status_code, "bad_input"), message)
        log.exception("bug", path=request.path, exc_info=error)
        return _error(500, "internal", "Something broke on our side. It has been noted.")


def refused(error: Refusal) -> HTTPResponse:
    answer = _error(error.status, error.code, error.message)
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(error.retry_after_s)
    return answer


async def received(call: Call, most: int) -> bytes:
    """The file that is the body of an upload. Raises `TooLarge`; one that is cut off on its way leaves nothing."""
    taken = bytearray()
    async with asyncio.timeout(UPLOAD_S):
        while part := await _part(call.request):
            taken += part
            if len(taken) > most:
                await drained(call, most)  # who is still sending hears no answer
                raise TooLarge(f"A file may have {most // 1024 // 1024} MB at the most.")
    return bytes(taken)


async def drained(call: Call, most: int) -> None:
    """Read what nobody wants, within bounds."""
    read = 0
    async with asyncio.timeout(UPLOAD_S):
        while read <= most and (part := await _part(call.request)):
            read += len(part)


async def _part(request: Request) -> bytes | None:
    stream = request.stream
    return await stream.read() if isinstance(stream, Http) and stream.request_body else None


def json(model: BaseModel, status: int = 200) -> HTTPResponse:
    return HTTPResponse(model.model_dump_json(exclude_unset=True), status=status, content_type="application/json")


def same_origin_json(call: Call) -> None:
    """What a browser with a cookie may post: JSON, from our own pages."""
    if call.request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Forbidden("Send application/json.", code="not_json")
    own_origin(call)


def own_origin(call: Call) -> None:
    """From our own pages: a browser says so of itself."""
    if call.request.headers.get("origin") != call.parts.settings.public_url:
        raise Forbidden("This request does not come from the console's own page.", code="wrong_origin")


def _served(parts: Parts, endpoint: Endpoint) -> Callable[..., Coroutine[Any, Any, HTTPResponse | None]]:
    async def serve(request: Request, **path: str) -> HTTPResponse | None:
        call = Call(request, parts)
        if any("\x00" in value for value in path.values()):
            raise NotFound("There is no such page.")
        call.who = await _guarded(call, endpoint)
        if endpoint.body:
            call.body = _read(request, endpoint.body)
        result = await endpoint.handle(call, **path)
        if result is None or isinstance(result, HTTPResponse | ResponseStream):
            return result  # type: ignore[return-value]
        assert endpoint.answer is not None
        return json(endpoint.answer.model_validate(result, from_attributes=True), endpoint.status)

    return serve


async def _guarded(call: Call, endpoint: Endpoint) -> Any:
    """Who calls. What is refused is read to its end all the same: a browser that is still sending hears no answer."""
    try:
        return await endpoint.guard(call) if endpoint.guard else None
    except Refusal:
        if endpoint.upload:
            await drained(call, endpoint.upload)
        raise


def _read(request: Request, body: type[Body]) -> Body:
    if len(request.body) > BODY_LIMIT:
        raise TooLarge("The body is larger than 64 KB.")
    try:
        return body.model_validate_json(request.body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise BadInput(f"{where}: {first['msg']}" if where else first["msg"]) from None


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return json(Error(error=ErrorDetail(code=code, message=message)), status)
