"""What the console's API takes and gives, as the OpenAPI document describes it."""

from typing import Any

from pydantic import BaseModel, Field

from handoff.channels.web import MessageOut
from handoff.http import Body
from handoff.rules import inbox


class Credentials(Body):
    email: str = Field(min_length=3, max_length=254)
    password: str = Field(min_length=1, max_length=200)


class MemberOut(BaseModel):
    id: str
    name: str
    role: str
    representative: bool


class SignedIn(BaseModel):
    agent: MemberOut


class Me(BaseModel):
    agent: MemberOut
    presence: str


class PresenceWish(Body):
    status: str = Field(pattern="^(online|away)$")


class Presence(BaseModel):
    presence: str


class Named(BaseModel):
    id: str
    name: str


class Item(BaseModel):
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


class Queue(BaseModel):
    mine: list[Item]
    dedicated: list[Item]
    general: list[Item]
    presence: str
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


class ConversationOut(BaseModel):
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
    messages: list[MessageOut]
    receipts: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    can: list[str]


class Verb(Body):
    version: int = Field(ge=1)
    reason: str = Field("", max_length=500)


class Changed(BaseModel):
    id: str
    state: str
    version: int


class ReplyIn(Body):
    client_id: str = Field(min_length=1, max_length=64)
    text: str = Field(min_length=1, max_length=inbox.LONGEST)


class ReplyTaken(BaseModel):
    seq: int
