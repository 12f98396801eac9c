"""The queue view: what an agent may see, in lists, and one conversation with the customer's story beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Conversation, Cover
from handoff.routing import books, closing, explain, holding, offers, policy, queues
from handoff.rules import bot_shown, cards, later_shown, marks, mentions, notes, sleeps, summary, thread, writing
from shop import customers, identity, orders, receipts, value
from shop.ground import clock
from shop.ground.errors import NotFound

LISTED = 500
LATELY = timedelta(hours=1)
OPEN = ("waiting", "offered", "held", "parked")
SUPERVISING = ("supervisor", "admin")


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
    rows = session.scalars(
        select(Conversation).where(_listed(agent)).order_by(Conversation.rank_at).limit(LISTED)
    ).all()
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


def versions(session: Session, agent_id: str) -> dict[str, tuple[int, int, int, bool, datetime]]:
    """Id -> (version, last seq, last note, whether late, when anything happened last) of all that the lists show, of what the
    agent had lately and may still have open, and of where they were mentioned: what the console's stream compares."""
    mine = select(Assignment.conversation_id).where(Assignment.agent_id == agent_id, Assignment.to_state == "held")
    lately = and_(Conversation.changed_at > clock.now() - LATELY, Conversation.id.in_(mine))
    listed = _listed(session.get_one(Agent, agent_id))
    along = Conversation.id.in_(mentions.taking_part(agent_id))
    row = Conversation
    shown = row.id, row.version, row.last_seq, row.last_note, row.breached_at, row.changed_at
    rows = session.execute(select(*shown).where(or_(listed, lately, along)))
    return {row.id: (*row[1:4], row.breached_at is not None, row.changed_at) for row in rows}


def conversation(
    session: Session, agent_id: str, conversation_id: str, after: int = 0, notes_after: int = 0
) -> dict[str, Any]:
    """Everything an agent needs to join: the thread and the customer. Raises `NotFound` for what they may not see."""
    row = session.get(Conversation, conversation_id)
    if row is None or not may_see(session, agent_id, row):
        raise NotFound("There is no such conversation.")
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
        "messages": thread.messages(session, row.id, thread.with_late_files(session, row.id, after)),
        "notes": notes.of(session, row.id, notes_after),
        "participants": mentions.participants(session, row),
        "marks": marks.of(session, row.id),
        "later": later_shown.of(session, row, agent),
        "receipts": [receipts.shown(receipt) for receipt in receipts.of_conversation(session, row.id)],
        "orders": orders.summaries(session, who.customer_id) if who.customer_id else [],
        "closing": closing.asked(row),
        "writing": writing.beside(session, row, agent),
        "along": not acts,
        "can": holding.allowed(session, row, agent) if acts else [],
    }


def why(session: Session, agent_id: str, conversation_id: str) -> list[dict[str, Any]]:
    """What was decided about it, in sentences and with what they were read from. Raises `NotFound` as above."""
    row = session.get(Conversation, conversation_id)
    if row is None or not may_see(session, agent_id, row):
        raise NotFound("There is no such conversation.")
    told = explain.decisions(session, conversation_id)
    return [{name: step[name] for name in ("at", "agent", "by", "reason", "detail", "text")} for step in told]


def may_see(session: Session, agent_id: str, row: Conversation) -> bool:
    """What an agent may act on, and what they were mentioned in: to read along, and to write notes."""
    return may_act(session, agent_id, row) or mentions.takes_part(session, agent_id, row.id)


def may_act(session: Session, agent_id: str, row: Conversation) -> bool:
    """An agent deals with what they hold or held, what is offered to them, their own customers' and the queues they serve; a
    supervisor with what people deal with."""
    agent = session.get_one(Agent, agent_id)
    if session.scalar(select(Conversation.id).where(Conversation.id == row.id, _listed(agent))):
        return True
    if agent.role in SUPERVISING and row.state in OPEN:
        return True
    if row.state == "waiting":
        return False  # for somebody else, or in a queue that they do not serve
    own = row.customer_id and books.representative(session, row.customer_id)
    return bool(own and own.id == agent_id) or queues.has_held(session, agent_id, row.id)


def _listed(agent: Agent) -> ColumnElement[bool]:
    """What stands in one of this agent's lists."""
    waits = Conversation.state.in_(("waiting", "offered"))
    in_person = or_(
        Conversation.wants_id == agent.id,
        Conversation.representative_id == agent.id,
        Conversation.returns_to == agent.id,
    )
    serves = Conversation.queue.in_(agent.queues) if agent.queues else Conversation.id.is_not(None)
    covered = select(Cover.conversation_id).where(Cover.representative_id == agent.id, Cover.seen_at.is_(None))
    ways = [
        Conversation.held_by == agent.id,
        offers.to(agent.id),
        and_(Conversation.state == "waiting", Conversation.wants_id.is_(None), serves),
        and_(waits, in_person),
        Conversation.id.in_(covered),
        closing.wrapped_up_by(agent.id),
    ]
    if agent.role in SUPERVISING:
        ways.append(Conversation.breached_at.is_not(None))
    return or_(*ways)


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
