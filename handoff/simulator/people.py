"""What agents and customers do, each as an event: come, answer offers, write, finish, lose patience."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Agent, Conversation, Offer
from handoff.routing import holding, presence, requests, shifts
from handoff.routing.requests import Wish
from handoff.rules import inbox
from handoff.rules.inbox import Inbound
from handoff.simulator.arrivals import Arrival
from handoff.simulator.clockwork import Clockwork
from handoff.simulator.files import VISITOR, Staff, Traffic
from handoff.simulator.town import Town
from handoff.simulator.watching import Watching
from shop.identity import Proof
from shop.records import BoundCustomer, ProofRow

WAITS = ("waiting", "offered")
REPLY_AFTER = timedelta(seconds=25)
FAR = timedelta(days=3650)


class People:
    """The town's people at work on one clock."""

    def __init__(self, town: Town, staff: Staff, traffic: Traffic, seed: int, time: Clockwork) -> None:
        self.town, self.staff, self.traffic, self.seed, self.time = town, staff, traffic, seed, time
        self.begins = time.now
        self.watching = Watching(time)
        self.here: dict[str, Arrival] = {}  # conversation -> who is in it, until it ends
        self.busy: set[str] = set()  # customers who are in one already
        self._new_offers: list[Offer] = []

    # Customers

    def arrive(self, session: Session, arrival: Arrival) -> None:
        """Somebody asks for a person."""
        customer = self._customer(arrival)
        if customer is None and arrival.who != VISITOR:
            return
        conversation = self._opened(session, arrival, customer)
        self.here[conversation.id] = arrival
        self.watching.before(session, conversation)
        facts = {"language": arrival.language}
        requests.person(session, conversation, Wish(arrival.topic, arrival.reason, facts))
        self.watching.asked(session, conversation, arrival.at)
        self.time.plan(arrival.at + arrival.patience, self.give_up, conversation.id)

    def give_up(self, session: Session, conversation_id: str) -> None:
        """Their patience is over."""
        conversation = states.lock(session, conversation_id)
        if conversation.state in WAITS and conversation_id in self.here:
            requests.give_up(session, conversation, "request_cancelled")
            self._gone(conversation)

    def _customer(self, arrival: Arrival) -> str | None:
        """One of the tier who is not in a conversation already."""
        members = self.town.customers.get(arrival.who, [])
        for _ in range(20):
            if members and (customer := arrival.luck.choice(members)) not in self.busy:
                return customer
        return None

    def _opened(self, session: Session, arrival: Arrival, customer: str | None) -> Conversation:
        """As a signed session or a known number leaves it, in fewer steps."""
        identifier = f"c{arrival.number:07}"
        value = identifier if arrival.channel == "web" else f"+1555{arrival.number:07}"
        conversation = Conversation(
            id=identifier, channel=arrival.channel, customer_id=customer, address_id=arrival.number
        )
        session.add(conversation)
        session.flush()
        session.add(
            Address(
                id=arrival.number, kind=arrival.channel, value=value, conversation_id=identifier, customer_id=customer
            )
        )
        if customer:
            self.busy.add(customer)
            proof = {"level": int(Proof.SIGNED), "contact": identifier, "proved_at": arrival.at}
            session.add_all(
                (
                    BoundCustomer(conversation_id=identifier, customer_id=customer),
                    ProofRow(conversation_id=identifier, **proof),
                )
            )
        session.flush()
        return conversation

    def _gone(self, conversation: Conversation) -> None:
        self.here.pop(conversation.id, None)
        self.busy.discard(conversation.customer_id or "")

    # Agents

    def start_shift(self, session: Session, agent_id: str) -> None:
        self._come(session, agent_id)
        ends = self.town.works[agent_id].closes_at(self.time.now)
        if ends is not None:
            self.time.plan(ends, self.end_shift, agent_id)

    def end_shift(self, session: Session, agent_id: str) -> None:
        """What they hold they bring to its end."""
        shifts.go(session, agent_id, "offline")
        if (begins := self.town.works[agent_id].next_open(self.time.now)) is not None:
            self.time.plan(begins, self.start_shift, agent_id)

    def back(self, session: Session, agent_id: str) -> None:
        """Who was set away sees it and comes back."""
        if session.get_one(Agent, agent_id).status == "away" and self.town.works[agent_id].is_open(self.time.now):
            self._come(session, agent_id)

    def notice(self, session: Session, _: object = None) -> None:
        """Called at each flush: offers that were just made."""
        self._new_offers += [made for made in session.new if isinstance(made, Offer)]

    def see_offers(self) -> None:
        """Whoever has a new offer in front of them will do something about it."""
        new, self._new_offers = sorted(self._new_offers, key=lambda made: made.id), []
        for offer in new:
            random = Random(f"{self.seed}:offer:{offer.conversation_id}:{offer.agent_id}:{self.time.now.isoformat()}")
            if random.uniform(0, 100) < self.staff.misses:
                self.time.plan(offer.expires_at + self.staff.back_after, self.back, offer.agent_id)
            else:
                declines = random.uniform(0, 100) < self.staff.declines
                self.time.plan(self.time.now + self.staff.accepts.draw(random), self.respond, offer.id, declines)

    def respond(self, session: Session, offer_id: int, declines: bool) -> None:
        offer = session.get_one(Offer, offer_id)
        if offer.ended_at is not None:
            return
        conversation = states.lock(session, offer.conversation_id)
        agent = presence.lock_agent(session, offer.agent_id)
        if declines:
            holding.decline(session, conversation, agent)
            return
        holding.accept(session, conversation, agent)
        self._talk(conversation, agent.id)

    def _talk(self, conversation: Conversation, agent_id: str) -> None:
        arrival, now = self.here[conversation.id], self.time.now
        first = min(self.staff.first_words.draw(arrival.luck), arrival.handling)
        ends = now + arrival.handling
        self.time.plan(now + first, self.reply, conversation.id, agent_id)
        self._write_later(conversation.id, agent_id, now + first, ends)
        self.time.plan(ends, self.finish, conversation.id, agent_id)

    def _write_later(self, conversation_id: str, agent_id: str, after: datetime, ends: datetime) -> None:
        at = after + self.traffic.exchange
        if at + REPLY_AFTER < ends:
            self.time.plan(at, self.write, conversation_id, agent_id, ends)

    def write(self, session: Session, conversation_id: str, agent_id: str, ends: datetime) -> None:
        """The customer writes, the agent answers, and so on."""
        conversation = session.get_one(Conversation, conversation_id)
        if conversation.held_by == agent_id:
            key = f"{conversation_id}:{conversation.last_seq}"
            inbox.accept(session, conversation.address_id or 0, Inbound(conversation.channel, key, "And then?"))
            self.time.plan(self.time.now + REPLY_AFTER, self.reply, conversation_id, agent_id)
            self._write_later(conversation_id, agent_id, self.time.now + REPLY_AFTER, ends)

    def reply(self, session: Session, conversation_id: str, agent_id: str) -> None:
        conversation = states.lock(session, conversation_id)
        if conversation.state == "held" and conversation.held_by == agent_id:
            agent = presence.lock_agent(session, agent_id)
            key = f"reply:{conversation_id}:{conversation.last_seq}"
            holding.reply(session, conversation, agent, "Let me see.", key)

    def finish(self, session: Session, conversation_id: str, agent_id: str) -> None:
        """It is settled."""
        conversation = states.lock(session, conversation_id)
        if conversation.state == "held" and conversation.held_by == agent_id:
            holding.close(session, conversation, presence.lock_agent(session, agent_id))
            self._gone(conversation)

    def _come(self, session: Session, agent_id: str) -> None:
        """Their page is open until they go: the lease is not renewed every few seconds, but lasts."""
        shifts.come(session, agent_id)
        session.get_one(Agent, agent_id).seen_at = self.time.now + FAR
        session.flush()

    def still_waiting(self, session: Session) -> int:
        return session.scalar(select(func.count()).where(Conversation.state.in_(WAITS))) or 0
