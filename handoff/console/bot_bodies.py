"""What stands above and in the thread for agents alone: the bot's part in words, and what was noted when it was parked."""

from pydantic import BaseModel


class SummaryLine(BaseModel):
    label: str
    text: str


class Asleep(BaseModel):
    by: str
    note: str
    at: str


class Likely(BaseModel):
    understood: str
    percent: int


class BotTurnOut(BaseModel):
    seq: int
    understood: str | None
    percent: int | None
    tapped: bool
    others: list[Likely]
    spoke_of: list[SummaryLine]
    failed: str | None


class RequestOut(BaseModel):
    title: str
    standing: str
    trouble: str | None
    failed: bool
    details: list[SummaryLine]
    aside: list[str]


class BotPart(BaseModel):
    turns: list[BotTurnOut]
    request: RequestOut | None
