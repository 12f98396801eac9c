"""A conversation in an agent's hands: words go to and fro until it is settled, passed on, or set aside for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import holding, parking, policy, presence
from handoff.simulator.clockwork import Clockwork
from handoff.simulator.customers import Customers
from handoff.simulator.files import Staff
from shop.ground.errors import Refusal

REPLY_AFTER = timedelta(seconds=25)
LEAST = timedelta(seconds=20)


@dataclass(frozen=True)
class Talk:
    """From the moment an agent has it. `number`: which one of its conversation it is."""

    conversation_id: str
    agent_id: str
    number: int
    ends: datetime


class Talks:
    """What is being talked about."""

    def __init__(self, staff: Staff, customers: Customers, seed: int, time: Clockwork) -> None:
        self.staff, self.customers, self.seed, self.time = staff, customers, seed, time
        self.away: dict[str, datetime] = {}  # agents who make a pause, and until when
        self._now: dict[str, Talk] = {}

    def begin(self, conversation_id: str, agent_id: str) -> None:
        """An agent has it from now on."""
        before = self._now.get(conversation_id)
        visit = self.customers.here[conversation_id]
        now, number = self.time.now, before.number + 1 if before else 1
        talk = self._now[conversation_id] = Talk(conversation_id, agent_id, number, now + visit.left)
        random = Random(f"{self.seed}:talk:{conversation_id}:{number}")
        first = min(self.staff.first_words.draw(random), visit.left)
        self.time.plan(now + first, self.reply, talk)
        self._write_later(talk, now + first)
        chance = random.uniform(0, 100)
        if chance < self.staff.passes_on:
            self.time.plan(now + visit.left * random.uniform(0.2, 0.8), self.pass_on, talk)
        elif chance < self.staff.passes_on + self.staff.parks:
            self.time.plan(now + visit.left * random.uniform(0.2, 0.8), self.park, talk)
        self.time.plan(talk.ends, self.finish, talk)

    def write(self, session: Session, talk: Talk) -> None:
        """The customer writes, the agent answers, and so on."""
        if self._held(session, talk) is not None:
            self.customers.write(session, talk.conversation_id, "And then?")
            self.time.plan(self.time.now + REPLY_AFTER, self.reply, talk)
            self._write_later(talk, self.time.now + REPLY_AFTER)

    def reply(self, session: Session, talk: Talk) -> None:
        conversation = self._held(session, talk)
        if conversation is not None and not self._waits_for_them(talk, self.reply):
            agent = presence.lock_agent(session, talk.agent_id)
            key = f"reply:{conversation.id}:{conversation.last_seq}"
            holding.reply(session, conversation, agent, "Let me see.", key)

    def finish(self, session: Session, talk: Talk) -> None:
        """It is settled; or it was closed already, because nobody said anything for long."""
        conversation = self._held(session, talk)
        if conversation is None:
            if self._now[talk.conversation_id] is talk:
                self._closed_already(session.get_one(Conversation, talk.conversation_id))
        elif not self._waits_for_them(talk, self.finish):
            holding.close(session, conversation, presence.lock_agent(session, talk.agent_id))
            self.customers.settled(conversation)

    def pass_on(self, session: Session, talk: Talk) -> None:
        """To a colleague who is here, or to another team; who takes it goes on with it. Who can't be asked is not."""
        conversation = self._held(session, talk)
        if conversation is None or self._waits_for_them(talk, self.pass_on):
            return
        random = Random(f"{self.seed}:pass:{talk.conversation_id}:{talk.number}")
        here = Agent.status == "online", Agent.id != talk.agent_id
        colleagues = session.scalars(select(Agent.id).where(*here).order_by(Agent.id)).all()
        queues = [name for name in policy.current().queues if name != conversation.queue]
        to = random.choice(colleagues) if colleagues and (not queues or random.random() < 0.5) else ""
        queue = random.choice(queues) if queues and not to else ""
        agent = presence.lock_agent(session, talk.agent_id)
        try:
            holding.pass_on(session, conversation, agent, to=to, queue=queue, note="")
        except Refusal:
            return
        self._interrupted(talk)

    def park(self, session: Session, talk: Talk) -> None:
        """Until a time, or until the customer has looked something up."""
        conversation = self._held(session, talk)
        if conversation is None or self._waits_for_them(talk, self.park):
            return
        random = Random(f"{self.seed}:park:{talk.conversation_id}:{talk.number}")
        until = self.time.now + self.staff.parked_for.draw(random)
        agent = presence.lock_agent(session, talk.agent_id)
        self._interrupted(talk)
        if random.random() < 0.5:
            holding.park(session, conversation, agent, until=until, wait_for=parking.TIME, note="")
        else:
            holding.park(session, conversation, agent, until=None, wait_for=parking.CUSTOMER, note="")
            self.time.plan(until, self.found, conversation.id)

    def found(self, session: Session, conversation_id: str) -> None:
        """The customer is back with what was missing."""
        if session.get_one(Conversation, conversation_id).state == "parked":
            self.customers.write(session, conversation_id, "Here it is.")

    def _held(self, session: Session, talk: Talk) -> Conversation | None:
        """The conversation, if this is still what is being talked about."""
        if self._now[talk.conversation_id] is not talk:
            return None
        conversation = states.lock(session, talk.conversation_id)
        return conversation if conversation.state == "held" and conversation.held_by == talk.agent_id else None

    def _waits_for_them(self, talk: Talk, what: Callable[[Session, Talk], None]) -> bool:
        """The agent makes a pause: it goes on afterwards."""
        until = self.away.get(talk.agent_id, self.time.now)
        if until <= self.time.now:
            return False
        self.time.plan(until, what, talk)
        return True

    def _closed_already(self, conversation: Conversation) -> None:
        if conversation.state == "closed" and conversation.id in self.customers.here:
            self.customers.settled(conversation)

    def _interrupted(self, talk: Talk) -> None:
        """Whoever goes on needs the rest of the time."""
        self.customers.here[talk.conversation_id].left = max(LEAST, talk.ends - self.time.now)

    def _write_later(self, talk: Talk, after: datetime) -> None:
        at = after + self.customers.traffic.exchange
        if at + REPLY_AFTER < talk.ends:
            self.time.plan(at, self.write, talk)
