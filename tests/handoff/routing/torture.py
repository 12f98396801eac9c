"""Any day at the service desk, as Hypothesis makes them up, over the real rules and a real database: whatever happens,
what must hold holds (`must_hold.py`). Each run is one transaction that is rolled back; each step a savepoint in it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, Offer
from handoff.routing import holding, leaves, moves, policy, requests, shifts, watchdog
from handoff.rules import inbox
from handoff.rules.inbox import Inbound
from shop.ground import clock
from shop.ground.db import Database
from shop.ground.errors import Refusal
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.routing import days, must_hold

AGENT = st.sampled_from(days.AGENTS)
PICK = st.integers(0, 5)  # which of those that fit
WRITER = st.integers(0, len(days.CUSTOMERS) + len(days.NUMBERS) - 1)
TOPIC = st.sampled_from(["general", "general", "orders", "payment"])
REASON = st.sampled_from(["customer_asked", "customer_asked", "bot_down", "not_understood"])
OPTION = st.sampled_from(["person", "person", "cancel-request", "bot", "anyone-now", "text-me", "leave-message"])


class Day(RuleBasedStateMachine):
    """Six agents and eight who write, over one of the policies at a time."""

    db: Database
    writers: list[days.Writer]

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.policy, self.count = Clock(), "plain", 0
        self.connection = self.db.engine.connect()
        self.outer = self.connection.begin()
        self.seen = must_hold.Seen()
        self.prompt = True  # offers are made at the event: not so while the worker is down
        self.ids = days.ids(1000)
        self.ids.__enter__()

    def teardown(self) -> None:
        self.ids.__exit__(None, None, None)
        self.outer.rollback()
        self.connection.close()

    @contextmanager
    def desk(self) -> Iterator[Session]:
        """One step, at the desk's own time and by the policy in force. A refusal changes nothing. No two steps share an
        instant: what was said before a wait began is not said in it."""
        self.clock.advance(milliseconds=1)
        session = Session(self.connection, join_transaction_mode="create_savepoint")
        with session, clock.reading(self.clock), policy.using(days.policies()[self.policy]):
            event.listen(session, "after_flush", self._flushed)
            try:
                yield session
                session.commit()
            except Refusal:
                session.rollback()

    def _flushed(self, session: Session, _: object) -> None:
        """Look at every offer at the moment it is made, with other eyes than those of the session that makes it."""
        for made in session.new:
            if isinstance(made, Offer):
                with Session(session.connection(), join_transaction_mode="create_savepoint") as reader:
                    must_hold.offer_fits(reader, made)

    @initialize(agents=st.sets(AGENT, min_size=2), writers=st.sets(WRITER, min_size=2, max_size=5))
    def opens(self, agents: set[str], writers: set[int]) -> None:
        """Some are here from the beginning, and some have asked for a person."""
        for agent in sorted(agents):
            self.comes(agent)
        for writer in sorted(writers):
            self.wants_a_person(writer, "general", "customer_asked")

    # Customers.

    @rule(writer=WRITER, topic=TOPIC, reason=REASON)
    def wants_a_person(self, writer: int, topic: str, reason: str) -> None:
        with self.desk() as session:
            self._write(session, self.writers[writer])
            conversation = self._of(session, writer)
            if conversation.state == "bot":
                requests.person(session, conversation, requests.Wish(topic, reason), by="bot")

    @rule(writer=WRITER)
    def writes(self, writer: int) -> None:
        with self.desk() as session:
            self._write(session, self.writers[writer])

    @rule(writer=WRITER, option=OPTION)
    def taps(self, writer: int, option: str) -> None:
        with self.desk() as session:
            self._write(session, self.writers[writer], option)

    def _write(self, session: Session, writer: days.Writer, option: str | None = None) -> None:
        self.count += 1
        inbound = Inbound(writer.channel, f"m{self.count}", "" if option else "hello", option=option)
        inbox.accept(session, writer.address, inbound)
        self.seen.written += 1

    def _of(self, session: Session, writer: int) -> Conversation:
        return world.conversation(session, days.conversation_of(session, self.writers[writer]))

    # Agents and what they have.

    @rule(agent=AGENT)
    def comes(self, agent: str) -> None:
        with self.desk() as session:
            shifts.come(session, agent)

    @rule(
        agent=AGENT,
        status=st.sampled_from(["transfers", "away", "offline"]),
        conversations=st.sampled_from([shifts.KEEP, shifts.KEEP, shifts.REPLIES, shifts.REQUEUE]),
    )
    def goes(self, agent: str, status: str, conversations: str) -> None:
        with self.desk() as session:
            shifts.choose(session, agent, status, "lunch", conversations)

    @precondition(lambda self: self.seen.offers)
    @rule(pick=PICK, verb=st.sampled_from(["accept", "accept", "accept", "decline"]))
    def answers_an_offer(self, pick: int, verb: str) -> None:
        agent, conversation = self._picked(self.seen.offers, pick)
        with self.desk() as session:
            self._does(session, verb, agent, conversation)

    @precondition(lambda self: self.seen.waiting)
    @rule(agent=AGENT, pick=PICK, verb=st.sampled_from(["claim", "claim", "take-back"]))
    def helps_themselves(self, agent: str, pick: int, verb: str) -> None:
        with self.desk() as session:
            self._does(session, verb, agent, self._picked(self.seen.waiting, pick))

    @rule(agent=AGENT, writer=WRITER, verb=st.sampled_from(sorted(holding.VERBS)))
    def tries_anything(self, agent: str, writer: int, verb: str) -> None:
        with self.desk() as session:
            self._does(session, verb, agent, self._of(session, writer).id)

    @precondition(lambda self: self.seen.held)
    @rule(pick=PICK, verb=st.sampled_from(["hand-back", "close", "unpark"]))
    def is_done(self, pick: int, verb: str) -> None:
        agent, conversation = self._picked(self.seen.held, pick)
        with self.desk() as session:
            self._does(session, verb, agent, conversation)

    @precondition(lambda self: self.seen.held)
    @rule(pick=PICK)
    def replies(self, pick: int) -> None:
        with self.desk() as session:
            agent, conversation = self._held(session, pick)
            self.count += 1
            holding.reply(session, conversation, agent, "hello, how can I help?", f"r{self.count}")

    @precondition(lambda self: self.seen.held)
    @rule(pick=PICK, to=AGENT, queue=st.sampled_from(["", "", "general", "payments"]))
    def passes_on(self, pick: int, to: str, queue: str) -> None:
        with self.desk() as session:
            agent, conversation = self._held(session, pick)
            holding.pass_on(session, conversation, agent, to="" if queue else to, queue=queue, note="please")

    @precondition(lambda self: self.seen.held)
    @rule(pick=PICK, minutes=st.sampled_from([None, 5, 300]))
    def parks(self, pick: int, minutes: int | None) -> None:
        with self.desk() as session:
            agent, conversation = self._held(session, pick)
            until = clock.now() + timedelta(minutes=minutes) if minutes else None
            wait_for = "time" if minutes else "customer"
            holding.park(session, conversation, agent, until=until, wait_for=wait_for, note="")

    def _held(self, session: Session, pick: int) -> tuple[Agent, Conversation]:
        agent, conversation = self._picked(self.seen.held, pick)
        found = world.conversation(session, conversation)
        return world.locked(session, agent), found

    @staticmethod
    def _does(session: Session, verb: str, agent: str, conversation: str) -> None:
        found = world.conversation(session, conversation)
        holding.VERBS[verb](session, found, world.locked(session, agent))

    @staticmethod
    def _picked(those: list[Any], pick: int) -> Any:
        return those[pick % len(those)]

    # The shop.

    @rule(agent=AGENT, begins_h=st.sampled_from([0, 0, 4]), hours=st.sampled_from([1, 24]), deputy=st.none() | AGENT)
    def plans_a_leave(self, agent: str, begins_h: int, hours: int, deputy: str | None) -> None:
        with self.desk() as session:
            since = clock.now() + timedelta(hours=begins_h)
            until, stands_in = since + timedelta(hours=hours), session.get(Agent, deputy) if deputy else None
            leaves.add(session, session.get_one(Agent, agent), since, until, deputy=stands_in)
            world.run_timers(session)

    @rule(agent=AGENT)
    def is_back_from_leave(self, agent: str) -> None:
        with self.desk() as session:
            leaves.end(session, session.get_one(Agent, agent))
            world.run_timers(session)

    @rule(customer=st.sampled_from(["mia", "noah", "zoe"]), to=st.sampled_from(["dana", "priya", "alice"]))
    def is_given_to_another(self, customer: str, to: str) -> None:
        with self.desk() as session:
            moves.assign(session, customer, session.get_one(Agent, to), clock.now(), by="grace", why="balance")
            watchdog.sweep(session)  # who keeps no book any more has more room

    @rule(agent=st.sampled_from(["dana", "priya"]))
    def has_their_book_shared_out(self, agent: str) -> None:
        with self.desk() as session:
            planned = moves.plan(session, session.get_one(Agent, agent), None, clock.now())
            moves.carry_out(session, planned, clock.now(), by="grace", why="leaving")
            watchdog.sweep(session)  # who keeps no book any more has more room

    @rule(kind=st.sampled_from(sorted(days.policies())))
    def goes_by_another_policy(self, kind: str) -> None:
        if kind != self.policy:
            self.policy = kind
            with self.desk() as session:
                watchdog.sweep(session)

    @rule(
        seconds=st.sampled_from([1, 5, 29, 31, 61, 121, 301, 601, 901, 3600, 8 * 3600]),
        here=st.sets(AGENT, max_size=6),
        works=st.sampled_from([True, True, True, False]),
    )
    def time_passes(self, seconds: int, here: set[str], works: bool) -> None:
        """Those who are here give signs of life all along. The worker settles what is due and makes its round, unless it
        is down for now."""
        self.clock.advance(seconds)
        with self.desk() as session:
            world.stays(session, *sorted(here))
            if works:
                world.run_timers(session)
                watchdog.sweep(session)
        self.prompt = works
        if works:
            with self.desk() as session:
                must_hold.nothing_is_late(session)

    @invariant()
    def what_must_hold(self) -> None:
        with self.desk() as session:
            must_hold.everything(session, self.seen, prompt=self.prompt)
