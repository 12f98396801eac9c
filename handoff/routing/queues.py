"""Where a waiting conversation stands: whose customer it is, which queue, which place."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Book, Conversation
from shop.ground import clock


def current_representative(session: Session, customer_id: str) -> Agent | None:
    """The agent in whose book the customer stands today."""
    now = clock.now()
    return session.scalar(
        select(Agent)
        .join(Book, Book.agent_id == Agent.id)
        .where(
            Book.customer_id == customer_id,
            Book.since <= now,
            Book.until.is_(None) | (Book.until > now),
            Agent.disabled_at.is_(None),
        )
    )


def position(session: Session, conversation: Conversation) -> int:
    """The place in the general queue, counted from 1."""
    ahead = session.scalar(
        select(func.count())
        .select_from(Conversation)
        .where(
            Conversation.state.in_(("waiting", "offered")),
            Conversation.queue == "general",
            Conversation.rank_at < conversation.rank_at,
        )
    )
    return 1 + (ahead or 0)


def has_held(session: Session, agent_id: str, conversation_id: str) -> bool:
    """Has this agent ever answered the conversation? Then they may read on."""
    held = select(Assignment.id).where(
        Assignment.conversation_id == conversation_id, Assignment.agent_id == agent_id, Assignment.to_state == "held"
    )
    return session.scalar(held.limit(1)) is not None


def adopt(session: Session, customer_id: str) -> Agent | None:
    """Give a customer who has none a representative: of those who keep a book, the one with the fewest in it."""
    smallest = session.execute(
        select(Book.agent_id, func.count())
        .join(Agent, Agent.id == Book.agent_id)
        .where(Book.until.is_(None), Agent.disabled_at.is_(None))
        .group_by(Book.agent_id)
        .order_by(func.count(), Book.agent_id)
        .limit(1)
    ).first()
    if smallest is None:
        return None
    session.add(Book(customer_id=customer_id, agent_id=smallest[0], since=clock.now()))
    return session.get_one(Agent, smallest[0])
