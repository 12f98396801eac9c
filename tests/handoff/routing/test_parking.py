"""Parked: no place is taken, nothing is lost, and whatever happens it comes back, to who parked it first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from handoff.models import Conversation
from handoff.routing import holding, parking, presence, shifts
from handoff.rules import board, outbox
from handoff.rules.outbox import Author
from handoff.rules.sessions import Opened
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict
from shop.models import Order
from tests.conftest import Clock
from tests.handoff import world

HOUR = timedelta(hours=1)


def _parked(
    session: Session, clock: Clock, wait_for: str = "time", until: timedelta | None = HOUR
) -> tuple[Conversation, Opened]:
    """Alice, who has room for one, has parked what she held of Mia."""
    visitor = world.visitor(session, world.customer(session, "Mia", gold=True))
    world.agent(session, "Alice", capacity=2)
    world.taps(session, visitor, "person")
    conversation = world.conversation(session, visitor.conversation)
    holding.accept(session, conversation, world.locked(session, "alice"))
    wait_for = wait_for.replace("{order}", session.query(Order).one().id)
    due_at = clock.time + until if until else None
    holding.park(session, conversation, world.locked(session, "alice"), until=due_at, wait_for=wait_for, note="later")
    return conversation, visitor


def _time_comes(session: Session, clock: Clock, visitor: Opened) -> None:
    clock.advance(HOUR.total_seconds())
    world.stays(session, "alice")
    world.run_timers(session)


def _customer_writes(session: Session, clock: Clock, visitor: Opened) -> None:
    world.writes(session, visitor, "I have it now")


def _order_changes(session: Session, clock: Clock, visitor: Opened) -> None:
    parking.orders_changed(session)
    assert world.conversation(session, visitor.conversation).state == "parked"
    session.query(Order).one().version += 1
    session.flush()
    parking.orders_changed(session)


EVENTS: dict[str, tuple[str, timedelta | None, Callable[[Session, Clock, Opened], None], str]] = {
    "its time": ("time", HOUR, _time_comes, "park_over"),
    "the customer's word": ("customer", None, _customer_writes, "customer_wrote"),
    "the customer's word before the time": ("time", HOUR, _customer_writes, "customer_wrote"),
    "its order": ("order:{order}", None, _order_changes, "order_changed"),
    "the customer's word before the order": ("order:{order}", None, _customer_writes, "customer_wrote"),
}


@pytest.mark.parametrize(("wait_for", "until", "happens", "why"), EVENTS.values(), ids=list(EVENTS))
def test_it_comes_back_to_who_parked_it(
    db: Database, clock: Clock, wait_for: str, until: timedelta | None,
    happens: Callable[[Session, Clock, Opened], None], why: str,
) -> None:  # fmt: skip
    with db.transaction() as session:
        conversation, visitor = _parked(session, clock, wait_for, until)
        assert presence.loads(session, ["alice"])["alice"].units == 0
        happens(session, clock, visitor)
        conversation = world.conversation(session, conversation.id)
        assert (conversation.state, conversation.held_by, conversation.parked_until) == ("held", "alice", None)
        assert world.assignments(session, conversation.id)[-1].reason == why


@pytest.mark.parametrize("keeper", ["away", "busy"])
def test_when_they_cannot_go_on_the_team_is_asked_and_the_customer_knows(
    sqlite_db: Database, clock: Clock, keeper: str
) -> None:
    with sqlite_db.transaction() as session:
        conversation, visitor = _parked(session, clock, "customer", None)
        world.agent(session, "Ben", capacity=2)
        if keeper == "away":
            shifts.choose(session, "alice", "away")
        else:
            other = world.conversation(session, world.asks_for_a_person(session))
            taken_by = world.locked(session, "alice")
            if world.offered_to(session, other.id) == "alice":
                holding.accept(session, other, taken_by)
            else:
                holding.decline(session, other, world.locked(session, "ben"))
                holding.accept(session, other, taken_by)
        world.writes(session, visitor, "I have it now")
        assert world.offered_to(session, conversation.id) == "ben"
        assert "Alice isn't available" in world.told(session, conversation.id)[-1]


def test_nothing_sleeps_for_ever(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = _parked(session, clock, "customer", None)
        assert conversation.parked_until == clock.time + parking.WITHOUT_A_TIME
        clock.advance(parking.WITHOUT_A_TIME.total_seconds())
        world.run_timers(session)  # nobody gave a sign of life for a week: it waits for the team
        assert world.conversation(session, conversation.id).state == "waiting"


def test_who_parked_it_can_go_on_at_once_and_so_does_who_answers(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = _parked(session, clock)
        alice = world.locked(session, "alice")
        assert "unpark" in holding.allowed(session, conversation, alice)
        with pytest.raises(Conflict):
            holding.VERBS["unpark"](session, conversation, world.locked(session, world.agent(session, "Ben")))
        holding.VERBS["unpark"](session, conversation, alice)
        assert conversation.state == "held"
        until = clock.time + HOUR
        holding.park(session, conversation, alice, until=until, wait_for="time", note="")
        holding.reply(session, conversation, alice, "I looked it up.", "k")
        assert conversation.state == "held"


@pytest.mark.parametrize(
    ("wait_for", "until"),
    [
        ("time", None),
        ("time", -HOUR),
        ("time", parking.LONGEST + HOUR),
        ("customer", -HOUR),
        ("order:#W9999999", None),
    ],
)
def test_what_cannot_be_waited_for_is_refused(
    sqlite_db: Database, clock: Clock, wait_for: str, until: timedelta | None
) -> None:
    with sqlite_db.transaction() as session, pytest.raises(BadInput):
        _parked(session, clock, wait_for, until)


@pytest.mark.parametrize("back", [_time_comes, _customer_writes])
def test_the_note_is_there_while_it_sleeps_and_until_somebody_has_answered(
    sqlite_db: Database, clock: Clock, back: Callable[[Session, Clock, Opened], None]
) -> None:
    with sqlite_db.transaction() as session:
        conversation, visitor = _parked(session, clock)
        note = {"by": "Alice", "note": "later", "at": "2026-06-15T12:00:00.000Z"}
        assert board.conversation(session, "alice", conversation.id)["asleep"] == note
        clock.advance(60)
        outbox.say(session, conversation, Author("agent", "Alice", "alice"), "Soon.")  # sent while it sleeps
        clock.advance(1)
        world.stays(session, "alice")
        back(session, clock, visitor)
        conversation = world.conversation(session, visitor.conversation)
        assert conversation.state == "held"
        assert board.conversation(session, "alice", conversation.id)["asleep"] == note
        clock.advance(60)
        holding.reply(session, conversation, world.locked(session, "alice"), "Here I am.", "k")
        assert board.conversation(session, "alice", conversation.id)["asleep"] is None
