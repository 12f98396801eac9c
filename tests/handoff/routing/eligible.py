"""Who may be offered what, worked out once more from the rows alone, so that the rules are not measured by themselves."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from handoff.models import Absence, Agent, Assignment, Book, Closing, Conversation, Offer
from handoff.routing import hours, policy
from handoff.routing.terms import Queue
from shop.ground import clock
from shop.ground.db import Base

MINUTE = timedelta(minutes=1)
Row = Any  # of a table: what its model has as attributes


def every(model: type[Base]) -> Select[Any]:
    """All rows of a table, past the ORM: after each step all of them are read."""
    return select(model.__table__)


def rows(session: Session, statement: Select[Any]) -> list[Row]:
    session.flush()
    return list(session.connection().execute(statement))


_AGENTS, _CONVERSATIONS, _OFFERS, _ABSENCES, _BOOKS = map(every, (Agent, Conversation, Offer, Absence, Book))


@dataclass
class Desk:
    """Everything that decides, read at one moment. `without` is the id of an offer that does not count: it is being made."""

    session: Session
    without: int | None = None

    def __post_init__(self) -> None:
        self.now, self.rules = clock.now(), policy.current()
        self.agents = {agent.id: agent for agent in rows(self.session, _AGENTS)}
        self.conversations = rows(self.session, _CONVERSATIONS.order_by(Conversation.opened_at, Conversation.id))
        self.offers = [offer for offer in rows(self.session, _OFFERS) if self._counts(offer)]
        self.absences = rows(self.session, _ABSENCES)
        self.books = rows(self.session, _BOOKS)

    def _counts(self, offer: Row) -> bool:
        return offer.id != self.without and (offer.ended_at is None or offer.made_at > self.now - MINUTE)

    def against(self, agent_id: str, conversation: Row) -> str | None:
        """None, or why this agent can't be offered this conversation now."""
        agent, own = self.agents[agent_id], agent_id == conversation.wants_id
        if why := self._gone(agent, conversation):
            return why
        if conversation.wants_id and not own:
            return "waits for somebody else"
        if conversation.stage == "transfer" and conversation.returns_to == agent_id:
            return "passed it on"
        if not own and (why := self._not_theirs(agent, conversation)):
            return why
        if self.units(agent_id) + self._weight(conversation) > self.limit(agent, conversation):
            return "no room"
        if not own and any(offer.agent_id == agent_id and offer.ended_at is None for offer in self.offers):
            return "another offer"
        if not own and sum(o.agent_id == agent_id and o.made_at > self.now - MINUTE for o in self.offers) >= self._most:
            return "too many offers"
        return self._refused(agent_id, conversation)

    def units(self, agent_id: str) -> int:
        """What they carry: what they hold in which something was said lately, and what is in front of them."""
        active = self.now - self.rules.capacity.idle
        held = [
            conversation
            for conversation in self.conversations
            if conversation.state == "held" and conversation.held_by == agent_id and conversation.changed_at > active
        ]
        open_ones = [offer for offer in self.offers if offer.agent_id == agent_id and offer.ended_at is None]
        return sum(self.rules.channels[each.channel].weight for each in (*held, *open_ones, *self._wrapping(agent_id)))

    def limit(self, agent: Row, conversation: Row) -> int:
        """How many units they may carry with this one."""
        capacity, ramp = agent.capacity, self.rules.ramp
        for leave in self.absences:
            eased = min(ramp.over, leave.until - leave.since)
            if leave.agent_id == agent.id and leave.until <= self.now < leave.until + eased:
                capacity = min(capacity, max(2, int(agent.capacity * ramp.share)))
        own = agent.id in (conversation.wants_id, conversation.representative_id)
        keeps = any(
            book.agent_id == agent.id and book.since <= self.now and (book.until is None or book.until > self.now)
            for book in self.books
        )
        return capacity - (self.rules.capacity.kept_free if keeps and not own else 0)

    def _wrapping(self, agent_id: str) -> list[Conversation]:
        """What they have closed, and have time to wrap up: it counts as long as it stays as they left it."""
        mine = select(Closing.conversation_id, Closing.version, Closing.wrap_until).where(
            Closing.agent_id == agent_id, Closing.wrapped_at.is_(None)
        )
        left = {(row[0], row[1]) for row in self.session.execute(mine) if row[2] and row[2] > self.now}
        return [each for each in self.conversations if (each.id, each.version) in left]

    def on_leave(self, agent_id: str) -> bool:
        return any(leave.agent_id == agent_id and leave.since <= self.now < leave.until for leave in self.absences)

    def queue(self, conversation: Row) -> Queue:
        return self.rules.queues[str(conversation.queue)]

    def pushed(self, conversation: Row) -> bool:
        """Does its team offer anything now?"""
        queue = self.queue(conversation)
        return queue.mode != "pull" and queue.hours.is_open(self.now)

    def _gone(self, agent: Row, conversation: Row) -> str | None:
        lapsed = agent.seen_at is None or agent.seen_at <= self.now - self.rules.presence.away_after
        statuses = ("online", "transfers") if conversation.stage == "transfer" else ("online",)
        if lapsed or agent.status not in statuses or agent.disabled_at:
            return "not here"
        if self.on_leave(agent.id):
            return "on leave"
        zone = self.rules.default_queue.hours.zone
        if agent.hours and not hours.read(json.loads(json.dumps(agent.hours)), zone).is_open(self.now):
            return "outside hours"
        return None

    def _not_theirs(self, agent: Row, conversation: Row) -> str | None:
        if agent.queues and conversation.queue not in agent.queues:
            return "another queue"
        able = {*agent.skills, *(agent.languages or [self.rules.language])}
        return None if able.issuperset(conversation.needs.split()) else "skills"

    def _weight(self, conversation: Row) -> int:
        return self.rules.channels[conversation.channel].weight

    @property
    def _most(self) -> int:
        return self.rules.offers.a_minute

    def _refused(self, agent_id: str, conversation: Row) -> str | None:
        said = select(Assignment.reason, Assignment.at).where(
            Assignment.conversation_id == conversation.id,
            Assignment.agent_id == agent_id,
            Assignment.reason.in_(("declined", "missed")),
            Assignment.at >= conversation.waiting_since,
        )
        rows = self.session.execute(said).all()
        rested = self.now - self.rules.offers.rest
        return "refused" if any(reason == "declined" or at > rested for reason, at in rows) else None
