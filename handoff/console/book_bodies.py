"""What the office takes and gives of the books of business and of leaves."""

from datetime import UTC, datetime

from pydantic import BaseModel, Field, field_validator

from handoff.console.bodies import Named
from handoff.http import Body


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
