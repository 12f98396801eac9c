"""What the web API takes and gives, as the OpenAPI document describes it."""

from typing import Any

from pydantic import BaseModel, Field

from handoff.http import Body
from handoff.rules import peeking


class SessionWish(Body):
    identity: str | None = Field(None, max_length=4096)
    keep: str | None = Field(None, max_length=200)
    zone: str | None = Field(None, max_length=64, pattern=r"^[A-Za-z0-9_+\-/]+$")
    locale: str | None = Field(None, max_length=35, pattern=r"^[A-Za-z0-9\-]+$")


class SessionMade(BaseModel):
    token: str
    conversation: str
    expires_at: str


class MessageIn(Body):
    client_id: str = Field(min_length=1, max_length=64)
    text: str | None = None
    option: str | None = Field(None, min_length=1, max_length=64)
    files: list[str] = Field(default_factory=list, max_length=10)


class MessageTaken(BaseModel):
    seq: int
    conversation: str


class Author(BaseModel):
    kind: str = Field(pattern="^(customer|bot|agent|system)$")
    name: str
    picture: str | None = None  # an agent's, from the gateway's root on


class OptionOut(BaseModel):
    id: str
    label: str


class FileOut(BaseModel):
    id: str
    name: str
    type: str
    bytes: int
    url: str


class MessageOut(BaseModel):
    seq: int
    author: Author
    text: str
    options: list[OptionOut]
    at: str
    card: dict[str, Any] | None = None
    files: list[FileOut] | None = None
    wordless: bool | None = None
    client_id: str | None = None


class Answering(BaseModel):
    name: str
    dedicated: bool
    picture: str | None = None  # the same


class Range(BaseModel):
    low_s: int
    high_s: int


class Team(BaseModel):
    open: bool
    here: bool
    opens_at: str | None
    closes_at: str | None
    usual_s: int | None


class RatingAsked(BaseModel):
    party: str = Field(pattern="^(bot|agent)$")
    name: str
    score: int | None
    words: str


class NoticeShown(BaseModel):
    text: str
    spanish: str


class TopicAsked(BaseModel):
    topic: str
    label: str
    spanish: str


class Asks(BaseModel):
    name: bool
    email: bool
    topics: list[TopicAsked]


class Status(BaseModel):
    agent: Answering | None
    queue: str | None
    position: int | None
    waiting_since: str | None
    outcome: str | None = Field(pattern="^(asked|in_line|closed|nobody)$")
    stage: str | None = Field(pattern="^(representative|deputy|team|transfer)$")
    range: Range | None
    kept_until: str | None
    opens_at: str | None
    promised_at: str | None
    waits_by: str | None = Field(pattern="^(text|message)$")
    ways: list[str]
    team: Team | None
    ratings: list[RatingAsked]
    notice: NoticeShown | None
    asks: Asks | None
    peeks: bool


class Marks(BaseModel):
    customer: int
    agent: int


class ThreadOut(BaseModel):
    conversation: str
    state: str
    status: Status
    messages: list[MessageOut]
    late: list[MessageOut]
    marks: Marks


class Nothing(Body):
    """An empty object."""


class TypingIn(Body):
    draft: str | None = Field(None, max_length=peeking.LONGEST)


class SeenUpTo(Body):
    seq: int = Field(ge=1)
