"""The watchdog: whatever sits still is found, mended, written down and counted, each kind by itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation, Offer
from handoff.routing import holding, offers, parking, transfer, watchdog
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


def _queue_vanishes(session: Session, asked: str, _: Clock) -> None:
    _set(session, asked, queue="of_last_year")


CASES: dict[str, tuple[Callable[[Session], str], Damage, str, str]] = {
    "step_over": (_waits_for_dana, _later(150), "step_lost", "waiting"),
    "person_left": (_waits_for_dana, _dana_vanishes, "representative_left", "waiting"),
    "no_offer": (_offered, _offer_vanishes, "offer_lost", "offered"),
    "offer_over": (_offered, _later(45), "offer_lost", "offered"),
    "offered_to_absent": (_offered, _dana_vanishes, "offer_lost", "waiting"),
    "transfer_over": (_on_its_way, _later(330), "transfer_lost", "held"),
    "park_over": (_parked, _later(3700), "park_lost", "held"),
    "holder_gone": (_held, _dana_is_silent, "holder_gone", "waiting"),
    "no_holder": (_held, _holder_vanishes, "owner_lost", "offered"),
    "no_queue": (world.asks_for_a_person, _queue_vanishes, "queue_gone", "waiting"),
}


@pytest.mark.parametrize("kind", CASES)
def test_what_sits_still_is_found_mended_and_counted(db: Database, clock: Clock, kind: str) -> None:
    prepare, damage, why, after = CASES[kind]
    with db.transaction() as session:
        asked = prepare(session)
        assert watchdog.find(session) == []
        damage(session, asked, clock)
        assert kind in {stuck.kind for stuck in watchdog.find(session) if stuck.conversation_id == asked}
        mended = watchdog.sweep(session)
        assert asked in {stuck.conversation_id for stuck in mended}
        session.expire_all()
        assert world.conversation(session, asked).state == after
        assert why in watchdog.repaired(session, clock.time - HOUR) or kind == "holder_gone"
        assert watchdog.find(session) == []
        assert watchdog.sweep(session) == []


def test_every_check_has_its_case() -> None:
    assert set(CASES) == set(watchdog.CHECKS)


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
