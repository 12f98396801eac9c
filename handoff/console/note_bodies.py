"""What the API of private notes takes and gives."""

from pydantic import BaseModel, Field

from handoff.http import Body
from handoff.rules import notes


class Person(BaseModel):
    id: str
    name: str


class NoteIn(Body):
    client_id: str = Field(min_length=1, max_length=64)
    text: str = Field(min_length=1, max_length=notes.LONGEST)


class NoteTaken(BaseModel):
    no: int


class NotesSeen(Body):
    no: int = Field(ge=1)


class NoteOut(BaseModel):
    no: int
    after: int  # the seq of the message it stands behind
    author: Person
    text: str
    mentions: list[Person]
    at: str
    verb: str | None  # what it was given with, such as transfer
    client_id: str | None = None


class ParticipantOut(Person):
    by: str
    at: str
    read: bool


class MentionOut(BaseModel):
    id: str  # of the conversation
    customer: Person | None
    channel: str
    state: str
    by: Person
    no: int
    text: str
    at: str
    unread: bool
