"""What the office's API takes and gives."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field, field_validator

from handoff.console.bodies import Named
from handoff.http import Body
from handoff.rules.office import Written


class Mark(Body):
    mark: str = Field(min_length=1, max_length=40)


class AgentIn(Body):
    name: str = Field(max_length=80)
    email: str = Field(max_length=254)
    role: str = Field("agent", max_length=20)
    capacity: int = Field(6, ge=1, le=100)
    room: int | None = Field(None, ge=0, le=100_000)
    deputy: str | None = Field(None, max_length=64)
    queues: list[str] = Field(default_factory=list, max_length=50)
    skills: list[str] = Field(default_factory=list, max_length=50)
    languages: list[str] = Field(default_factory=list, max_length=20)
    hours: str = Field("", max_length=300)

    def written(self) -> Written:
        return Written(
            self.name, self.email, self.role, self.capacity, self.room, self.deputy, tuple(self.queues),
            tuple(self.skills), tuple(self.languages), self.hours,
        )  # fmt: skip


class NewAgent(AgentIn):
    password: str = Field(min_length=10, max_length=200)


class AgentChange(AgentIn):
    mark: str = Field(min_length=1, max_length=40)


class FirstPassword(Mark):
    password: str = Field(min_length=10, max_length=200)


class AgentOut(BaseModel):
    id: str
    name: str
    email: str
    role: str
    capacity: int
    room: int | None
    deputy: str | None
    queues: list[str]
    skills: list[str]
    languages: list[str]
    hours: str
    presence: str
    second_factor: bool
    customers: int
    picture: str | None
    mark: str


class Staff(BaseModel):
    agents: list[AgentOut]
    roles: list[str]
    required: list[str]  # roles that must have a second factor


class Roles(Body):
    roles: list[str] = Field(max_length=3)

    @field_validator("roles")
    @classmethod
    def _known(cls, roles: list[str]) -> list[str]:
        if set(roles) - {"agent", "supervisor", "admin"}:
            raise ValueError("are agent, supervisor and admin")
        return roles


class HoursIn(Body):
    hours: str = Field(max_length=300)


class Day(BaseModel):
    day: str
    spans: list[list[str]]
    holiday: bool


class Week(BaseModel):
    zone: str
    open_now: bool
    changes_at: str | None
    always: bool
    days: list[Day]


class QueueWeek(Week):
    name: str
    title: str
    topics: list[str]


class Queues(BaseModel):
    queues: list[QueueWeek]


class Shelf(BaseModel):
    agent: Named
    customers: int
    room: int | None
    worth: str
    deputy: str
    on_leave_until: str | None


class Leave(BaseModel):
    id: int
    agent: Named
    since: str
    until: str
    deputy: str
    reason: str


class Books(BaseModel):
    books: list[Shelf]
    leaves: list[Leave]


class Entry(BaseModel):
    customer: Named
    spent: str
    since: str
    deputy: str
    why: str


class Entries(BaseModel):
    entries: list[Entry]


class BookPlanIn(Body):
    agent: str = Field(min_length=1, max_length=64)
    to: str = Field("", max_length=64)  # empty: shared out


class Reassign(BookPlanIn):
    why: str = Field("", max_length=200)
    mark: str = Field(min_length=1, max_length=40)


class Count(BaseModel):
    agent: Named
    customers: int


class BookPlan(BaseModel):
    counts: list[Count]
    left: int
    talking: int
    mark: str


class LeaveIn(Body):
    agent: str = Field(min_length=1, max_length=64)
    since: str = Field(max_length=40)
    until: str = Field(max_length=40)
    deputy: str = Field("", max_length=64)
    reason: str = Field("", max_length=100)

    @field_validator("since", "until")
    @classmethod
    def _a_moment(cls, given: str) -> str:
        try:
            aware = datetime.fromisoformat(given).tzinfo is not None
        except ValueError:
            aware = False
        if not aware:
            raise ValueError("must be a time with its zone, such as 2026-11-22T09:00:00Z")
        return given

    def span(self) -> tuple[datetime, datetime]:
        return datetime.fromisoformat(self.since).astimezone(UTC), datetime.fromisoformat(self.until).astimezone(UTC)


class LeaveEnd(Body):
    agent: str = Field(min_length=1, max_length=64)
    id: int


class Notes(BaseModel):
    notes: list[str]


class ArticleItem(BaseModel):
    slug: str
    locale: str
    version: int
    title: str
    category: str
    withdrawn: bool
    updated_at: str
    helped: int
    not_helped: int


class Articles(BaseModel):
    articles: list[ArticleItem]


class ArticleIn(Body):
    slug: str = Field(max_length=80)
    locale: str = Field("en", max_length=2)
    seen: str = Field("", max_length=40)  # `updated_at` as it was opened; empty: a new article
    title: str = Field(max_length=200)
    category: str = Field(max_length=80)
    body: str = Field(max_length=40_000)
    asked: list[str] = Field(default_factory=list, max_length=100)


class ArticleAway(Body):
    slug: str = Field(max_length=80)
    locale: str = Field("en", max_length=2)
    seen: str = Field(max_length=40)


class ArticleOut(BaseModel):
    slug: str
    locale: str
    version: int
    title: str
    category: str
    body: str
    asked: list[str]
    withdrawn: bool
    updated_at: str


class Version(BaseModel):
    id: int
    at: str
    digest: str
    current: bool


class Versions(BaseModel):
    versions: list[Version]


class Line(BaseModel):
    kind: str
    text: str


class Difference(BaseModel):
    lines: list[Line]


class Note(BaseModel):
    at: str
    by: str
    action: str
    subject: str
    detail: dict[str, Any]


class Record(BaseModel):
    record: list[Note]
