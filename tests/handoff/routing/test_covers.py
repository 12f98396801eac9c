"""What others did for a representative's customers: she hears of it, once, until she has looked."""

from sqlalchemy.orm import Session

from handoff.models import Agent
from handoff.routing import covers, holding, shifts
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world


def _taken(session: Session, conversation_id: str, by: str) -> None:
    holding.claim(session, world.conversation(session, conversation_id), world.locked(session, by))


def _covered(session: Session, agent_id: str) -> list[tuple[str, str, str]]:
    return [(row.conversation_id, row.agent_id, row.stage) for row in covers.of(session, agent_id)]


def _dana_is_away(session: Session) -> str:
    """Mia, whose representative is away, asks for a person; Priya and Alice are here."""
    world.agent(session, "Alice")
    world.agent(session, "Priya")
    world.agent(session, "Dana", here=False, deputy=None)
    world.book(session, world.customer(session, "Mia", gold=True), "dana")
    return world.asks_for_a_person(session, "mia")


def test_what_the_team_took_is_shown_to_the_representative_until_she_has_looked(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        asked = _dana_is_away(session)
        assert _covered(session, "dana") == []  # nobody has taken it yet
        taker = str(world.offered_to(session, asked))
        holding.accept(session, world.conversation(session, asked), world.locked(session, taker))
        [row] = covers.of(session, "dana")
        assert (row.agent_id, row.customer_id, row.state, row.at) == (taker, "mia", "held", clock.time)
        assert covers.of(session, taker) == []
        covers.seen(session, world.conversation(session, asked), session.get_one(Agent, "dana"))
        assert _covered(session, "dana") == []


def test_a_deputy_s_work_says_so(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Priya")
        world.book(session, world.customer(session, "Mia", gold=True), world.agent(session, "Dana", here=False))
        session.get_one(Agent, "dana").deputy_id = "priya"
        asked = world.asks_for_a_person(session, "mia")
        holding.accept(session, world.conversation(session, asked), world.locked(session, "priya"))
        assert _covered(session, "dana") == [(asked, "priya", "deputy")]


def test_a_second_time_is_one_row_and_her_own_taking_it_settles_it(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        asked = _dana_is_away(session)
        for _ in range(2):
            clock.advance(1)
            taker = world.locked(session, str(world.offered_to(session, asked)))
            holding.accept(session, world.conversation(session, asked), taker)
            holding.hand_back(session, world.conversation(session, asked), taker)
            world.asks_for_a_person(session, "mia")
        assert len(_covered(session, "dana")) == 1
        shifts.come(session, "dana")
        _taken(session, asked, "dana")
        assert _covered(session, "dana") == []


def test_nobody_hears_of_customers_without_a_representative(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Dana", here=False)
        world.agent(session, "Alice")
        asked = world.asks_for_a_person(session, world.customer(session, "Noah"))
        holding.accept(session, world.conversation(session, asked), world.locked(session, "alice"))
        assert _covered(session, "dana") == []
