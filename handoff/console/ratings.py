"""What customers said of the agent who asks; nobody else's."""

from typing import Any

from pydantic import BaseModel

from handoff.console.guards import PREFIX, agent
from handoff.http import Call, Endpoint
from handoff.rules import rated


class RatingOut(BaseModel):
    conversation: str
    score: int
    words: str
    at: str


class RatingsOut(BaseModel):
    mean: float | None
    number: int
    latest: list[RatingOut]


def endpoints() -> list[Endpoint]:
    return [
        Endpoint(
            "GET", f"{PREFIX}ratings", "How customers rated me", _mine, agent, answer=RatingsOut, refusals=(401, 403)
        )
    ]


async def _mine(call: Call) -> dict[str, Any]:
    return await call.parts.db.read(rated.of_agent, call.who.id)
