"""Any day at the service desk, as Hypothesis makes them up: whatever happens, what must hold holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

import handoff.models
import shop.models
import shop.records
from handoff.models import Agent, Assignment, Conversation, Message
from handoff.routing import holding, offers, presence, shifts, watchdog
from handoff.rules.sessions import Opened
from shop.ground import clock, jobs
from shop.ground.db import Base, Database
from shop.ground.errors import Refusal
from tests.conftest import Clock
from tests.handoff import world

MODELS = (handoff.models, shop.models, shop.records, jobs)
CAPACITY = {"dana": 4, "priya": 2, "alice": 5, "ben": 2}
AGENTS = st.sampled_from(sorted(CAPACITY))
VISITORS = st.integers(0, 5)


class Desk(RuleBasedStateMachine):
    """Two representatives with a gold customer each, two other agents, six who write."""

    @initialize()
    def opens(self) -> None:
        self.clock = Clock()
        self.folder = TemporaryDirectory()
        self.db = Database(f"sqlite:///{Path(self.folder.name) / 'desk.db'}")
        Base.metadata.create_all(self.db.engine)
        self.written = 0
        with self.desk() as session:
            for name, capacity in CAPACITY.items():
                world.agent(session, name.title(), here=False, capacity=capacity)
            mia, noah = (world.customer(session, name, gold=True) for name in ("Mia", "Noah"))
            world.book(session, mia, "dana")
            world.book(session, noah, "priya")
            who = (mia, noah, world.customer(session, "Olga"), None, None, None)
            self.visitors: list[Opened] = [world.visitor(session, customer) for customer in who]

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()
            self.folder.cleanup()

    @contextmanager
    def desk(self) -> Iterator[Session]:
        """One step: a transaction at the desk's own time. A refusal changes nothing."""
        with clock.reading(self.clock):
            try:
                with self.db.transaction() as session:
                    yield session
            except Refusal:
                pass

    @rule(visitor=VISITORS)
    def writes(self, visitor: int) -> None:
        with self.desk() as session:
            world.writes(session, self.visitors[visitor], "hello")
            self.written += 1

    @rule(visitor=VISITORS, option=st.sampled_from(["person", "person", "person", "cancel-request", "bot"]))
    def taps(self, visitor: int, option: str) -> None:
        with self.desk() as session:
            world.taps(session, self.visitors[visitor], option)
            self.written += 1

    @rule(agent=AGENTS)
    def comes(self, agent: str) -> None:
        with self.desk() as session:
            shifts.come(session, agent)

    @rule(agent=AGENTS, status=st.sampled_from(["away", "offline"]))
    def goes(self, agent: str, status: str) -> None:
        with self.desk() as session:
            shifts.go(session, agent, status)

    @rule(agent=AGENTS)
    def accepts(self, agent: str) -> None:
        with self.desk() as session:
            for offer in offers.of(session, agent)[:1]:
                conversation = world.conversation(session, offer.conversation_id)
                holding.accept(session, conversation, world.locked(session, agent))

    @rule(agent=AGENTS, visitor=VISITORS, verb=st.sampled_from(sorted(holding.VERBS)))
    def does_anything(self, agent: str, visitor: int, verb: str) -> None:
        with self.desk() as session:
            conversation = world.conversation(session, self.visitors[visitor].conversation)
            holding.VERBS[verb](session, conversation, world.locked(session, agent))

    @rule(seconds=st.sampled_from([1, 29, 31, 61, 121]), here=st.sets(AGENTS))
    def time_passes(self, seconds: int, here: set[str]) -> None:
        """Those who are here give a sign of life; the worker settles what is due, and makes its round."""
        self.clock.advance(seconds)
        with self.desk() as session:
            world.stays(session, *here)
            world.run_timers(session)
            watchdog.sweep(session)

    @invariant()
    def what_must_hold(self) -> None:
        with clock.reading(self.clock), Session(self.db.engine) as session:
            rows = list(session.scalars(select(Conversation)))
            for row in rows:
                _has_one_owner(session, row)
                _is_written_down(session, row)
                _has_lost_nothing(session, row)
            assert sum(row.kind == "customer" for row in session.scalars(select(Message))) == self.written
            _dedicated_customers_are_their_representative_s(session, rows)
            _offers_end(session, rows)


def _has_one_owner(session: Session, row: Conversation) -> None:
    assert (row.held_by is not None) == (row.state in ("held", "parked"))
    assert bool(offers.agents(session, row.id)) == (row.state == "offered")
    assert (row.waiting_since is not None) or row.state not in ("waiting", "offered")
    assert row.queue in (None, "general")
    assert (row.wants_id is not None) == (
        row.stage in ("representative", "deputy") and row.state in ("waiting", "offered")
    )


def _is_written_down(session: Session, row: Conversation) -> None:
    """Every change has its row; together they lead from the beginning to now."""
    steps = world.assignments(session, row.id)
    assert [step.version for step in steps] == list(range(2, row.version + 1))
    state = "bot"
    for step in steps:
        assert step.from_state == state
        state = step.to_state
    assert state == row.state
    _offers_fit(session, steps)


def _offers_fit(session: Session, steps: list[Assignment]) -> None:
    """An offer is made to an agent who was here and had room: seen from the last one, made this very moment."""
    last = steps[-1] if steps else None
    if last is None or last.to_state != "offered" or last.at != clock.now():
        return
    agent = session.get_one(Agent, last.agent_id)
    load = presence.loads(session, [agent.id])[agent.id]
    claimed = [
        step for step in session.scalars(select(Assignment)) if step.reason == "claimed" and step.agent_id == agent.id
    ]
    assert load.units <= agent.capacity or claimed  # who helps themselves may carry more; offers never do that
    assert agent.status == "online"


def _has_lost_nothing(session: Session, row: Conversation) -> None:
    seqs = [message.seq for message in world.said(session, row.id)]
    assert seqs == list(range(1, row.last_seq + 1))


def _dedicated_customers_are_their_representative_s(session: Session, rows: list[Conversation]) -> None:
    for row in rows:
        if row.stage == "representative" and row.state == "offered":
            assert offers.agents(session, row.id) == [row.representative_id] == [row.wants_id]
        if row.stage == "representative" and row.state == "held":
            assert row.held_by == row.representative_id


def _offers_end(session: Session, rows: list[Conversation]) -> None:
    """No offer and no wait for a representative is for ever: somebody owes its end."""
    ends = {(job.kind, job.payload["conversation"], job.payload["version"]) for job in session.scalars(select(jobs.Job))
            if job.kind in ("offer_expired", "step_due")}  # fmt: skip
    for row in rows:
        if row.state == "offered":
            assert ("offer_expired", row.id, row.version) in ends
        if row.state == "waiting" and row.wants_id:
            assert ("step_due", row.id, row.version) in ends


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
