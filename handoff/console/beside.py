"""Beside the open conversation: the customer's story, and what can be done to their orders, by plan and receipt."""

from typing import Any

from pydantic import BaseModel, Field
from sanic import HTTPResponse
from sqlalchemy.orm import Session

from handoff.channels.bodies import MessageOut
from handoff.console.bodies import Named
from handoff.console.bot_bodies import BotTurnOut
from handoff.console.guards import PREFIX, agent, writing_agent
from handoff.console.note_bodies import NoteOut
from handoff.console.verbs import AT, REFUSALS, seen
from handoff.http import Body, Call, Endpoint
from handoff.models import Conversation
from handoff.routing import presence
from handoff.rules import board, errands, quiet_book, story
from shop.ground.errors import NotFound


class ValueOut(BaseModel):
    ever: str | None
    lately: str | None
    orders: int
    first_at: str | None
    last_at: str | None


class PastOut(BaseModel):
    id: str
    state: str
    channel: str
    topic: str | None
    opened_at: str
    messages: int
    preview: str
    closed_as: str | None
    tags: list[str]


class KeptFile(BaseModel):
    id: str
    name: str
    type: str
    bytes: int
    url: str
    at: str
    conversation: str


class Said(BaseModel):
    name: str
    email: str
    topic: str


class Story(BaseModel):
    value: ValueOut | None
    introduction: Said | None  # before the chat; it proves nothing
    past: list[PastOut]
    files: list[KeptFile]


class PastThread(BaseModel):
    messages: list[MessageOut]
    notes: list[NoteOut]
    turns: list[BotTurnOut]


class BookEntry(BaseModel):
    customer: Named
    tier: str
    conversation: str | None
    last_at: str | None


class QuietBook(BaseModel):
    customers: list[BookEntry]


class Choice(BaseModel):
    id: str
    label: str


class Variant(Choice):
    price: str


class LineOut(BaseModel):
    id: int
    label: str
    price: str
    variants: list[Variant]


class AddressOut(BaseModel):
    address1: str
    address2: str
    city: str
    state: str
    zip: str
    country: str


class Errands(BaseModel):
    order: str
    allowed: list[str]
    refused: dict[str, str]
    reasons: list[str]
    address: AddressOut
    methods: list[Choice]
    lines: list[LineOut]


class AddressIn(Body):
    address1: str = Field(max_length=200)
    address2: str = Field("", max_length=200)
    city: str = Field(max_length=200)
    state: str = Field("", max_length=200)
    zip: str = Field(max_length=40)
    country: str = Field("", max_length=200)


class PlanIn(Body):
    client_id: str = Field(min_length=1, max_length=64)
    operation: str = Field(max_length=40)
    order: str = Field(min_length=1, max_length=64)
    reason: str = Field("", max_length=80)
    method: str = Field("", max_length=64)
    lines: list[int] = Field(default_factory=list, max_length=100)
    swaps: dict[int, str] = Field(default_factory=dict, max_length=100)  # line -> variant
    address: AddressIn | None = None


class PlanOut(BaseModel):
    id: str
    operation: str
    order: str | None
    lines: list[str]
    expires_at: str


class CarryOut(Body):
    plan: str = Field(min_length=1, max_length=64)
    yes: str = Field(min_length=1, max_length=500)  # how the customer said yes


class Drop(Body):
    plan: str = Field(min_length=1, max_length=64)


class Done(BaseModel):
    number: str
    text: str


def endpoints() -> list[Endpoint]:
    return [
        Endpoint("GET", f"{PREFIX}book", "My customers who want nothing now", _book, agent, answer=QuietBook, refusals=(401,)),
        Endpoint("GET", f"{AT}/story", "The customer's value, past and files", _story, agent, answer=Story, refusals=(401, 404)),
        Endpoint(
            "GET", f"{AT}/past/<past_id:str>", "An earlier conversation of the same customer", _past, agent,
            answer=PastThread, refusals=(401, 404),
        ),
        Endpoint(
            "GET", f"{AT}/orders/<order_id:str>", "What can be done to an order, and why not the rest", _order, agent,
            answer=Errands, refusals=(401, 404),
        ),
        Endpoint("POST", f"{AT}/plan", "Plan a change of an order", _plan, writing_agent, PlanIn, PlanOut, 201, refusals=REFUSALS),
        Endpoint("POST", f"{AT}/carry-out", "Do what was planned: the customer said yes", _carry_out, writing_agent, CarryOut, Done,
                 refusals=REFUSALS),
        Endpoint("POST", f"{AT}/drop", "The customer said no", _drop, writing_agent, Drop, status=204, refusals=REFUSALS),
    ]  # fmt: skip


async def _book(call: Call) -> dict[str, Any]:
    return {"customers": await call.parts.db.read(quiet_book.of, call.who.id)}


async def _story(call: Call, conversation_id: str) -> dict[str, Any]:
    return await call.parts.db.read(lambda session: story.beside(session, _visible(session, call, conversation_id)))


async def _past(call: Call, conversation_id: str, past_id: str) -> dict[str, Any]:
    def read(session: Session) -> dict[str, Any]:
        return story.past_thread(session, _visible(session, call, conversation_id), past_id)

    return await call.parts.db.read(read)


async def _order(call: Call, conversation_id: str, order_id: str) -> dict[str, Any]:
    def read(session: Session) -> dict[str, Any]:
        return errands.of_order(session, _visible(session, call, conversation_id), order_id)

    return await call.parts.db.read(read)


async def _plan(call: Call, conversation_id: str) -> dict[str, Any]:
    body: PlanIn = call.body

    def write(session: Session) -> dict[str, Any]:
        conversation, who = seen(session, call.who.id, conversation_id), presence.lock_agent(session, call.who.id)
        key = f"agent:{call.who.id}:{body.client_id}"
        return errands.plan(session, conversation, who, key, body.operation, body.order, body.model_dump()).card

    return await call.parts.db.write(write)


async def _carry_out(call: Call, conversation_id: str) -> dict[str, str]:
    body: CarryOut = call.body

    def write(session: Session) -> dict[str, str]:
        conversation, who = seen(session, call.who.id, conversation_id), presence.lock_agent(session, call.who.id)
        receipt = errands.carry_out(session, conversation, who, body.plan, body.yes)
        return {"number": receipt.number, "text": receipt.text}

    return await call.parts.db.write(write)


async def _drop(call: Call, conversation_id: str) -> HTTPResponse:
    def write(session: Session) -> None:
        conversation, who = seen(session, call.who.id, conversation_id), presence.lock_agent(session, call.who.id)
        errands.drop(session, conversation, who, call.body.plan)

    await call.parts.db.write(write)
    return HTTPResponse(status=204)


def _visible(session: Session, call: Call, conversation_id: str) -> Conversation:
    """Raises `NotFound` for what they may not see."""
    row = session.get(Conversation, conversation_id)
    if row is None or not board.may_see(session, call.who.id, row):
        raise NotFound("There is no such conversation.")
    return row
