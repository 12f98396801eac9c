"""A conversation in which an agent plans a reply that goes out later, and its time that comes."""

from datetime import timedelta

from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, LaterReply
from handoff.routing import holding, requests
from handoff.rules import later
from tests.conftest import Clock
from tests.handoff import world

HOUR = timedelta(hours=1)
NEW_YORK = "+12125550001"


def held(session: Session) -> tuple[Conversation, Agent]:
    """Alice holds a conversation with a visitor."""
    visitor = world.visitor(session)
    alice = world.agent(session, "Alice")
    world.writes(session, visitor, "hello")
    world.taps(session, visitor, "person")
    conversation = world.conversation(session, visitor.conversation)
    holding.accept(session, conversation, world.locked(session, alice))
    return conversation, world.locked(session, alice)


def texting(session: Session) -> tuple[Conversation, Agent]:
    """The same by text, from New York."""
    accepted = world.texts(session, NEW_YORK, "person")
    alice = world.agent(session, "Alice")
    conversation = world.conversation(session, accepted.conversation)
    requests.person(session, conversation, requests.Wish())
    holding.accept(session, conversation, world.locked(session, alice))
    return conversation, world.locked(session, alice)


def plan(
    session: Session, clock: Clock, conversation: Conversation, agent: Agent, *, park: bool = False, key: str = "k"
) -> LaterReply:
    return later.plan(session, conversation, agent, "Any news?", clock.time + HOUR, key, park=park)


def its_time(session: Session, clock: Clock, agent: str = "alice") -> None:
    clock.advance(HOUR.total_seconds())
    world.stays(session, agent)
    world.run_timers(session)
    session.expire_all()


def sent(session: Session, conversation: Conversation) -> list[str]:
    return [message.text for message in world.said(session, conversation.id) if message.kind == "agent"]


def is_taken_over(session: Session, conversation: Conversation, alice: Agent) -> None:
    ben = session.get_one(Agent, world.agent(session, "Ben"))
    ben.role = "supervisor"
    holding.take_over(session, conversation, ben)
