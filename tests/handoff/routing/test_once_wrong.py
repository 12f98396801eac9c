"""Days that once went wrong, as the torture found them, in their shortest form."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Wait
from handoff.routing import holding, matching, policy, shifts, watchdog
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world


def _waits(session: Session, conversation_id: str) -> list[str | None]:
    """What became of each wait."""
    return list(session.scalars(select(Wait.outcome).where(Wait.conversation_id == conversation_id).order_by(Wait.id)))


def test_a_transfer_whose_sender_left_goes_on_as_one_wait(db: Database, clock: Clock) -> None:
    """It was counted as a second wait, and the customer's time began anew."""
    with db.transaction() as session:
        world.agent(session, "Alice")
        asked = world.asks_for_a_person(session)
        holding.accept(session, world.conversation(session, asked), world.locked(session, "alice"))
        world.agent(session, "Ben", capacity=0)
        passing = world.conversation(session, asked)
        holding.pass_on(session, passing, world.locked(session, "alice"), to="ben", queue="", note="")
        began = clock.time
        shifts.go(session, "alice", "offline")
        clock.advance(20)
        shifts.go(session, "ben", "away")
        conversation = world.conversation(session, asked)
        assert (conversation.state, conversation.stage, conversation.waiting_since) == ("waiting", "team", began)
        assert _waits(session, asked) == ["held", None]


def test_whose_time_is_over_is_asked_no_more_though_the_worker_is_late(db: Database, clock: Clock) -> None:
    """A representative who had room at last was still offered what the team should have had long ago."""
    with db.transaction() as session:
        dana = world.agent(session, "Dana", capacity=0)
        world.book(session, world.customer(session, "Mia", gold=True), dana)
        asked = world.asks_for_a_person(session, "mia")
        assert world.conversation(session, asked).stage == "representative"
        clock.advance(policy.current().tiers["gold"].wait_representative.total_seconds())
        world.stays(session, dana)
        world.locked(session, dana).capacity = 6
        matching.fill(session, dana)
        assert world.offered_to(session, asked) is None
        world.run_timers(session)
        assert world.conversation(session, asked).stage == "team"


def test_who_gives_everything_back_and_takes_transfers_alone_is_offered_the_one_on_its_way(
    db: Database, clock: Clock
) -> None:
    """It waited for the watchdog though its receiver had room at once."""
    with db.transaction() as session:
        world.agent(session, "Alice", capacity=2)
        passed_on = world.asks_for_a_person(session)
        holding.accept(session, world.conversation(session, passed_on), world.locked(session, "alice"))
        world.agent(session, "Ben", capacity=2)
        kept = world.asks_for_a_person(session)
        holding.accept(session, world.conversation(session, kept), world.locked(session, "ben"))
        passing = world.conversation(session, passed_on)
        holding.pass_on(session, passing, world.locked(session, "alice"), to="ben", queue="", note="")
        assert world.offered_to(session, passed_on) is None
        shifts.go(session, "ben", "transfers", conversations=shifts.REQUEUE)
        assert world.offered_to(session, passed_on) == "ben"


def test_a_representative_who_rested_is_offered_her_own_customer_though_the_team_s_others_are_not_for_her(
    db: Database, clock: Clock
) -> None:
    """She keeps all of her room for her own, so the watchdog passed her over: for her own as well."""
    with db.transaction() as session:
        dana = world.agent(session, "Dana", capacity=2)
        world.book(session, world.customer(session, "Mia", gold=True), dana)
        asked = world.asks_for_a_person(session, "mia")
        clock.advance(31)
        world.stays(session, dana)
        world.run_timers(session)
        assert (world.conversation(session, asked).stage, world.offered_to(session, asked)) == ("team", None)
        clock.advance(61)
        world.stays(session, dana)
        watchdog.sweep(session)
        assert world.offered_to(session, asked) == dana


def test_who_comes_for_transfers_alone_is_offered_what_was_passed_on_to_their_team(db: Database, clock: Clock) -> None:
    """Only who was there at the moment it was passed on was asked."""
    with db.transaction() as session:
        world.agent(session, "Alice")
        asked = world.asks_for_a_person(session)
        holding.accept(session, world.conversation(session, asked), world.locked(session, "alice"))
        ordinary = world.asks_for_a_person(session)
        passing = world.conversation(session, asked)
        holding.pass_on(session, passing, world.locked(session, "alice"), to="", queue="general", note="")
        shifts.choose(session, world.agent(session, "Ben", here=False), "transfers")
        assert world.offered_to(session, asked) == "ben"
        assert world.offered_to(session, ordinary) == "alice"


def test_a_round_of_the_watchdog_counts_what_it_has_offered_itself(db: Database, clock: Clock) -> None:
    """It went on with the loads that it had looked up at its beginning, and offered beyond the capacity."""
    with db.transaction() as session:
        dana = world.agent(session, "Dana", capacity=0)
        world.book(session, world.customer(session, "Mia", gold=True), dana)
        mine, other = world.asks_for_a_person(session, "mia"), world.asks_for_a_person(session)
        world.locked(session, dana).capacity = 2
        watchdog.sweep(session)
        assert (world.offered_to(session, mine), world.offered_to(session, other)) == (dana, None)


def test_who_goes_on_by_text_is_offered_to_whoever_has_room_for_that(db: Database, clock: Clock) -> None:
    """It waited for the watchdog though a text conversation takes less than one on the page."""
    with db.transaction() as session:
        world.agent(session, "Alice", capacity=3)
        other = world.asks_for_a_person(session)
        holding.accept(session, world.conversation(session, other), world.locked(session, "alice"))
        mia = world.visitor(session, world.customer(session, "Mia", phone="+12025550199"))
        world.taps(session, mia, "person")
        assert world.conversation(session, mia.conversation).state == "waiting"
        world.taps(session, mia, "text-me")
        assert world.offered_to(session, mia.conversation) == "alice"
