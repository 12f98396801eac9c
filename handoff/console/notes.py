"""Private notes over HTTP: whoever may see a conversation may write one, and who was mentioned says that they read it."""

from sanic import HTTPResponse
from sqlalchemy.orm import Session

from handoff import states
from handoff.console.guards import PREFIX, writing_agent
from handoff.console.note_bodies import NoteIn, NotesSeen, NoteTaken
from handoff.http import Call, Endpoint
from handoff.models import Agent, Conversation
from handoff.rules import board, mentions, notes
from shop.ground.errors import NotFound

AT = f"{PREFIX}conversations/<conversation_id:str>/notes"


def endpoints() -> list[Endpoint]:
    return [
        Endpoint("POST", AT, "Write a note that colleagues alone see; @Name tells them", _write, writing_agent, NoteIn,
                 NoteTaken, 201, refusals=(400, 401, 403, 404, 409)),
        Endpoint("POST", f"{AT}/seen", "I have read the notes up to `no`", _seen, writing_agent, NotesSeen, status=204,
                 refusals=(400, 401, 403, 404)),
    ]  # fmt: skip


async def _write(call: Call, conversation_id: str) -> dict[str, int]:
    body: NoteIn = call.body

    def write(session: Session) -> int:
        conversation = states.lock(session, conversation_id)
        if not board.may_see(session, call.who.id, conversation):
            raise NotFound("There is no such conversation.")
        return notes.write(session, conversation, session.get_one(Agent, call.who.id), body.text, body.client_id)

    return {"no": await call.parts.db.write(write)}


async def _seen(call: Call, conversation_id: str) -> HTTPResponse:
    body: NotesSeen = call.body

    def write(session: Session) -> None:
        conversation = session.get(Conversation, conversation_id)
        if conversation is None or not board.may_see(session, call.who.id, conversation):
            raise NotFound("There is no such conversation.")
        mentions.seen(session, conversation_id, call.who.id, body.no)

    await call.parts.db.write(write)
    return HTTPResponse(status=204)
