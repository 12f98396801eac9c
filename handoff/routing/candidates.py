"""Who can be asked for a conversation now, why the others can't, and in which order: least loaded first."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, String, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Book, Conversation
from handoff.routing import books, policy, presence
from handoff.routing.lanes import Lane
from shop.ground import clock


class Person(NamedTuple):
    """An agent who is here, and what they carry. `limit`: units they take at most, less while they are eased in; `hours`
    and the rest are no more of the row than is needed."""

    id: str
    capacity: int
    limit: int
    transfers: bool  # here for those alone
    queues: frozenset[str]
    able: frozenset[str]
    hours: str | None
    at_work: bool
    keeps_book: bool
    load: presence.Load

    @property
    def share(self) -> float:
        """How much of what they can carry they do carry."""
        return self.load.units / self.capacity if self.capacity else float("inf")


class Desk:
    """The agents who are here, looked up once for an event: all of them, or those named. Also what was said to them in this
    wait and whom the customer knows is looked up once for each conversation."""

    def __init__(
        self, session: Session, agent_ids: Sequence[str] | None = None, eased: Collection[str] | None = None
    ) -> None:
        self.session, self.now, self.rules = session, clock.now(), policy.current()
        self._eased = books.eased_in(session, self.now) if eased is None else eased
        self._refused: dict[tuple[str, int], tuple[dict[str, str], list[str]]] = {}
        self._known: dict[str, list[str]] = {}
        self.people = {person.id: person for person in self._looked_up(agent_ids)}
        self._in_order: list[str] | None = None

    def _looked_up(self, agent_ids: Sequence[str] | None) -> Iterator[Person]:
        """Who is here, the one first who has gone longest without an offer."""
        loads = presence.loads(self.session, agent_ids)
        asked = {"now": self.now, "lapsed": presence.lapses(self.now), "agents": agent_ids}
        rows = self.session.connection().execute(_EVERYBODY if agent_ids is None else _NAMED, asked).all()
        for agent_id, capacity, status, queues, skills, languages, hours, at_work, keeps_book in rows:
            yield Person(
                agent_id,
                capacity,
                books.eased(capacity) if agent_id in self._eased else capacity,
                status == "transfers",
                _words(queues),
                _able(skills, languages, self.rules.language),
                hours,
                at_work,
                keeps_book,
                loads.get(agent_id, presence.NOTHING),
            )

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
        if person.transfers and conversation.stage != "transfer":
            return "transfers"
        if not person.at_work:
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
        if person.load.lately >= self.rules.offers.a_minute and not own:
            return "rate"
        if person.hours is not None and not books.within(person.hours, self.now):
            return "outside_hours"
        return None

    def refused(self, conversation: Conversation) -> tuple[dict[str, str], list[str]]:
        """`refused`, looked up once."""
        key = conversation.id, conversation.version
        if key not in self._refused:
            self._refused[key] = refused(self.session, conversation)
        return self._refused[key]

    def asks_for_the_first_time(self, conversation: Conversation) -> None:
        """A request of this moment: nobody can have refused it."""
        self._refused[conversation.id, conversation.version] = {}, []

    def known(self, conversation: Conversation) -> list[str]:
        """Whom the customer knows: their representative, else who answered them last."""
        if conversation.representative_id:
            return [conversation.representative_id]
        within = self.rules.sticky
        if within and conversation.id not in self._known:
            last = books.last_agent(self.session, conversation, within)
            self._known[conversation.id] = [last] if last else []
        return self._known.get(conversation.id, [])

    def again(self, agent_id: str) -> "Desk":
        """What is true of one agent now that they are locked. Where nobody else writes nothing has changed; and nobody
        comes back from a leave in between."""
        return self if presence.alone(self.session) else Desk(self.session, [agent_id], self._eased)

    def ranked(self, preferred: Sequence[str] = (), last: Sequence[str] = ()) -> list[str]:
        """Everybody who is here, in the order in which they would be asked: `preferred` first, `last` at the end, and
        between them the least loaded; among equals, who has gone longest without an offer."""
        if self._in_order is None:
            self._in_order = sorted(self.people, key=lambda agent_id: self.people[agent_id].share)
        if not preferred and not last:
            return self._in_order
        liked = {agent_id: place for place, agent_id in enumerate(preferred, start=-len(preferred))}
        return sorted(self._in_order, key=lambda agent_id: (agent_id in last, liked.get(agent_id, 0)))

    def serves(self, agent_id: str, lane: Lane) -> bool:
        """Could this agent be offered something of this lane now, as far as the lane goes?"""
        person = self.people[agent_id]
        if not self.pushed(lane.queue) or person.transfers:
            return False
        full = self._full(person, lane.channel, own=False)
        return self._serves_queue(person, lane) and self._has_skills(person, lane) and not full

    def idle(self, agent_id: str) -> bool:
        """Has nothing in front of them, and was not asked too often?"""
        load = self.people[agent_id].load
        return not load.offers and load.lately < self.rules.offers.a_minute

    def pushed(self, queue: str) -> bool:
        """Does this team's queue offer, at this moment?"""
        rules = self.rules.queues.get(queue, self.rules.default_queue)
        return rules.push and rules.hours.is_open(self.now)

    def took(self, agent_id: str, conversation: Conversation) -> None:
        """An offer was made: what was looked up changes with it."""
        person = self.people[agent_id]
        carried, more = person.load, presence.weight(conversation.channel)
        load = presence.Load(carried.units + more, carried.offers + 1, carried.lately + 1)
        self.people[agent_id], self._in_order = person._replace(load=load), None

    def _full(self, person: Person, channel: str, *, own: bool) -> str | None:
        units = person.load.units + presence.weight(channel)
        if units > person.capacity:
            return "no_room"
        if units > person.limit:
            return "eased_in"
        kept = 0 if own or not person.keeps_book else self.rules.capacity.kept_free
        return "kept_free" if units > person.limit - kept else None

    def _serves_queue(self, person: Person, lane: Lane) -> bool:
        return not person.queues or lane.queue in person.queues or lane.queue not in self.rules.queues

    @staticmethod
    def _has_skills(person: Person, lane: Lane) -> bool:
        return not lane.needs or person.able.issuperset(lane.needs.split())


def refused(session: Session, conversation: Conversation) -> tuple[dict[str, str], list[str]]:
    """Who said no to this conversation in this wait, or let it pass a moment ago; and who ever let it pass in this wait."""
    asked = {"of": conversation.id, "since": conversation.waiting_since or clock.now()}
    rows = session.connection().execute(_SAID_NO, asked)
    rested = clock.now() - policy.current().offers.rest
    found = [(agent_id, reason, at) for agent_id, reason, at in rows if agent_id]
    no = {agent_id: reason for agent_id, reason, at in found if reason == "declined" or at > rested}
    return no, [agent_id for agent_id, reason, _ in found if reason == "missed"]


@lru_cache(maxsize=4096)
def _able(skills: str, languages: str, own: str) -> frozenset[str]:
    return _words(skills) | (_words(languages) or {own})


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def _here() -> Select[*tuple[Any, ...]]:
    now: BindParameter[datetime] = bindparam("now")
    keeps_book = exists().where(Book.agent_id == Agent.id, books.current(now))
    lists = (cast(column, String) for column in (Agent.queues, Agent.skills, Agent.languages, Agent.hours))
    columns = Agent.id, Agent.capacity, Agent.status, *lists, books.at_work(now), keeps_book
    here = Agent.status.in_(presence.WORKING), Agent.seen_at > bindparam("lapsed"), Agent.disabled_at.is_(None)
    return select(*columns).where(*here).order_by(Agent.last_offer_at.asc().nulls_first(), Agent.id)


# Lists come as the database's text: five hundred agents have few different ones, and each is read once.
_EVERYBODY = _here()
_NAMED = _EVERYBODY.where(Agent.id.in_(bindparam("agents", expanding=True)))
_SAID_NO = (
    select(Assignment.agent_id, Assignment.reason, func.max(Assignment.at))
    .where(
        Assignment.conversation_id == bindparam("of"),
        Assignment.reason.in_(("declined", "missed")),
        Assignment.at >= bindparam("since"),
    )
    .group_by(Assignment.agent_id, Assignment.reason)
)
