"""A visitor says who they are and what it is about, before the chat; or that they would rather not."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from handoff import states
from handoff.channels import web
from handoff.http import Body, Call, Endpoint
from handoff.rules import introductions, sessions
from handoff.tools.throttle import Throttle

RATE = "30/minute"
LONGEST = 1000  # what is longer than a line is told by the rule, in words for the field


class IntroductionIn(Body):
    name: str = Field("", max_length=LONGEST)
    email: str = Field("", max_length=LONGEST)
    topic: str = Field("", max_length=40)


class IntroductionTaken(BaseModel):
    name: str
    email: str
    topic: str


def endpoints() -> list[Endpoint]:
    throttle = Throttle(RATE)

    async def introduce(call: Call) -> dict[str, Any]:
        throttle.check(call.who)
        return await call.parts.db.write(_take, call.who, call.body)

    return [
        Endpoint("POST", f"{web.PREFIX}introduction", "Answer what is asked before the chat, or skip it", introduce,
                 web.visitor, IntroductionIn, IntroductionTaken, refusals=(400, 401, 403, 409, 429)),
    ]  # fmt: skip


def _take(session: Session, visitor: str, body: IntroductionIn) -> dict[str, str]:
    conversation = states.lock(session, sessions.web_address(session, visitor).conversation_id)
    kept = introductions.take(session, conversation, body.name, body.email, body.topic)
    return {"name": kept.name, "email": kept.email, "topic": kept.topic}
