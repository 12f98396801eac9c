"""What the console shows: the lists, one conversation with its customer, and why it is where it is."""

from typing import Any

from pydantic import BaseModel

from handoff.channels.bodies import Marks, MessageOut
from handoff.console.bot_bodies import Asleep, BotPart, SummaryLine
from handoff.console.later_bodies import HeldBack, LaterOut, LaterTimes
from handoff.console.note_bodies import MentionOut, NoteOut, ParticipantOut


class Named(BaseModel):
    id: str
    name: str


class TargetOut(BaseModel):
    kind: str
    warn_at: str | None
    due_at: str | None
    breached_at: str | None


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


class SaidOut(BaseModel):
    messages: list[MessageOut]
    notes: list[NoteOut]
    marks: Marks


class ConversationOut(SaidOut, Standing):
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
    participants: list[ParticipantOut]
    later: list[LaterOut]
    receipts: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    writing: Writing
    closing: ClosingOut
    along: bool  # only because of a mention: to read, and to write notes
    can: list[str]


class Decision(BaseModel):
    at: str
    agent: str | None
    by: str
    reason: str
    detail: dict[str, Any]
    text: str


class Why(BaseModel):
    decisions: list[Decision]
