"""What customers do, each as an event: ask for a person, lose patience, come back, write again after it was settled."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Conversation
from handoff.routing import requests
from handoff.routing.requests import Wish
from handoff.rules import inbox
from handoff.rules.inbox import Inbound
from handoff.simulator.arrivals import Arrival
from handoff.simulator.clockwork import Clockwork
from handoff.simulator.files import VISITOR, Traffic
from handoff.simulator.town import Town
from handoff.simulator.watching import Watching
from shop.identity import Proof
from shop.records import BoundCustomer, ProofRow

WAITS = ("waiting", "offered")


@dataclass
class Visit:
    """Somebody's conversation until it ends. `left`: how long an agent still needs for it; `asked`: how often they asked."""

    arrival: Arrival
    left: timedelta
    asked: int = 0
    settled: int = 0


class Customers:
    """Everybody who asks for a person."""

    def __init__(self, town: Town, traffic: Traffic, seed: int, time: Clockwork) -> None:
        self.town, self.traffic, self.seed, self.time = town, traffic, seed, time
        self.watching = Watching(time)
        self.here: dict[str, Visit] = {}  # by conversation
        self.came = 0
        self._busy: set[str] = set()  # customers who are in a conversation already

    def arrive(self, session: Session, arrival: Arrival) -> None:
        """Somebody asks for a person."""
        customer = self._customer(arrival)
        if customer is None and arrival.who != VISITOR:
            return
        conversation = self._opened(session, arrival, customer)
        self.came += 1
        self.here[conversation.id] = Visit(arrival, arrival.handling)
        self._ask(session, conversation)

    def give_up(self, session: Session, conversation_id: str, request: int) -> None:
        """Their patience is over. Some try it again later."""
        visit = self.here.get(conversation_id)
        if visit is None or visit.asked != request:
            return
        conversation = states.lock(session, conversation_id)
        if conversation.state not in WAITS:
            return
        requests.give_up(session, conversation, "request_cancelled")
        random = self._random("gave_up", conversation_id, request)
        if random.uniform(0, 100) < self.traffic.come_back:
            self.time.plan(self.time.now + self.traffic.returns_after.draw(random), self.come_back, conversation_id)
        else:
            self._gone(conversation)

    def come_back(self, session: Session, conversation_id: str) -> None:
        """They ask once more, for the same."""
        self._ask(session, states.lock(session, conversation_id))

    def settled(self, conversation: Conversation) -> None:
        """Their matter is settled. Some have one more word, a while later."""
        visit = self.here[conversation.id]
        visit.settled += 1
        random = self._random("settled", conversation.id, visit.settled)
        if conversation.state == "closed" and random.uniform(0, 100) < self.traffic.write_again:
            self.time.plan(self.time.now + self.traffic.returns_after.draw(random), self.write_again, conversation.id)
        else:
            self._gone(conversation)

    def write_again(self, session: Session, conversation_id: str) -> None:
        """It is opened again, with the same person if she has room. Who lands with the bot asks for a person."""
        visit = self.here[conversation_id]
        visit.left = visit.arrival.handling / 2
        self.write(session, conversation_id, "One more thing.")
        conversation = states.lock(session, conversation_id)
        if conversation.state == "bot":
            self._ask(session, conversation)
        else:
            self._wait(conversation)

    def write(self, session: Session, conversation_id: str, words: str) -> None:
        """A message, as it comes in by the conversation's own channel."""
        conversation = session.get_one(Conversation, conversation_id)
        key = f"{conversation_id}:{conversation.last_seq}"
        inbox.accept(session, conversation.address_id or 0, Inbound(conversation.channel, key, words))

    def _ask(self, session: Session, conversation: Conversation) -> None:
        arrival = self.here[conversation.id].arrival
        self.watching.before(session, conversation)
        requests.person(session, conversation, Wish(arrival.topic, arrival.reason, {"language": arrival.language}))
        self.watching.asked(conversation)
        self._wait(conversation)

    def _wait(self, conversation: Conversation) -> None:
        """From now on, for as long as they are patient."""
        visit = self.here[conversation.id]
        visit.asked += 1
        self.time.plan(self.time.now + visit.arrival.patience, self.give_up, conversation.id, visit.asked)

    def _customer(self, arrival: Arrival) -> str | None:
        """One of the tier who is not in a conversation already."""
        members = self.town.customers.get(arrival.who, [])
        for _ in range(20):
            if members and (customer := arrival.luck.choice(members)) not in self._busy:
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
            self._busy.add(customer)
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
        self._busy.discard(conversation.customer_id or "")

    def _random(self, *what: object) -> Random:
        return Random(":".join(map(str, (self.seed, *what))))

    def still_waiting(self, session: Session) -> int:
        return session.scalar(select(func.count()).where(Conversation.state.in_(WAITS))) or 0
