"""The quiet part of an agent's book."""

from handoff.routing import holding
from handoff.rules import quiet_book
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world


def test_who_wants_nothing_now_and_when_they_last_wrote(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Dana")
        world.agent(session, "Ben", here=False)
        for name in ("Mia", "Noah", "Zoe", "Ida"):
            world.book(session, world.customer(session, name), "ben" if name == "Ida" else "dana")
        asked = world.asks_for_a_person(session, "mia")
        assert [one["customer"]["name"] for one in quiet_book.of(session, "dana")] == ["Noah", "Zoe"]
        holding.accept(session, world.conversation(session, asked), world.locked(session, "dana"))
        assert "mia" not in [one["customer"]["id"] for one in quiet_book.of(session, "dana")]
        holding.close(session, world.conversation(session, asked), world.locked(session, "dana"))
        clock.advance(days=1)
        later = world.visitor(session, "zoe")
        world.writes(session, later, "hello")
        told = [(one["customer"]["id"], one["conversation"]) for one in quiet_book.of(session, "dana")]
        assert told == [("zoe", later.conversation), ("mia", asked), ("noah", None)]
        assert [one["customer"]["id"] for one in quiet_book.of(session, "ben")] == ["ida"]
