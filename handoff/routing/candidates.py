"""Who can be asked for a conversation now, why the others can't, and in which order: least loaded first."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import String, cast, exists, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Book, Conversation, Offer
from handoff.routing import books, policy, presence
from handoff.routing.lanes import Lane
from shop.ground import clock

MINUTE = timedelta(minutes=1)


class _Row(NamedTuple):
    """An agent as looked up: no more of the row than is needed. Lists come as the database's text: five hundred agents have
    few different ones, and each is read once."""

    id: str
    capacity: int
    status: str
    queues_text: str
    skills_text: str
    languages_text: str
    hours_text: str | None
    last_offer_at: datetime | None
    at_work: bool
    keeps_book: bool

    @property
    def queues(self) -> frozenset[str]:
        return _words(self.queues_text)

    @property
    def hours(self) -> dict[str, Any] | None:
        found: dict[str, Any] | None = json.loads(self.hours_text or "null")
        return found


@dataclass(frozen=True)
class Person:
    """An agent who is here, and what they carry. `limit`: units they take at most, less while they are eased in."""

    row: _Row
    load: presence.Load
    limit: int
    lately: int  # offers in the last minute

    @property
    def share(self) -> float:
        """How much of what they can carry they do carry."""
        return self.load.units / self.row.capacity if self.row.capacity else float("inf")

    @property
    def able(self) -> frozenset[str]:
        return _words(self.row.skills_text) | (_words(self.row.languages_text) or {policy.current().language})


class Desk:
    """The agents who are here, looked up once for an event: all of them, or those named."""

    def __init__(self, session: Session, agent_ids: Sequence[str] | None = None) -> None:
        self.session, self.now, self.rules = session, clock.now(), policy.current()
        self._refused: dict[tuple[str, int], tuple[dict[str, str], list[str]]] = {}
        where = [presence.here(self.now, *presence.WORKING)]
        if agent_ids is not None:
            where.append(Agent.id.in_(agent_ids))
        rows = [_Row(*row) for row in session.execute(select(*_columns(self.now)).where(*where))]
        loads = presence.loads(session, agent_ids)
        lately, eased = self._lately(agent_ids), books.eased_in(session, self.now)
        self.people = {
            row.id: Person(
                row,
                loads.get(row.id, presence.Load()),
                books.eased(row.capacity) if row.id in eased else row.capacity,
                lately.get(row.id, 0),
            )
            for row in rows
        }

    def against(self, agent_id: str, conversation: Conversation, refused: Mapping[str, str]) -> str | None:
        """None, or why this agent can't be offered this conversation now, as a code. `refused`: by whom, and how."""
        person = self.people.get(agent_id)
        if person is None:
            return "not_here"
        lane = Lane(conversation.queue or "", conversation.needs, conversation.channel)
        own = agent_id == conversation.wants_id
        if (conversation.wants_id and not own) or (not own and not self._serves_queue(person, lane)):
            return "queue"
        if own and conversation.step_due_at is not None and conversation.step_due_at <= self.now:
            return "step_over"
        if conversation.stage == "transfer" and agent_id == conversation.returns_to:
            return "sender"
        if person.row.status == "transfers" and conversation.stage != "transfer":
            return "transfers"
        if not person.row.at_work:
            return "on_leave"
        if not own and not self._has_skills(person, lane):
            return "skills"
        if why := self._full(
            person, lane.channel, own=agent_id in (conversation.wants_id, conversation.representative_id)
        ):
            return why
        if person.load.offers and not own:
            return "has_offer"
        if agent_id in refused:
            return refused[agent_id]
        if person.lately >= self.rules.offers.a_minute and not own:
            return "rate"
        if not books.in_hours(person.row, self.now):
            return "outside_hours"
        return None

    def refused(self, conversation: Conversation) -> tuple[dict[str, str], list[str]]:
        """`refused`, looked up once."""
        key = conversation.id, conversation.version
        if key not in self._refused:
            self._refused[key] = refused(self.session, conversation)
        return self._refused[key]

    def again(self, agent_id: str) -> "Desk":
        """What is true of one agent now that they are locked. With SQLite nobody else writes: nothing has changed."""
        return self if self.session.get_bind().dialect.name == "sqlite" else Desk(self.session, [agent_id])

    def ranked(self, preferred: Sequence[str] = (), last: Sequence[str] = ()) -> list[str]:
        """Everybody who is here, in the order in which they would be asked: `preferred` first, `last` at the end, and
        between them the least loaded; among equals, who has gone longest without an offer."""

        def place(person: Person) -> tuple[object, ...]:
            agent_id, offered = person.row.id, person.row.last_offer_at
            liked = preferred.index(agent_id) if agent_id in preferred else len(preferred)
            return agent_id in last, liked, person.share, offered.timestamp() if offered else 0.0, agent_id

        return [person.row.id for person in sorted(self.people.values(), key=place)]

    def serves(self, agent_id: str, lane: Lane) -> bool:
        """Could this agent be offered something of this lane now, as far as the lane goes?"""
        person = self.people[agent_id]
        if not self.pushed(lane.queue) or person.row.status == "transfers":
            return False
        full = self._full(person, lane.channel, own=False)
        return self._serves_queue(person, lane) and self._has_skills(person, lane) and not full

    def idle(self, agent_id: str) -> bool:
        """Has nothing in front of them, and was not asked too often?"""
        person = self.people[agent_id]
        return not person.load.offers and person.lately < self.rules.offers.a_minute

    def pushed(self, queue: str) -> bool:
        """Does this team's queue offer, at this moment?"""
        rules = self.rules.queues.get(queue, self.rules.default_queue)
        return rules.push and rules.hours.is_open(self.now)

    def took(self, agent_id: str, conversation: Conversation) -> None:
        """An offer was made: what was looked up changes with it."""
        person = self.people[agent_id]
        load = presence.Load(person.load.units + presence.weight(conversation.channel), person.load.offers + 1)
        self.people[agent_id] = replace(person, load=load, lately=person.lately + 1)

    def _full(self, person: Person, channel: str, *, own: bool) -> str | None:
        units = person.load.units + presence.weight(channel)
        if units > person.row.capacity:
            return "no_room"
        if units > person.limit:
            return "eased_in"
        kept = 0 if own or not person.row.keeps_book else self.rules.capacity.kept_free
        return "kept_free" if units > person.limit - kept else None

    def _serves_queue(self, person: Person, lane: Lane) -> bool:
        return not person.row.queues or lane.queue in person.row.queues or lane.queue not in self.rules.queues

    @staticmethod
    def _has_skills(person: Person, lane: Lane) -> bool:
        return not lane.needs or person.able.issuperset(lane.needs.split())

    def _lately(self, agent_ids: Sequence[str] | None) -> dict[str, int]:
        where = [Offer.made_at > self.now - MINUTE]
        if agent_ids is not None:
            where.append(Offer.agent_id.in_(agent_ids))
        rows = self.session.execute(select(Offer.agent_id, func.count()).where(*where).group_by(Offer.agent_id))
        return {row[0]: row[1] for row in rows}


def refused(session: Session, conversation: Conversation) -> tuple[dict[str, str], list[str]]:
    """Who said no to this conversation in this wait, or let it pass a moment ago; and who ever let it pass in this wait."""
    rows = session.execute(
        select(Assignment.agent_id, Assignment.reason, func.max(Assignment.at))
        .where(
            Assignment.conversation_id == conversation.id,
            Assignment.reason.in_(("declined", "missed")),
            Assignment.at >= (conversation.waiting_since or clock.now()),
        )
        .group_by(Assignment.agent_id, Assignment.reason)
    )
    rested = clock.now() - policy.current().offers.rest
    found = [(agent_id, reason, at) for agent_id, reason, at in rows if agent_id]
    no = {agent_id: reason for agent_id, reason, at in found if reason == "declined" or at > rested}
    return no, [agent_id for agent_id, reason, _ in found if reason == "missed"]


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def _columns(now: datetime) -> tuple[Any, ...]:
    keeps_book = exists().where(Book.agent_id == Agent.id, books.current(now))
    return (
        Agent.id, Agent.capacity, Agent.status,
        *(cast(column, String) for column in (Agent.queues, Agent.skills, Agent.languages, Agent.hours)),
        Agent.last_offer_at, books.at_work(now), keeps_book,
    )  # fmt: skip
