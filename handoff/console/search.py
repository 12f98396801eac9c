"""Searching over HTTP. The words travel in a body: names and numbers of customers belong in nobody's log of addresses."""

from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator
from sanic import HTTPResponse

from handoff.console.bodies import Named
from handoff.console.guards import PREFIX, agent, writing_agent
from handoff.http import Body, Call, Endpoint
from handoff.rules import queries, saved, search
from shop.ground.errors import NotFound

State = Literal["bot", "waiting", "offered", "held", "parked", "closed"]


class SearchIn(Body):
    words: str = Field("", max_length=queries.LONGEST)
    states: list[State] = Field(default_factory=list, max_length=6)
    queue: str = Field("", max_length=40)
    channel: Literal["", "web", "sms"] = ""
    tag: str = Field("", max_length=60)
    since: str | None = Field(None, max_length=40)
    until: str | None = Field(None, max_length=40)
    mine: bool = False

    @field_validator("since", "until")
    @classmethod
    def _a_moment(cls, given: str | None) -> str | None:
        if given is not None and _moment(given) is None:
            raise ValueError("must be a time with its zone, such as 2026-11-22T09:00:00Z")
        return given

    def wish(self) -> search.Wish:
        since, until = _moment(self.since), _moment(self.until)
        return search.Wish(
            self.words, tuple(self.states), self.queue, self.channel, self.tag.strip().lower(), since, until, self.mine
        )


class Piece(BaseModel):
    text: str
    hit: bool


class SaidBy(BaseModel):
    kind: str
    name: str


class Excerpt(BaseModel):
    seq: int
    author: SaidBy
    at: str
    pieces: list[Piece]


class FoundItem(BaseModel):
    id: str
    customer: Named | None
    state: str
    channel: str
    queue: str | None
    topic: str | None
    tier: str | None
    opened_at: str
    closed_at: str | None
    by: str
    excerpt: Excerpt | None


class SearchOut(BaseModel):
    items: list[FoundItem]
    more: bool


class SaveIn(Body):
    name: str = Field(min_length=1, max_length=60)
    wish: SearchIn


class Saved(BaseModel):
    id: int
    name: str
    wish: dict[str, Any]


class SavedList(BaseModel):
    saved: list[Saved]


def endpoints() -> list[Endpoint]:
    return [
        Endpoint(
            "POST", f"{PREFIX}search", "Find among the conversations that I may see", _find, writing_agent, SearchIn,
            SearchOut, refusals=(400, 401, 403),
        ),
        Endpoint("GET", f"{PREFIX}searches", "The searches I keep", _saved, agent, answer=SavedList, refusals=(401,)),
        Endpoint(
            "POST", f"{PREFIX}searches", "Keep a search under a name", _keep, writing_agent, SaveIn, SavedList, 201,
            refusals=(400, 401, 403),
        ),
        Endpoint(
            "DELETE", f"{PREFIX}searches/<saved_id:str>", "Keep it no longer", _drop, writing_agent, status=204,
            refusals=(401, 403, 404),
        ),
    ]  # fmt: skip


async def _find(call: Call) -> search.Found:
    body: SearchIn = call.body
    return await call.parts.db.read(search.find, call.who.id, body.wish())


async def _saved(call: Call) -> dict[str, Any]:
    return {"saved": await call.parts.db.read(saved.every, call.who.id)}


async def _keep(call: Call) -> dict[str, Any]:
    body: SaveIn = call.body
    wish = body.wish.model_dump(exclude_unset=True)
    return {"saved": await call.parts.db.write(saved.keep, call.who.id, body.name, wish)}


async def _drop(call: Call, saved_id: str) -> HTTPResponse:
    if not (saved_id.isascii() and saved_id.isdigit() and len(saved_id) < 10):
        raise NotFound("There is no such search.")
    await call.parts.db.write(saved.drop, call.who.id, int(saved_id))
    return HTTPResponse(status=204)


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
