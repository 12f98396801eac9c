"""What the console is told of replies that go out later."""

from pydantic import BaseModel

from handoff.channels.bodies import FileOut


class HeldBack(BaseModel):
    id: str
    conversation: str
    customer: str | None
    at: str
    why: str | None


class LaterTimes(BaseModel):
    zone: str
    theirs: bool
    evening: str | None
    morning: str


class LaterOut(BaseModel):
    id: str
    version: int
    text: str
    files: list[FileOut]
    at: str
    by: str
    held_back: bool
    why: str | None
    can: list[str]
