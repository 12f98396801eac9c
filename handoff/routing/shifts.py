"""Agents come, go away, and lapse: what that does to the conversations offered to them, and the watchdog's round."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import matching, offers, presence, stages
from shop.ground import clock
from shop.ground.db import ring


def come(session: Session, agent_id: str) -> None:
    """The agent is here: what waits is offered at once."""
    agent = session.get_one(Agent, agent_id)
    agent.status, agent.seen_at, agent.misses = "online", clock.now(), 0
    session.flush()
    ring(session, states.CONSOLE_BELL)
    matching.fill(session, agent_id)


def go(session: Session, agent_id: str, status: str, why: str = "went_away") -> None:
    """The agent is away or offline: what was offered to them is offered to the next; what they hold stays theirs."""
    agent = session.get_one(Agent, agent_id)
    agent.status = status
    session.flush()
    ring(session, states.CONSOLE_BELL)
    for offer in offers.of(session, agent_id):
        conversation = states.lock(session, offer.conversation_id)
        if conversation.state == "offered" and agent_id in offers.agents(session, conversation.id):
            stages.came_to_nothing(session, conversation, agent_id, "rescinded", by="system", why=why)


def offer_expired(session: Session, conversation_id: str, version: int) -> None:
    """Nobody took the offer in time. Several in a row, and the agent is set away: they are not there."""
    conversation = states.lock(session, conversation_id)
    if conversation.state != "offered" or conversation.version != version:
        return
    missed = [offer.agent_id for offer in offers.open_of(session, conversation_id) if offer.expires_at <= clock.now()]
    for agent_id in missed:
        _let_pass(session, conversation, agent_id)


def _let_pass(session: Session, conversation: Conversation, agent_id: str) -> None:
    agent = presence.lock_agent(session, agent_id)
    agent.misses += 1
    stages.came_to_nothing(session, conversation, agent_id, "missed", by="system", why="missed")
    if agent.misses >= presence.MISSES_UNTIL_AWAY:
        go(session, agent.id, "away", why="missed")
    else:
        matching.fill(session, agent.id)


def sweep(session: Session) -> None:
    """The watchdog's round: leases that ran out, a representative who left, and whatever waits though it could be offered."""
    for agent in presence.lapsed(session, clock.now()):
        go(session, agent.id, "away", why="lease_lapsed")
    for conversation_id in _without_their_person(session):
        conversation = states.lock(session, conversation_id)
        if conversation.state == "waiting" and conversation.stage in stages.OWN:
            stages.advance(session, conversation, by="system", why="representative_left")
    matching.offer_all(session)


def _without_their_person(session: Session) -> list[str]:
    """Conversations that wait for one person who is not here any more."""
    return list(
        session.scalars(
            select(Conversation.id)
            .join(Agent, Agent.id == Conversation.wants_id)
            .where(Conversation.state == "waiting", Conversation.stage.in_(stages.OWN), ~presence.here(clock.now()))
        )
    )
