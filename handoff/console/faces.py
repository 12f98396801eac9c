"""The pictures of people on staff: brought by an admin or by themselves, and had by anybody who was told where."""

import asyncio

from pydantic import BaseModel
from sanic import HTTPResponse

from handoff.channels.bodies import Nothing
from handoff.channels.files import HEADERS, Gate
from handoff.console import account, office
from handoff.console.guards import admin, uploading_admin, uploading_agent, writing_agent
from handoff.http import Call, Endpoint
from handoff.rules import faces

A_YEAR_S = 365 * 24 * 3600  # other bytes have another name


class Picture(BaseModel):
    picture: str


def endpoints() -> list[Endpoint]:
    gate = Gate(faces.LARGEST)

    async def own(call: Call) -> dict[str, str]:
        return await _put(call, gate, call.who.id)

    async def theirs(call: Call, agent_id: str) -> dict[str, str]:
        return await _put(call, gate, agent_id)

    mine, one = f"{account.AT}/picture", f"{office.AT}/{office.ONE}/picture"
    taken = (400, 401, 403, 413, 429)
    return [
        Endpoint("POST", mine, "My picture, which my customers see", own, uploading_agent, answer=Picture, refusals=taken,
                 upload=faces.LARGEST),
        Endpoint("POST", f"{mine}/remove", "My initials again", _remove_own, writing_agent, Nothing, status=204,
                 refusals=(400, 401, 403)),
        Endpoint("POST", one, "An agent's picture, which their customers see", theirs, uploading_admin, answer=Picture,
                 refusals=(*taken, 404), upload=faces.LARGEST),
        Endpoint("POST", f"{one}/remove", "Their initials again", _remove, admin, Nothing, status=204, refusals=(400, 401, 403, 404)),
        Endpoint("GET", f"{faces.AT}<name:str>", "The picture of a person on staff, by the hash of its bytes", _get,
                 media=", ".join(faces.TYPES), refusals=(404,)),
    ]  # fmt: skip


async def _put(call: Call, gate: Gate, agent_id: str) -> dict[str, str]:
    face = await asyncio.to_thread(faces.read, await gate.through(call, call.who.id))
    return {"picture": await call.parts.db.write(faces.put, f"agent:{call.who.id}", agent_id, face)}


async def _remove_own(call: Call) -> HTTPResponse:
    return await _remove(call, call.who.id)


async def _remove(call: Call, agent_id: str) -> HTTPResponse:
    await call.parts.db.write(faces.remove, f"agent:{call.who.id}", agent_id)
    return HTTPResponse(status=204)


async def _get(call: Call, name: str) -> HTTPResponse:
    face = await call.parts.db.read(faces.find, name)
    headers = {**HEADERS, "Cache-Control": f"public, max-age={A_YEAR_S}, immutable"}
    return HTTPResponse(face.data, headers=headers, content_type=face.type)
