"""Who writes again after it was settled has the same person again, if she is here; else the bot answers."""

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent
from handoff.routing import holding, shifts
from handoff.rules.sessions import Opened
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world


def _settled(session: Session, customer: str | None = None) -> Opened:
    """Alice settled a visitor's or a customer's matter; Ben, who would be asked first, is here as well."""
    world.agent(session, "Alice")
    visitor = world.visitor(session, customer)
    world.taps(session, visitor, "person")
    alice = world.locked(session, "alice")
    holding.accept(session, world.conversation(session, visitor.conversation), alice)
    holding.close(session, world.conversation(session, visitor.conversation), alice)
    world.agent(session, "Ben")
    alice.last_offer_at = alice.seen_at
    return visitor


def _writes(session: Session, visitor: Opened) -> tuple[str, str | None]:
    conversation = world.conversation(session, world.writes(session, visitor, "one more thing").conversation)
    return conversation.state, world.offered_to(session, conversation.id)


def test_the_same_person_is_asked_first(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        visitor = _settled(session)
        clock.advance(30)
        assert _writes(session, visitor) == ("offered", "alice")
        assert world.owed(session, "ask_bot") == []
        holding.decline(session, world.conversation(session, visitor.conversation), world.locked(session, "alice"))
        assert world.offered_to(session, visitor.conversation) == "ben"  # and nobody is waited for


def test_when_she_is_away_the_bot_answers(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        visitor = _settled(session)
        shifts.go(session, "alice", "away")
        assert _writes(session, visitor) == ("bot", None)
        assert len(world.owed(session, "ask_bot")) == 1


def test_who_has_no_room_is_not_asked(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        visitor = _settled(session)
        session.get_one(Agent, "alice").capacity = 1
        assert _writes(session, visitor) == ("bot", None)


def test_a_customer_with_a_representative_goes_to_her_whoever_covered(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Dana", here=False)
        world.book(session, world.customer(session, "Mia", gold=True), "dana")
        visitor = _settled(session, "mia")
        shifts.come(session, "dana")
        assert _writes(session, visitor) == ("offered", "dana")


def test_what_the_bot_settled_alone_stays_with_the_bot(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        visitor = _settled(session)
        world.taps(session, visitor, "person")
        conversation = world.conversation(session, visitor.conversation)
        holding.accept(session, conversation, world.locked(session, "alice"))
        holding.hand_back(session, conversation, world.locked(session, "alice"))
        states.change(session, conversation, "closed", by="system", why="idle", closed_at=clock.time)
        assert _writes(session, visitor) == ("bot", None)
