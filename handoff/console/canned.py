"""The canned replies over HTTP: everybody on staff reads them, supervisors write them."""

from typing import Any

from pydantic import BaseModel, Field
from sanic import HTTPResponse

from handoff.console.guards import PREFIX, agent, writing_agent
from handoff.http import Body, Call, Endpoint
from handoff.rules import canned

PATH = f"{PREFIX}canned"
ONE = f"{PATH}/<canned_id:str>"


class CannedIn(Body):
    shortcut: str = Field(min_length=1, max_length=41)
    title: str = Field(min_length=1, max_length=80)
    texts: dict[str, str] = Field(min_length=1, max_length=20)  # language -> text


class CannedChange(CannedIn):
    version: int = Field(ge=1)


class CannedOut(BaseModel):
    id: str
    shortcut: str
    title: str
    texts: dict[str, str]
    version: int
    changed_at: str


class CannedList(BaseModel):
    canned: list[CannedOut]
    variables: list[str]


def endpoints() -> list[Endpoint]:
    return [
        Endpoint("GET", PATH, "The canned replies", _list, agent, answer=CannedList, refusals=(401,)),
        Endpoint(
            "POST", PATH, "Write a canned reply", _add, writing_agent, CannedIn, CannedOut, 201,
            refusals=(400, 401, 403, 409),
        ),
        Endpoint(
            "PUT", ONE, "Write a canned reply anew", _change, writing_agent, CannedChange, CannedOut,
            refusals=(400, 401, 403, 404, 409),
        ),
        Endpoint(
            "DELETE", ONE, "Do away with a canned reply", _remove, writing_agent, status=204, refusals=(401, 403, 404)
        ),
    ]  # fmt: skip


async def _list(call: Call) -> dict[str, Any]:
    return {"canned": await call.parts.db.read(canned.every), "variables": list(canned.VARIABLES)}


async def _add(call: Call) -> dict[str, Any]:
    body: CannedIn = call.body
    return await call.parts.db.write(canned.add, call.who, body.shortcut, body.title, body.texts)


async def _change(call: Call, canned_id: str) -> dict[str, Any]:
    body: CannedChange = call.body
    return await call.parts.db.write(
        canned.change, call.who, canned_id, body.version, body.shortcut, body.title, body.texts
    )


async def _remove(call: Call, canned_id: str) -> HTTPResponse:
    await call.parts.db.write(canned.remove, call.who, canned_id)
    return HTTPResponse(status=204)
