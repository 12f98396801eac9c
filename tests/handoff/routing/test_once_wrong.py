"""Days that once went wrong, as the torture found them, in their shortest form."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Wait
from handoff.routing import holding, shifts
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
