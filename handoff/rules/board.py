"""The queue view: what an agent may see, in lists, and one conversation with the customer's story beside it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Conversation
from handoff.routing import books, closing, explain, holding, offers, policy, queues
from handoff.rules import (
    bot_shown,
    cards,
    later_shown,
    listed,
    marks,
    mentions,
    notes,
    sleeps,
    summary,
    thread,
    writing,
)
from handoff.rules.listed import SUPERVISING
from shop import customers, identity, orders, receipts, value
from shop.ground import clock
from shop.ground.errors import NotFound

OPEN = ("waiting", "offered", "held", "parked")


@dataclass(frozen=True)
class Board:
    """The lists. `dedicated`: waiting for this agent in person; `attention`: for supervisors, what is late, whoever has it;
    `covered`: what others took for this agent's customers, until they have looked at it."""

    mine: list[dict[str, Any]]
    dedicated: list[dict[str, Any]]
    general: list[dict[str, Any]]
    attention: list[dict[str, Any]]
    covered: list[dict[str, Any]]


def lists(session: Session, agent_id: str) -> Board:
    """What is mine, what waits for me, what anybody may take, and what I should know of."""
    agent = session.get_one(Agent, agent_id)
    rows = listed.rows(session, agent)
    shown = Board([], [], [], [], [])
    for row, item in zip(rows, cards.cards(session, agent_id, rows), strict=True):
        _list_of(shown, row, item, agent_id).append(item)
    return shown


def _list_of(shown: Board, row: Conversation, item: dict[str, Any], agent_id: str) -> list[dict[str, Any]]:
    """Each conversation stands in one list."""
    waits = row.state in ("waiting", "offered")
    passed_on = waits and row.returns_to == agent_id and not item["offer_expires_at"]
    if agent_id == row.held_by or item["wrap_until"] or passed_on:
        return shown.mine
    if waits and agent_id in (row.wants_id, row.representative_id):
        return shown.dedicated
    if item["covered_by"] or item["gave_up"]:
        return shown.covered
    open_to_me = item["offer_expires_at"] or (row.state == "waiting" and row.wants_id is None)
    return shown.general if open_to_me else shown.attention


def counts(session: Session) -> dict[str, int]:
    """How many conversations are in each state that is not closed."""
    rows = session.execute(
        select(Conversation.state, func.count()).where(Conversation.state != "closed").group_by(Conversation.state)
    )
    return {row[0]: row[1] for row in rows}


def conversation(
    session: Session, agent_id: str, conversation_id: str, after: int = 0, notes_after: int = 0
) -> dict[str, Any]:
    """Everything an agent needs to join: the thread and the customer. Raises `NotFound` for what they may not see."""
    row = _seen(session, agent_id, conversation_id)
    acts = may_act(session, agent_id, row)
    agent, who = session.get_one(Agent, agent_id), identity.of(session, row.id)
    holder = session.get(Agent, row.held_by) if row.held_by else None
    beside = cards.around(session, agent_id, [row])
    return {
        "id": row.id,
        "state": row.state,
        "version": row.version,
        "channel": row.channel,
        "topic": row.topic,
        "reason": row.reason,
        "facts": row.facts or {},
        "customer": _customer(session, who.customer_id) if who.customer_id else None,
        "proof": {"level": who.level.name.lower(), "at": clock.iso(who.proved_at) if who.proved_at else None},
        "tier": row.tier,
        "holder": {"id": holder.id, "name": holder.name} if holder else None,
        "offered_to": agent_id if agent_id in offers.agents(session, row.id) else None,
        "waiting_since": clock.iso(row.waiting_since) if row.waiting_since else None,
        "offer_expires_at": cards.expiry(row, beside.expiries),
        **cards.stands(row, beside),
        "passed": _passed(session, row),
        "asleep": sleeps.note(session, row),
        "summary": summary.of(session, row) if row.reason else [],
        "deputy": _deputy(session, who.customer_id) if who.customer_id else None,
        "bot": bot_shown.beside(session, row),
        **_said(session, row.id, after, notes_after),
        "participants": mentions.participants(session, row),
        "later": later_shown.of(session, row, agent),
        "receipts": [receipts.shown(receipt) for receipt in receipts.of_conversation(session, row.id)],
        "orders": orders.summaries(session, who.customer_id) if who.customer_id else [],
        "closing": closing.asked(row),
        "writing": writing.beside(session, row, agent),
        "along": not acts,
        "can": holding.allowed(session, row, agent) if acts else [],
    }


def said(session: Session, agent_id: str, conversation_id: str, after: int, notes_after: int) -> dict[str, Any]:
    """Of the same what is new in the thread, and nothing that takes long: this the agent waits for. Raises `NotFound`."""
    return _said(session, _seen(session, agent_id, conversation_id).id, after, notes_after)


def why(session: Session, agent_id: str, conversation_id: str) -> list[dict[str, Any]]:
    """What was decided about it, in sentences and with what they were read from. Raises `NotFound` as above."""
    _seen(session, agent_id, conversation_id)
    told = explain.decisions(session, conversation_id)
    return [{name: step[name] for name in ("at", "agent", "by", "reason", "detail", "text")} for step in told]


def _seen(session: Session, agent_id: str, conversation_id: str) -> Conversation:
    row = session.get(Conversation, conversation_id)
    if row is None or not may_see(session, agent_id, row):
        raise NotFound("There is no such conversation.")
    return row


def _said(session: Session, conversation_id: str, after: int, notes_after: int) -> dict[str, Any]:
    return {
        "messages": thread.messages(session, conversation_id, thread.with_late_files(session, conversation_id, after)),
        "notes": notes.of(session, conversation_id, notes_after),
        "marks": marks.of(session, conversation_id),
    }


def may_see(session: Session, agent_id: str, row: Conversation) -> bool:
    """What an agent may act on, and what they were mentioned in: to read along, and to write notes."""
    return may_act(session, agent_id, row) or mentions.takes_part(session, agent_id, row.id)


def may_act(session: Session, agent_id: str, row: Conversation) -> bool:
    """An agent deals with what they hold or held, what is offered to them, their own customers' and the queues they serve; a
    supervisor with what people deal with."""
    agent = session.get_one(Agent, agent_id)
    if row.held_by == agent_id or listed.holds(session, agent, row.id):
        return True
    if agent.role in SUPERVISING and row.state in OPEN:
        return True
    if row.state == "waiting":
        return False  # for somebody else, or in a queue that they do not serve
    own = row.customer_id and books.representative(session, row.customer_id)
    return bool(own and own.id == agent_id) or queues.has_held(session, agent_id, row.id)


def _passed(session: Session, row: Conversation) -> dict[str, Any] | None:
    """How it was passed on last in this request, with the note; of no interest to who has it again."""
    request = (
        select(Assignment.id)
        .where(Assignment.conversation_id == row.id, Assignment.from_state.in_(("bot", "closed")))
        .order_by(Assignment.id.desc())
        .limit(1)
    )
    last = session.scalar(
        select(Assignment)
        .where(Assignment.conversation_id == row.id, Assignment.reason == "transfer")
        .where(Assignment.id > func.coalesce(request.scalar_subquery(), 0))
        .order_by(Assignment.id.desc())
        .limit(1)
    )
    if last is None or row.state not in OPEN or row.held_by == last.agent_id:
        return None
    detail = last.detail or {}
    sender, receiver = session.get(Agent, last.agent_id), session.get(Agent, detail.get("to") or "")
    queue = policy.current().queues.get(str(detail.get("queue")))
    to = receiver.name if receiver else queue.title if queue else ""
    by = sender.name if sender else ""
    return {"by": by, "to": to, "note": str(detail.get("note") or ""), "at": clock.iso(last.at)}


def _deputy(session: Session, customer_id: str) -> dict[str, str] | None:
    representative = books.representative(session, customer_id)
    deputy = books.deputy(session, customer_id, representative) if representative else None
    return {"id": deputy.id, "name": deputy.name} if deputy else None


def _customer(session: Session, customer_id: str) -> dict[str, Any]:
    customer = customers.get(session, customer_id)
    tier = value.tier(session, customer_id, clock.now())
    representative = books.representative(session, customer_id)
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "tier": tier.name,
        "tier_why": tier.why,
        "representative": {"id": representative.id, "name": representative.name} if representative else None,
    }
