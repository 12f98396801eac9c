"""What the console's API takes and gives, as the OpenAPI document describes it."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from handoff.channels.bodies import Marks, MessageOut
from handoff.console.bot_bodies import Asleep, BotPart, SummaryLine
from handoff.console.later_bodies import HeldBack, LaterOut, LaterTimes
from handoff.console.note_bodies import MentionOut, NoteOut, ParticipantOut
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


class Credentials(Body):
    email: str = Field(min_length=3, max_length=254)
    password: str = Field(min_length=1, max_length=200)
    code: str = Field("", max_length=20)  # of the second factor, or a recovery code


class MemberOut(BaseModel):
    id: str
    name: str
    role: str
    representative: bool
    must_enrol: bool


class SignedIn(BaseModel):
    agent: MemberOut


class Me(BaseModel):
    agent: MemberOut
    presence: str
    away_reason: str | None


class PresenceWish(Body):
    status: str = Field(pattern="^(online|transfers|away|offline)$")
    reason: str = Field("", max_length=60)
    conversations: str = Field("keep", pattern="^(keep|replies|requeue)$")


class Presence(BaseModel):
    presence: str
    away_reason: str | None


class Named(BaseModel):
    id: str
    name: str


class TargetOut(BaseModel):
    kind: str
    warn_at: str | None
    due_at: str | None
    breached_at: str | None


class CloseIn(Body):
    version: int = Field(ge=1)
    code: str = Field("", max_length=40)  # of the policy's closing.codes
    tags: list[str] = Field(default_factory=list, max_length=20)
    reason: str = Field("", max_length=500)


class Standing(BaseModel):
    stage: str | None
    queue: str | None
    wants: Named | None
    representative: Named | None
    returns_to: Named | None
    offered: int
    cover: bool
    covered_by: Named | None
    gave_up: bool  # this agent's customer gave up waiting, and said nothing since
    target: TargetOut | None
    parked_until: str | None
    parked_for: str | None
    wrap_until: str | None


class Item(Standing):
    id: str
    customer: Named | None
    tier: str | None
    state: str
    channel: str
    topic: str | None
    waiting_since: str | None
    offer_expires_at: str | None
    held_by: str | None
    preview: str
    last_at: str
    unanswered: bool
    version: int


class QueueName(BaseModel):
    name: str
    title: str


class Queue(BaseModel):
    mine: list[Item]
    dedicated: list[Item]
    general: list[Item]
    attention: list[Item]
    covered: list[Item]
    mentions: list[MentionOut]
    queues: list[QueueName]
    held_back: list[HeldBack]
    presence: str
    away_reason: str | None
    now: str


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


class CustomerOut(BaseModel):
    id: str
    name: str
    email: str
    phone: str | None
    tier: str
    tier_why: str
    representative: Named | None


class ProofOut(BaseModel):
    level: str
    at: str | None


class Passed(BaseModel):
    by: str
    to: str
    note: str
    at: str


class TextPrice(BaseModel):
    segment: str
    spent: str
    currency: str


class Writing(BaseModel):
    language: str
    variables: dict[str, str]
    stopped_at: str | None
    price: TextPrice | None = None
    later: LaterTimes


class Code(BaseModel):
    name: str
    title: str


class ClosingOut(BaseModel):
    codes: list[Code]
    tags: list[str]
    required: bool


class ConversationOut(Standing):
    id: str
    state: str
    version: int
    channel: str
    topic: str | None
    reason: str | None
    facts: dict[str, Any]
    customer: CustomerOut | None
    proof: ProofOut
    tier: str | None
    holder: Named | None
    offered_to: str | None
    waiting_since: str | None
    offer_expires_at: str | None
    passed: Passed | None
    asleep: Asleep | None
    summary: list[SummaryLine]
    deputy: Named | None
    bot: BotPart
    messages: list[MessageOut]
    notes: list[NoteOut]
    participants: list[ParticipantOut]
    marks: Marks
    later: list[LaterOut]
    receipts: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    writing: Writing
    closing: ClosingOut
    along: bool  # only because of a mention: to read, and to write notes
    can: list[str]


class Verb(Body):
    version: int = Field(ge=1)
    reason: str = Field("", max_length=500)


class SeenIn(Body):
    version: int | None = Field(None, ge=1)
    seq: int | None = Field(None, ge=1)
    reason: str = Field("", max_length=500)


class Decision(BaseModel):
    at: str
    agent: str | None
    by: str
    reason: str
    detail: dict[str, Any]
    text: str


class Why(BaseModel):
    decisions: list[Decision]


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
