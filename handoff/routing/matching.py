"""Offers: who can take a waiting conversation, and what a free agent is offered next.

An offer is made at the event that makes it possible, to one agent at a time, and expires. `offer` and `fill` lock the
conversation first and the agent second, always.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Assignment, Book, Conversation
from handoff.routing import offers, presence
from shop.ground import clock, jobs

OFFER_S = {"web": 30, "sms": 120}
DEDICATED_WAIT_S = 120
MISSED_REST_S = 60  # who let an offer pass is not asked for the same conversation again before this
LOOK_AHEAD = 20  # how far down the queue a free agent is matched at one event


@dataclass
class Candidates:
    """One conversation beside the agents who are here: who can take it, and why the others can't."""

    session: Session
    conversation: Conversation
    agents: list[Agent]

    @cached_property
    def loads(self) -> dict[str, presence.Load]:
        return presence.loads(self.session, [agent.id for agent in self.agents])

    @cached_property
    def refused(self) -> dict[str, str]:
        """Agents who said no to this conversation in this wait, or let it pass a moment ago."""
        rows = self.session.execute(
            select(Assignment.agent_id, Assignment.reason, func.max(Assignment.at))
            .where(
                Assignment.conversation_id == self.conversation.id,
                Assignment.reason.in_(("declined", "missed")),
                Assignment.at >= self.conversation.waiting_since,
            )
            .group_by(Assignment.agent_id, Assignment.reason)
        )
        rested = clock.now() - timedelta(seconds=MISSED_REST_S)
        return {
            agent_id: "declined it" if reason == "declined" else "let it pass a moment ago"
            for agent_id, reason, at in rows
            if agent_id and (reason == "declined" or at > rested)
        }

    @cached_property
    def representatives(self) -> set[str]:
        ids = [agent.id for agent in self.agents]
        return set(
            self.session.scalars(select(Book.agent_id).where(Book.agent_id.in_(ids), Book.until.is_(None)).distinct())
        )

    def against(self, agent: Agent) -> str | None:
        """None, or why this agent cannot be offered this conversation now."""
        own, load = self.conversation.wants_id is not None, self.loads[agent.id]
        kept_free = 0 if own or agent.id not in self.representatives else presence.RESERVED
        if load.units + presence.weight(self.conversation.channel) > agent.capacity - kept_free:
            return "no free capacity"
        if load.offers and not own:
            return "has another offer"
        return self.refused.get(agent.id)

    def ranked(self) -> list[Agent]:
        """Those who can, least loaded first, then who has waited longest for an offer."""
        able = [agent for agent in self.agents if self.against(agent) is None]
        return sorted(able, key=lambda agent: (self.loads[agent.id].units, _stamp(agent), agent.id))


def offer(session: Session, conversation: Conversation) -> Agent | None:
    """Offer a waiting, locked conversation to the best agent. None: nobody can take it now; it goes on waiting."""
    found = _here_for(session, conversation)
    for agent in found.ranked():
        locked = presence.lock_agent(session, agent.id)
        again = Candidates(session, conversation, [locked])
        here = presence.takes_transfers if conversation.stage == "transfer" else presence.is_here
        if here(locked, clock.now()) and again.against(locked) is None:
            _make(session, conversation, locked, found)
            return locked
    if conversation.step_due_at is not None:
        _owe_at(session, conversation, "step_due", conversation.step_due_at)
    return None


def fill(session: Session, agent_id: str) -> None:
    """An agent has room: offer what waits for them, their own customers first, then the general queue in its order."""
    agent = session.get_one(Agent, agent_id)
    if not presence.is_here(agent, clock.now()):
        return
    for conversation in _waiting(session, or_(Conversation.wants_id.is_(None), Conversation.wants_id == agent_id)):
        if Candidates(session, conversation, [agent]).against(agent) is None:
            offer(session, conversation)


def offer_all(session: Session) -> None:
    """The sweep: offer whatever waits and can be offered, from the head of the queue."""
    for conversation in _waiting(session, true()):
        offer(session, conversation)


def _waiting(session: Session, which: ColumnElement[bool]) -> list[Conversation]:
    return list(
        session.scalars(
            select(Conversation)
            .where(Conversation.state == "waiting", which)
            .order_by(Conversation.wants_id.is_(None), Conversation.rank_at)
            .limit(LOOK_AHEAD)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    )


def _here_for(session: Session, conversation: Conversation) -> Candidates:
    eligible = Agent.id == conversation.wants_id if conversation.wants_id else true()
    statuses = ("online", "transfers") if conversation.stage == "transfer" else ("online",)
    agents = session.scalars(select(Agent).where(presence.here(clock.now(), *statuses), eligible)).all()
    return Candidates(session, conversation, list(agents))


def _make(session: Session, conversation: Conversation, agent: Agent, found: Candidates) -> None:
    now = clock.now()
    expires_at = now + timedelta(seconds=OFFER_S[conversation.channel])
    agent.last_offer_at = now
    passed_over = {other.id: why for other in found.agents if (why := found.against(other))}
    states.change(
        session,
        conversation,
        "offered",
        by="system",
        why=f"{conversation.stage}_offer",
        agent_id=agent.id,
        detail={"ranked": [other.id for other in found.ranked()], "passed_over": passed_over},
    )
    offers.make(session, conversation, [agent.id], expires_at)
    _owe_at(session, conversation, "offer_expired", expires_at)


def _owe_at(session: Session, conversation: Conversation, kind: str, due_at: datetime) -> None:
    """At most one such job for each version of the conversation: a later version makes it void."""
    key = f"{kind}:{conversation.id}:{conversation.version}"
    payload = {"conversation": conversation.id, "version": conversation.version}
    jobs.owe(session, kind, f"timer:{key}", payload, due_at=due_at, key=key)


def _stamp(agent: Agent) -> float:
    return agent.last_offer_at.timestamp() if agent.last_offer_at else 0.0
