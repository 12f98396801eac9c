"""An agent's file for a customer: brought here, and sent with a reply."""

from typing import Any

from sqlalchemy.orm import Session

from handoff import states
from handoff.channels.files import FileTaken, Gate, kept
from handoff.console.guards import PREFIX, uploading_agent
from handoff.http import Call, Endpoint
from handoff.models import File
from handoff.rules import board, files
from shop.ground.errors import Conflict, NotFound

AT = f"{PREFIX}conversations/<conversation_id:str>/files"


def endpoints() -> list[Endpoint]:
    gate = Gate()

    async def bring(call: Call, conversation_id: str) -> dict[str, Any]:
        data = await gate.through(call, call.who.id)
        return await kept(
            call.parts,
            data,
            lambda session, stored: _stage(session, call.who.id, conversation_id, stored, call.file_name),
        )

    return [
        Endpoint("POST", AT, "Bring a file for the customer; a reply then sends it", bring, uploading_agent,
                 answer=FileTaken, status=201, refusals=(400, 401, 403, 404, 409, 413, 429), upload=files.LARGEST),
    ]  # fmt: skip


def _stage(session: Session, agent_id: str, conversation_id: str, stored: files.Stored, name: str) -> File:
    conversation = states.lock(session, conversation_id)
    if not board.may_see(session, agent_id, conversation):
        raise NotFound("There is no such conversation.")
    if conversation.held_by != agent_id:
        raise Conflict("Only who holds the conversation can answer.")
    return files.stage(session, conversation, files.of_agent(agent_id), stored, name)
