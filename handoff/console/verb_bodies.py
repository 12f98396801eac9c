"""What agents do to a conversation, as the API takes it, and who they can pass it on to."""

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from handoff.console.bodies import Named, QueueName
from handoff.http import Body
from handoff.rules import inbox
from shop.ground.errors import BadInput


def moment_of(name: str, text: str) -> datetime:
    """A time with a zone. `BadInput` when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{name} must be a time, such as 2026-11-22T09:00:00Z.") from None
    if moment.tzinfo is None:
        raise BadInput(f"{name} must have a time zone, such as 2026-11-22T09:00:00Z.")
    return moment.astimezone(UTC)


class Verb(Body):
    version: int = Field(ge=1)
    reason: str = Field("", max_length=500)


class CloseIn(Body):
    version: int = Field(ge=1)
    code: str = Field("", max_length=40)  # of the policy's closing.codes
    tags: list[str] = Field(default_factory=list, max_length=20)
    reason: str = Field("", max_length=500)


class SeenIn(Body):
    version: int | None = Field(None, ge=1)
    seq: int | None = Field(None, ge=1)
    reason: str = Field("", max_length=500)


class TransferIn(Body):
    version: int = Field(ge=1)
    agent: str = Field("", max_length=64)
    queue: str = Field("", max_length=40)
    note: str = Field("", max_length=500)


class ParkIn(Body):
    version: int = Field(ge=1)
    wait_for: str = Field(alias="for", pattern="^(time|customer|order)$")
    until: str | None = Field(None, max_length=40)
    order: str = Field("", max_length=64)
    note: str = Field("", max_length=500)

    def moment(self) -> datetime | None:
        """`until` as a time with a zone. `BadInput` when it is none."""
        return None if self.until is None else moment_of("until", self.until)


class Changed(BaseModel):
    id: str
    state: str
    version: int


class ReplyIn(Body):
    client_id: str = Field(min_length=1, max_length=64)
    text: str = Field("", max_length=inbox.LONGEST)
    files: list[str] = Field(default_factory=list, max_length=10)


class ReplyTaken(BaseModel):
    seq: int


class ColleagueOut(Named):
    presence: str
    away_reason: str | None
    can_be_asked: bool


class QueueOut(QueueName):
    open: bool
    here: int


class Colleagues(BaseModel):
    agents: list[ColleagueOut]
    queues: list[QueueOut]
