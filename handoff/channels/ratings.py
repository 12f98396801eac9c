"""A customer says how they were served."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from handoff import states
from handoff.channels import web
from handoff.http import Body, Call, Endpoint
from handoff.rules import ratings, sessions
from handoff.tools.throttle import Throttle

RATE = "30/minute"


class RatingIn(Body):
    party: str = Field(pattern="^(bot|agent)$")
    score: int = Field(ge=1, le=5)
    words: str = Field("", max_length=ratings.LONGEST)


class RatingTaken(BaseModel):
    party: str
    score: int
    words: str


def endpoints() -> list[Endpoint]:
    throttle = Throttle(RATE)

    async def rate(call: Call) -> dict[str, Any]:
        throttle.check(call.who)
        body: RatingIn = call.body
        await call.parts.db.write(_rate, call.who, body)
        return {"party": body.party, "score": body.score, "words": body.words.strip()}

    return [
        Endpoint("POST", f"{web.PREFIX}rating", "Say how it was, or change that", rate, web.visitor, RatingIn, RatingTaken,
                 refusals=(400, 401, 403, 409, 429)),
    ]  # fmt: skip


def _rate(session: Session, visitor: str, body: RatingIn) -> None:
    conversation = states.lock(session, sessions.web_address(session, visitor).conversation_id)
    ratings.rate(session, conversation, body.party, body.score, body.words, "web")
