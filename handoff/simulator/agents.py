"""What agents do, each as an event: come and go, answer offers, take what they like from the list, write, pass on, set
aside, settle."""

from datetime import timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Offer
from handoff.routing import books, holding, matching, presence, shifts, transfer
from handoff.simulator.clockwork import Clockwork
from handoff.simulator.customers import Customers
from handoff.simulator.files import Staff
from handoff.simulator.talks import Talks
from handoff.simulator.town import Town

FAR = timedelta(days=3650)
_OFFERS = "SELECT id, conversation_id, agent_id FROM offers WHERE id > ? ORDER BY id"
_CHANGES = "SELECT id, conversation_id, from_state, to_state, agent_id FROM assignments WHERE id > ? ORDER BY id"


class Agents:
    """The staff at work."""

    def __init__(self, town: Town, staff: Staff, customers: Customers, seed: int, time: Clockwork) -> None:
        self.town, self.staff, self.customers, self.seed, self.time = town, staff, customers, seed, time
        self.talks = Talks(staff, customers, seed, time)
        self.begins = time.now
        self._last_offer = self._last_change = 0
        for agent, works in town.works.items():
            if (begins := works.next_open(time.now)) is not None:
                time.plan(begins, self.start_shift, agent)

    # Presence

    def start_shift(self, session: Session, agent_id: str) -> None:
        ends = self.town.works[agent_id].closes_at(self.time.now)
        if ends is None:
            return
        self.time.plan(ends, self.end_shift, agent_id)
        if books.on_leave(session, agent_id, self.time.now) is not None:
            return
        self._come(session, agent_id)
        random = self._random("shift", agent_id, self.time.now.isoformat())
        if random.uniform(0, 100) < self.staff.pauses:
            self.time.plan(self.time.now + (ends - self.time.now) * random.uniform(0.2, 0.8), self.pause, agent_id)

    def end_shift(self, session: Session, agent_id: str) -> None:
        """What they hold they bring to its end."""
        shifts.go(session, agent_id, "offline")
        if (begins := self.town.works[agent_id].next_open(self.time.now)) is not None:
            self.time.plan(begins, self.start_shift, agent_id)

    def pause(self, session: Session, agent_id: str) -> None:
        """Away for a while. What they hold waits for them, or is handed over when its customer writes, or given back."""
        if session.get_one(Agent, agent_id).status != "online":
            return
        random = self._random("pause", agent_id, self.time.now.isoformat())
        ends = self.time.now + self.staff.pause.draw(random)
        self.talks.away[agent_id] = ends
        choice = random.choice((shifts.KEEP, shifts.REPLIES, shifts.REQUEUE))
        shifts.choose(session, agent_id, "away", "pause", choice)
        self.time.plan(ends, self.back, agent_id)

    def back(self, session: Session, agent_id: str) -> None:
        """Who is away, or was set away, comes back."""
        if self.talks.away.get(agent_id, self.time.now) > self.time.now:
            return
        self.talks.away.pop(agent_id, None)
        if session.get_one(Agent, agent_id).status == "away" and self.town.works[agent_id].is_open(self.time.now):
            self._come(session, agent_id)

    # What comes to them

    def see(self, session: Session) -> None:
        """Called after each event: what is new in front of somebody, or in the list."""
        connection = session.connection()
        for number, conversation_id, agent_id in connection.exec_driver_sql(_OFFERS, (self._last_offer,)).all():
            self._last_offer = number
            self._sees_offer(session.get_one(Offer, number), conversation_id, agent_id)
        for row in connection.exec_driver_sql(_CHANGES, (self._last_change,)).all():
            self._last_change, conversation_id, before, after, agent_id = row
            if after == "held" and conversation_id in self.customers.here:
                self.talks.begin(conversation_id, agent_id)
            elif after == "waiting" and before == "bot":
                self._sees_list(conversation_id, self._last_change)

    def _sees_offer(self, offer: Offer, conversation_id: str, agent_id: str) -> None:
        random = self._random("offer", conversation_id, agent_id, self.time.now.isoformat())
        if random.uniform(0, 100) < self.staff.misses:
            self.time.plan(offer.expires_at + self.staff.back_after, self.back, agent_id)
        else:
            luck = random.uniform(0, 100)
            self.time.plan(self.time.now + self.staff.accepts.draw(random), self.respond, offer.id, luck)

    def respond(self, session: Session, offer_id: int, luck: float) -> None:
        """Take it or leave it; what a colleague passes on is left more often."""
        offer = session.get_one(Offer, offer_id)
        if offer.ended_at is not None:
            return
        conversation = states.lock(session, offer.conversation_id)
        agent = presence.lock_agent(session, offer.agent_id)
        declines = self.staff.declines_passed_on if transfer.on_its_way(conversation) else self.staff.declines
        (holding.decline if luck < declines else holding.accept)(session, conversation, agent)

    def _sees_list(self, conversation_id: str, change: int) -> None:
        random = self._random("list", conversation_id, change)
        if random.uniform(0, 100) < self.staff.claims:
            self.time.plan(self.time.now + self.staff.looks_after.draw(random), self.take, conversation_id, change)

    def take(self, session: Session, conversation_id: str, change: int) -> None:
        """Somebody with room takes it out of the list, if it still stands there."""
        conversation = states.lock(session, conversation_id)
        if conversation.state != "waiting":
            return
        able = session.scalars(select(Agent).where(Agent.status == "online").order_by(Agent.id)).all()
        for agent in self._random("take", conversation_id, change).sample(able, len(able)):
            may = matching.may_take(session, conversation, agent) is None
            if may and matching.has_room(session, agent, conversation):
                holding.claim(session, conversation, presence.lock_agent(session, agent.id))
                return

    def _come(self, session: Session, agent_id: str) -> None:
        """Their page is open until they go: the lease is not renewed every few seconds, but lasts."""
        shifts.come(session, agent_id)
        session.get_one(Agent, agent_id).seen_at = self.time.now + FAR
        session.flush()

    def _random(self, *what: object) -> Random:
        return Random(":".join(map(str, (self.seed, *what))))
