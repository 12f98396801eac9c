"""What the office takes and gives of the staff, the queues, the policies and the record."""

from typing import Any

from pydantic import BaseModel, Field, field_validator

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
