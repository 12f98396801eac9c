"""What stands before the chat, in the office: supervisors write the notice, admins the questions."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field, field_validator
from sqlalchemy.orm import Session

from handoff.console.guards import PREFIX, admin, supervisor, supervisor_writing
from handoff.http import Body, Call, Endpoint
from handoff.rules import notices, questions

AT = f"{PREFIX}office/front"
REFUSALS = (400, 401, 403, 409)


class NoticeIn(Body):
    version: int = Field(ge=0)  # as it was seen
    text: str = Field(max_length=1000)  # empty: it is taken away
    spanish: str = Field("", max_length=1000)
    until: str | None = Field(None, max_length=40)

    @field_validator("until")
    @classmethod
    def _a_moment(cls, given: str | None) -> str | None:
        try:
            aware = given is None or datetime.fromisoformat(given).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise ValueError("must be a time with its zone, such as 2026-11-22T09:00:00Z")
        return given

    def end(self) -> datetime | None:
        return datetime.fromisoformat(self.until).astimezone(UTC) if self.until else None


class TopicIn(Body):
    topic: str = Field(max_length=80)
    label: str = Field(max_length=200)
    spanish: str = Field("", max_length=200)


class QuestionsIn(Body):
    version: int = Field(ge=0)
    on: bool
    name: bool
    email: bool
    topics: list[TopicIn] = Field(default_factory=list, max_length=50)


class NoticeOut(BaseModel):
    version: int
    text: str
    spanish: str
    until: str | None
    shown: bool


class Known(BaseModel):
    topic: str
    queue: str


class TopicOut(Known):
    label: str
    spanish: str


class QuestionsOut(BaseModel):
    version: int
    on: bool
    name: bool
    email: bool
    topics: list[TopicOut]
    known: list[Known]


class FrontOut(BaseModel):
    notice: NoticeOut
    questions: QuestionsOut


def endpoints() -> list[Endpoint]:
    return [
        Endpoint("GET", AT, "What stands before the chat", _front, supervisor, answer=FrontOut, refusals=(401, 403)),
        Endpoint("POST", f"{AT}/notice", "A notice to customers, or none", _notice, supervisor_writing, NoticeIn, FrontOut,
                 refusals=REFUSALS),
        Endpoint("POST", f"{AT}/questions", "What visitors are asked before the chat", _questions, admin, QuestionsIn,
                 FrontOut, refusals=REFUSALS),
    ]  # fmt: skip


async def _front(call: Call) -> dict[str, Any]:
    return await call.parts.db.read(_shown)


async def _notice(call: Call) -> dict[str, Any]:
    body: NoticeIn = call.body

    def write(session: Session) -> dict[str, Any]:
        notices.write(session, f"agent:{call.who.id}", body.version, body.text, body.spanish, body.end())
        return _shown(session)

    return await call.parts.db.write(write)


async def _questions(call: Call) -> dict[str, Any]:
    body: QuestionsIn = call.body
    topics = [questions.Topic(one.topic.strip(), one.label, one.spanish) for one in body.topics]

    def write(session: Session) -> dict[str, Any]:
        questions.write(session, f"agent:{call.who.id}", body.version, body.on, body.name, body.email, topics)
        return _shown(session)

    return await call.parts.db.write(write)


def _shown(session: Session) -> dict[str, Any]:
    return {"notice": notices.kept(session), "questions": questions.kept(session)}
