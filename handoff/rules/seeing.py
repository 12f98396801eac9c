"""What an agent may see, as a set: the same as `board.may_see` of each conversation, for what looks at all of them."""

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, select, union
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Book, Conversation, Cover, Offer
from handoff.routing import books
from handoff.rules import mentions
from handoff.rules.board import OPEN
from handoff.rules.listed import SUPERVISING
from shop.ground import clock


def visible(session: Session, agent_id: str, wanted: ColumnElement[bool]) -> CompoundSelect[str]:
    """The ids of the conversations that the agent may see and that are `wanted`. One part a way to see it: each has an index."""
    agent = session.get_one(Agent, agent_id)
    return union(*(select(Conversation.id).where(way, wanted) for way in _ways(agent)))


def _ways(agent: Agent) -> list[ColumnElement[bool]]:
    """What stands in their lists; what they held before; their own customers'; where they were mentioned; for supervisors what
    people deal with."""
    now = clock.now()
    waits = Conversation.state.in_(("waiting", "offered"))
    serves = Conversation.queue.in_(agent.queues) if agent.queues else Conversation.id.is_not(None)
    known = Conversation.state != "waiting"
    ways = [
        Conversation.held_by == agent.id,
        Conversation.id.in_(_offered(agent)),
        and_(Conversation.state == "waiting", Conversation.wants_id.is_(None), serves),
        and_(waits, Conversation.wants_id == agent.id),
        and_(waits, Conversation.representative_id == agent.id),
        and_(waits, Conversation.returns_to == agent.id),
        Conversation.id.in_(
            select(Cover.conversation_id).where(Cover.representative_id == agent.id, Cover.seen_at.is_(None))
        ),
        and_(known, Conversation.id.in_(_held_before(agent))),
        and_(known, Conversation.customer_id.in_(_book(agent, books.current(now)))),
        Conversation.id.in_(mentions.taking_part(agent.id)),
    ]
    if agent.role in SUPERVISING:
        ways.append(Conversation.state.in_(OPEN))
        ways.append(Conversation.breached_at.is_not(None))
    return ways


def _offered(agent: Agent) -> Select[str]:
    return select(Offer.conversation_id).where(Offer.agent_id == agent.id, Offer.ended_at.is_(None))


def _held_before(agent: Agent) -> Select[str]:
    where = Assignment.agent_id == agent.id, Assignment.to_state == "held"
    return select(Assignment.conversation_id).where(*where)


def _book(agent: Agent, counts: ColumnElement[bool]) -> Select[str]:
    return select(Book.customer_id).where(Book.agent_id == agent.id, counts)
