"""Promised times: they run in open hours while we are waited for, warn at 80 %, and a breach moves the customer forward."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from handoff.models import Conversation, Target
from handoff.routing import clocks, holding, policy
from handoff.routing.hours import Hours
from handoff.rules.sessions import Opened
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world


def _held(session: Session) -> tuple[Conversation, Opened]:
    visitor = world.visitor(session)
    world.agent(session, "Alice")
    world.taps(session, visitor, "person")
    conversation = world.conversation(session, visitor.conversation)
    holding.accept(session, conversation, world.locked(session, "alice"))
    return conversation, visitor


def _answers(session: Session, conversation: Conversation, key: str) -> None:
    holding.reply(session, conversation, world.locked(session, "alice"), "Hello", key)


@contextmanager
def _open(week: dict[str, list[tuple[time, time]]]) -> Iterator[None]:
    """All queues are open at these hours alone."""
    rules = policy.current()
    hours = Hours(ZoneInfo("UTC"), week)
    queues = {name: queue.model_copy(update={"hours": hours}) for name, queue in rules.queues.items()}
    with policy.using(rules.model_copy(update={"queues": queues})):
        yield


def test_a_request_starts_the_clock_of_its_tier_and_an_answer_ends_it(db: Database, clock: Clock) -> None:
    tier = policy.current().tiers["standard"]
    with db.transaction() as session:
        conversation, visitor = _held(session)
        began = clock.time
        assert conversation.reply_due_at == began + tier.first_reply
        clock.advance(minutes=2)
        _answers(session, conversation, "k1")
        assert conversation.reply_due_at is None
        resolution = clocks.of(session, conversation.id)["resolution"]
        assert (resolution.due_at, resolution.left_s) == (None, tier.resolution.total_seconds() - 120)
        clock.advance(hours=1)  # it is the customer's turn: nothing runs
        world.writes(session, visitor, "and another thing")
        assert conversation.reply_due_at == clock.time + tier.next_reply
        assert clocks.of(session, conversation.id)["resolution"].due_at == (
            clock.time + tier.resolution - timedelta(minutes=2)
        )
        clock.advance(minutes=1)
        world.writes(session, visitor, "hello?")
        assert conversation.reply_due_at == clock.time + tier.next_reply - timedelta(minutes=1)
        holding.close(session, conversation, world.locked(session, "alice"))
        assert clocks.of(session, conversation.id) == {}
        assert conversation.reply_due_at is None


def test_at_four_fifths_who_watches_is_warned_and_a_breach_moves_the_customer_forward(
    db: Database, clock: Clock
) -> None:
    rules = policy.current()
    first_reply = rules.tiers["standard"].first_reply
    with db.transaction() as session:
        conversation = world.conversation(session, world.asks_for_a_person(session))
        rank_at = conversation.rank_at
        assert rank_at is not None
        clock.advance((first_reply * 0.8).total_seconds() - 1)
        world.run_timers(session)
        assert clocks.of(session, conversation.id)["first_reply"].warned_at is None
        clock.advance(1)
        world.run_timers(session)
        assert clocks.of(session, conversation.id)["first_reply"].warned_at == clock.time
        assert (conversation.breached_at, conversation.rank_at) == (None, rank_at)
        clock.advance((first_reply * 0.2).total_seconds())
        world.run_timers(session)
        conversation = world.conversation(session, conversation.id)
        assert (conversation.breached_at, conversation.rank_at) == (
            clock.time, rank_at - rules.head_start(rules.breach),
        )  # fmt: skip
        assert world.owed(session, "target_due")[0].payload["conversation"] == conversation.id  # the resolution's


def test_a_breach_is_over_with_the_answer_and_stays_in_the_books(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = _held(session)
        clock.advance(policy.current().tiers["standard"].first_reply.total_seconds())
        world.stays(session, "alice")
        world.run_timers(session)
        breached_at = clock.time
        assert conversation.breached_at == breached_at
        _answers(session, conversation, "k1")
        assert conversation.breached_at is None
        kept = session.query(Target).filter_by(kind="first_reply").one()
        assert (kept.breached_at, kept.ended_at) == (breached_at, clock.time)


def test_closed_hours_do_not_count(sqlite_db: Database, clock: Clock) -> None:
    clock.time = datetime(2026, 6, 15, 17, 55, tzinfo=UTC)  # a Monday
    nine_to_six = {"mon": [(time(9), time(18))], "tue": [(time(9), time(18))]}
    allowed = policy.current().tiers["standard"].first_reply
    with _open(nine_to_six), sqlite_db.transaction() as session:
        conversation = world.conversation(session, world.asks_for_a_person(session))
        assert conversation.reply_due_at == datetime(2026, 6, 16, 9, 0, tzinfo=UTC) + allowed - timedelta(minutes=5)


def test_while_it_is_parked_nothing_runs(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = _held(session)
        due_at = conversation.reply_due_at
        assert due_at is not None
        clock.advance(30)
        alice = world.locked(session, "alice")
        holding.park(session, conversation, alice, until=clock.time + timedelta(hours=1), wait_for="time", note="")
        assert conversation.reply_due_at is None
        clock.advance(minutes=40)
        holding.VERBS["unpark"](session, conversation, alice)
        assert conversation.reply_due_at == due_at + timedelta(minutes=40)


STEPS = st.lists(
    st.tuples(st.sampled_from(["writes", "answers", "parks", "waits"]), st.integers(1, 1200)), min_size=1, max_size=12
)


def test_the_time_that_is_left_is_the_time_that_was_not_ours(sqlite_db: Database, clock: Clock) -> None:
    """Whatever happens in whatever order: the resolution's clock has run exactly while the customer waited for us."""
    allowed = int(policy.current().tiers["standard"].resolution.total_seconds())

    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice", capacity=10_000)

        @settings(max_examples=30)
        @given(STEPS)
        def check(steps: list[tuple[str, int]]) -> None:
            visitor = world.visitor(session)
            world.stays(session, alice)
            world.taps(session, visitor, "person")
            conversation = world.conversation(session, visitor.conversation)
            if conversation.state == "waiting":
                holding.claim(session, conversation, world.locked(session, alice))
            else:
                holding.accept(session, conversation, world.locked(session, alice))
            ours, owed = 0, True
            for number, (what, seconds) in enumerate(steps):
                world.stays(session, alice)
                if what == "writes":
                    world.writes(session, visitor, "hello")
                    owed = True
                elif what == "answers":
                    holding.reply(
                        session, conversation, world.locked(session, alice), "Hi", f"{conversation.id}{number}"
                    )
                    owed = False
                elif what == "parks" and conversation.state == "held":
                    until = clock.time + timedelta(days=2)
                    holding.park(
                        session, conversation, world.locked(session, alice), until=until, wait_for="time", note=""
                    )
                clock.advance(seconds)
                ours += seconds if owed and conversation.state == "held" else 0
            target = clocks.of(session, conversation.id)["resolution"]
            running = int((clock.time - target.runs_since).total_seconds()) if target.runs_since else 0
            assert allowed - target.left_s + running == ours
            holding.close(session, conversation, world.locked(session, alice))

        check()
