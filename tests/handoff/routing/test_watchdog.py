"""The watchdog: whatever sits still is found, mended, written down and counted, each kind by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, Offer
from handoff.routing import holding, idle, offers, parking, transfer, watchdog
from shop.ground import clock as time
from shop.ground import jobs
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world

Damage = Callable[[Session, str, Clock], None]
HOUR = timedelta(hours=1)


def _set(session: Session, conversation_id: str, **columns: object) -> None:
    session.execute(update(Conversation).where(Conversation.id == conversation_id).values(**columns))
    session.expire_all()


def _waits_for_dana(session: Session) -> str:
    mia = world.customer(session, "Mia", gold=True)
    world.book(session, mia, world.agent(session, "Dana", capacity=0))
    return world.asks_for_a_person(session, mia)


def _offered(session: Session) -> str:
    world.agent(session, "Dana")
    return world.asks_for_a_person(session)


def _held(session: Session) -> str:
    """By Dana; the customer waits for her answer."""
    asked = _offered(session)
    holding.accept(session, world.conversation(session, asked), world.locked(session, "dana"))
    _set(session, asked, last_customer_seq=99)
    return asked


def _parked(session: Session) -> str:
    asked, conversation = (held := _held(session)), world.conversation(session, held)
    until = conversation.changed_at + HOUR
    parking.park(session, conversation, world.locked(session, "dana"), until=until, wait_for="time")
    return asked


def _on_its_way(session: Session) -> str:
    asked = _held(session)
    ben = world.agent(session, "Ben", capacity=0)
    conversation, dana = world.conversation(session, asked), world.locked(session, "dana")
    transfer.to_agent(session, conversation, dana, ben, "please")
    return asked


def _silent(session: Session) -> str:
    """Held by Dana, who answered; her customer says nothing."""
    asked = _held(session)
    _set(session, asked, last_reply_seq=100)
    idle.watch(session, world.conversation(session, asked))
    return asked


def _in_line(session: Session) -> str:
    """She was told how long it takes: somebody is here, but has no room."""
    world.agent(session, "Dana", capacity=0)
    return world.asks_for_a_person(session)


def _speaks_spanish(session: Session) -> str:
    world.agent(session, "Dana", capacity=0)
    asked = world.asks_for_a_person(session)
    _set(session, asked, needs="es")
    return asked


def _at_payments(session: Session) -> str:
    asked = world.asks_for_a_person(session)
    _set(session, asked, queue="payments")
    return asked


def _later(seconds: float) -> Damage:
    """All timers are lost, and time passes."""

    def lose(session: Session, _: str, clock: Clock) -> None:
        session.execute(delete(jobs.Job))
        clock.advance(seconds)
        world.stays(session, "dana", "ben")

    return lose


def _offer_vanishes(session: Session, asked: str, _: Clock) -> None:
    offers.end(session, asked, "dana", "rescinded")


def _dana_vanishes(session: Session, *_: object) -> None:
    session.execute(update(Agent).where(Agent.id == "dana").values(status="offline"))


def _dana_is_silent(session: Session, asked: str, clock: Clock) -> None:
    clock.advance(minutes=6)


def _holder_vanishes(session: Session, asked: str, _: Clock) -> None:
    _set(session, asked, held_by=None)


def _dana_is_gone_for_hours(session: Session, asked: str, clock: Clock) -> None:
    clock.advance(hours=2)


def _dana_closes_her_account(session: Session, *_: object) -> None:
    session.execute(update(Agent).where(Agent.id == "dana").values(disabled_at=time.now()))


def _dana_is_on_leave(session: Session, *_: object) -> None:
    """Her page is open all the same."""
    world.on_leave(session, "dana")


def _ben_loses_his_page(session: Session, *_: object) -> None:
    session.execute(update(Agent).where(Agent.id == "ben").values(status="offline"))


def _timers_are_lost(session: Session, asked: str, clock: Clock) -> None:
    _later(3600)(session, asked, clock)


def _all_serve_general_alone(session: Session, *_: object) -> None:
    world.agent(session, "Dana", capacity=0)
    session.get_one(Agent, "dana").queues = ["general"]
    session.flush()


def _queue_vanishes(session: Session, asked: str, _: Clock) -> None:
    _set(session, asked, queue="of_last_year")


CASES: dict[str, tuple[Callable[[Session], str], Damage, str, str]] = {
    "step_over": (_waits_for_dana, _later(150), "step_lost", "waiting"),
    "person_left": (_waits_for_dana, _dana_vanishes, "representative_left", "waiting"),
    "no_offer": (_offered, _offer_vanishes, "offer_lost", "offered"),
    "offer_over": (_offered, _later(45), "offer_lost", "offered"),
    "offered_to_absent": (_offered, _dana_vanishes, "offer_lost", "waiting"),
    "transfer_over": (_on_its_way, _later(330), "transfer_lost", "held"),
    "receiver_left": (_on_its_way, _ben_loses_his_page, "receiver_left", "held"),
    "park_over": (_parked, _later(3700), "park_lost", "held"),
    "keeper_left": (_parked, _dana_closes_her_account, "keeper_left", "waiting"),
    "holder_gone": (_held, _dana_is_silent, "holder_gone", "waiting"),
    "holder_gone, on leave": (_held, _dana_is_on_leave, "holder_gone", "waiting"),
    "holder_left": (_silent, _dana_is_gone_for_hours, "holder_left", "waiting"),
    "holder_left, for good": (_silent, _dana_closes_her_account, "holder_left", "waiting"),
    "silence_unnoticed": (_silent, _timers_are_lost, "silence_lost", "held"),
    "nobody_serves": (_at_payments, _all_serve_general_alone, "nobody_serves", "waiting"),
    "needs_not_relaxed": (_speaks_spanish, _later(3600), "relaxed", "waiting"),
    "promise_over": (_in_line, _later(3600), "promise_lost", "waiting"),
    "no_holder": (_held, _holder_vanishes, "owner_lost", "offered"),
    "no_queue": (world.asks_for_a_person, _queue_vanishes, "queue_gone", "waiting"),
}


@pytest.mark.parametrize("kind", CASES)
def test_what_sits_still_is_found_mended_and_counted(db: Database, clock: Clock, kind: str) -> None:
    prepare, damage, why, after = CASES[kind]
    kind = kind.partition(",")[0]
    with db.transaction() as session:
        asked = prepare(session)
        assert watchdog.find(session) == []
        damage(session, asked, clock)
        session.expire_all()
        assert kind in {stuck.kind for stuck in watchdog.find(session) if stuck.conversation_id == asked}
        mended = watchdog.sweep(session)
        assert asked in {stuck.conversation_id for stuck in mended}
        session.expire_all()
        assert world.conversation(session, asked).state == after
        assert why in {row.reason for row in (*world.assignments(session, asked), *world.notes(session, asked))}
        assert why in watchdog.repaired(session, clock.time - HOUR) or why == "relaxed"
        assert watchdog.find(session) == []
        assert watchdog.sweep(session) == []


def test_every_check_has_its_case() -> None:
    assert {name.partition(",")[0] for name in CASES} == set(watchdog.CHECKS)


def test_a_customer_whose_agent_is_gone_is_asked_for_again_at_raised_priority_and_told(
    sqlite_db: Database, clock: Clock
) -> None:
    with sqlite_db.transaction() as session:
        asked = _held(session)
        clock.advance(minutes=6)
        watchdog.sweep(session)
        conversation = world.conversation(session, asked)
        assert (conversation.state, conversation.held_by) == ("waiting", None)
        assert world.told(session, asked)[-1].startswith("Dana")
        ben = world.agent(session, "Ben")
        assert world.offered_to(session, asked) == ben


def test_what_was_said_last_by_the_agent_needs_nobody_else(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        asked = _held(session)
        _set(session, asked, last_reply_seq=100)
        clock.advance(minutes=6)
        assert watchdog.sweep(session) == []
        assert world.conversation(session, asked).held_by == "dana"


def test_an_offer_of_what_is_not_offered_any_more_is_no_load(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        asked = _offered(session)
        _set(session, asked, state="closed")
        watchdog.sweep(session)
        assert session.scalars(select(Offer.outcome)).all() == ["rescinded"]


def test_what_waits_though_somebody_could_take_it_is_offered_and_counted(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        asked = world.asks_for_a_person(session)
        session.get_one(Agent, world.agent(session, "Alice", here=False)).status = "online"
        world.stays(session, "alice")
        assert watchdog.sweep(session) == [watchdog.Stuck("not_offered", asked)]
        assert world.offered_to(session, asked) == "alice"
