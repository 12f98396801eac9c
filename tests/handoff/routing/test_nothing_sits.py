"""Whatever is lost and whoever leaves: after one round of the watchdog nothing sits with somebody who is gone, and a second
round finds nothing more to mend."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation
from handoff.routing import books, holding, offers, parking, policy, presence, stuck, watchdog
from shop.ground import clock as time
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.errors import Refusal
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.routing import must_hold
from tests.handoff.routing.eligible import Desk

AGENTS = ("alice", "ben", "dana")
RULES = policy.current()
HAD = ["waits", "offered", "answered", "owed", "parked", "to a colleague", "to a queue"]
DAMAGE = ["timers", "account", "leave", "page", "away", "lunch", "queue gone", "one queue alone", "promise"]

had = st.lists(st.tuples(st.sampled_from(HAD), st.sampled_from(AGENTS)), min_size=1, max_size=4)
damage = st.lists(st.tuples(st.sampled_from(DAMAGE), st.sampled_from(AGENTS)), max_size=4)
passes = st.sampled_from([0, 20, 90, 400, 2 * 3600, 30 * 3600])


class _Undone(Exception):
    """Ends an example."""


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(had=had, damage=damage, seconds=passes, here=st.sets(st.sampled_from(AGENTS)))
def test_one_round_mends_whatever_happened(
    db: Database, clock: Clock, had: list[tuple[str, str]], damage: list[tuple[str, str]], seconds: int, here: set[str]
) -> None:
    begins = clock.time
    try:
        with db.transaction() as session:
            for name in AGENTS:
                world.agent(session, name.title(), capacity=4)
            world.book(session, world.customer(session, "Mia", gold=True), "dana")
            for what, agent in had:
                _prepare(session, what, agent)
            clock.advance(seconds)
            for what, agent in damage:
                _spoil(session, what, agent)
            world.stays(session, *sorted(here))
            session.expire_all()
            watchdog.sweep(session)
            _nothing_sits(session)
            assert watchdog.sweep(session) == []
            assert watchdog.find(session) == []
            raise _Undone
    except _Undone:
        clock.time = begins


def _prepare(session: Session, what: str, agent: str) -> None:
    """Somebody asks for a person, and it comes as far as that, if the agent can be brought to do it."""
    customer = "mia" if not session.scalar(select(Conversation.id).where(Conversation.customer_id == "mia")) else None
    asked = world.conversation(session, world.asks_for_a_person(session, customer))
    if what in ("waits", "offered"):
        return
    try:
        holding.claim(session, asked, world.locked(session, agent))
    except Refusal:
        return
    if what != "owed":
        holding.reply(session, asked, world.locked(session, agent), "one moment", f"{asked.id}")
    if what == "parked":
        until = time.now() + timedelta(hours=1)
        parking.park(session, asked, world.locked(session, agent), until=until, wait_for="time")
    colleague = AGENTS[AGENTS.index(agent) - 1]
    if what == "to a colleague":
        holding.pass_on(session, asked, world.locked(session, agent), to=colleague, queue="", note="")
    if what == "to a queue":
        holding.pass_on(session, asked, world.locked(session, agent), to="", queue="payments", note="")


def _spoil(session: Session, what: str, agent: str) -> None:
    """No rule hears of it: as after a crash, or a change by hand."""
    changes: dict[str, dict[str, object]] = {
        "account": {"disabled_at": time.now()},
        "page": {"status": "offline"},
        "lunch": {"status": "away"},
    }
    if what == "timers":
        session.execute(delete(jobs.Job))
    elif what == "leave":
        world.on_leave(session, agent)
    elif what == "away":
        session.execute(update(Agent).where(Agent.id == agent).values(seen_at=time.now() - timedelta(minutes=7)))
    elif what == "queue gone":
        session.execute(update(Conversation).where(Conversation.queue == "payments").values(queue="of_last_year"))
    elif what == "one queue alone":
        session.execute(update(Agent).where(Agent.id == agent).values(queues=["general"]))
    elif what == "promise":
        session.execute(update(Conversation).values(promised_at=Conversation.waiting_since))
    else:
        session.execute(update(Agent).where(Agent.id == agent).values(**changes[what]))


def _nothing_sits(session: Session) -> None:
    session.expire_all()
    for row in session.scalars(select(Conversation)):
        if row.state in ("held", "parked"):
            _has_somebody(session, row)
        if row.state == "offered":
            asked = offers.agents(session, row.id)
            assert asked
            assert all(presence.takes_transfers(session.get_one(Agent, agent), time.now()) for agent in asked)
        if row.state == "waiting":
            _waits_where_somebody_looks(session, row)
    must_hold.nobody_waits_for_a_free_agent(Desk(session))


def _has_somebody(session: Session, row: Conversation) -> None:
    now, holder = time.now(), session.get_one(Agent, row.held_by)
    assert holder.disabled_at is None
    if row.state == "parked":
        assert row.parked_until is not None
        assert row.parked_until >= now - stuck.GRACE
        return
    waits = row.last_customer_seq > row.last_reply_seq
    most = RULES.presence.offline_after if waits else RULES.presence.relieved_after
    assert holder.seen_at is not None
    assert holder.seen_at > now - most
    assert not (waits and books.on_leave(session, holder.id, now))


def _waits_where_somebody_looks(session: Session, row: Conversation) -> None:
    if row.wants_id:
        wanted = session.get_one(Agent, row.wants_id)
        assert presence.takes_transfers(wanted, time.now())
    else:
        assert row.queue in stuck.served_queues(session) or not stuck.served_queues(session)
