"""Who gives up waiting: a text or a note, as the policy says, once and only to who said no more; and their wait counts."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Conversation, Cover, Delivery, Wait
from handoff.routing import covers, explain, gaveup, holding, policy
from handoff.routing.policy import Policy
from handoff.rules import board, consent
from handoff.rules.sessions import Opened
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world

MOBILE = "+14155550123"  # in San Francisco: the tests' clock begins at 5:00 there
MINUTE = 60
WAITED = 7 * MINUTE
LATER = policy.current().gave_up.after.total_seconds()


def _gives_up(session: Session, clock: Clock, waited: float = WAITED, *, agrees: bool = True) -> Opened:
    """Mia, who has a number and a representative with no room, asks for a person and no longer wants to wait."""
    mia = world.customer(session, "Mia", gold=True, phone=MOBILE)
    world.book(session, mia, world.agent(session, "Dana", capacity=0))
    if agrees:
        consent.record(session, MOBILE, "start", wording="", source="test", scope="updates", how="asked")
    visitor = world.visitor(session, mia)
    world.taps(session, visitor, "person")
    clock.advance(waited)
    world.taps(session, visitor, "cancel-request")
    return visitor


def _texts(session: Session) -> list[str]:
    return [body for body in session.scalars(select(Delivery.body)) if "joined you in time" in body]


def _with(**changes: object) -> Policy:
    shipped = policy.current()
    return shipped.model_copy(update={"gave_up": shipped.gave_up.model_copy(update=changes)})


def test_who_agreed_is_texted_once_in_the_hours_in_which_one_may_be(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        visitor = _gives_up(session, clock)
        clock.advance(LATER)
        world.run_timers(session)
        assert _texts(session) == []  # it is half past five there
        clock.advance(4 * 3600)
        world.run_timers(session)
        world.run_timers(session)
        [text] = _texts(session)
        assert "Reply 1" in text
        assert session.scalars(select(Cover.id)).all() == []
        told = " ".join(explain.sentences(session, visitor.conversation))
        assert "The customer gave up waiting. They had waited 7 min." in told
        assert "was sent a text. If they come back, the time they waited counts." in told


@pytest.mark.parametrize("why", ["not agreed", "the policy says note"])
def test_else_their_representative_sees_it_until_she_has_looked(db: Database, clock: Clock, why: str) -> None:
    with policy.using(_with(follow_up="note" if "note" in why else "text")), db.transaction() as session:
        visitor = _gives_up(session, clock, agrees=why != "not agreed")
        clock.advance(LATER)
        world.run_timers(session)
        assert _texts(session) == []
        [cover] = covers.of(session, "dana")
        assert (cover.conversation_id, cover.agent_name, cover.stage) == (visitor.conversation, None, "gave_up")
        [item] = board.lists(session, "dana").covered
        assert (item["id"], item["gave_up"], item["covered_by"]) == (visitor.conversation, True, None)
        holding.seen(session, world.conversation(session, visitor.conversation), world.locked(session, "dana"))
        assert board.lists(session, "dana").covered == []
        assert "It stands in the list of Dana" in " ".join(explain.sentences(session, visitor.conversation))


@pytest.mark.parametrize("what", ["writes", "asks again", "had not waited", "nothing is wished"])
def test_nobody_hears_of_it_who_came_back_or_had_hardly_waited(sqlite_db: Database, clock: Clock, what: str) -> None:
    rules = _with(follow_up="none") if what == "nothing is wished" else policy.current()
    with policy.using(rules), sqlite_db.transaction() as session:
        visitor = _gives_up(session, clock, 20 if what == "had not waited" else WAITED)
        clock.advance(MINUTE)
        if what == "writes":
            world.writes(session, visitor, "thanks, I found it")
        if what == "asks again":
            world.taps(session, visitor, "person")
        clock.advance(24 * 3600)
        world.run_timers(session)
        assert (_texts(session), covers.of(session, "dana")) == ([], [])
        wait = session.scalars(select(Wait).order_by(Wait.id)).first()
        assert wait is not None
        assert (wait.outcome, wait.ended_at is not None) == ("abandoned", True)


@pytest.mark.parametrize(
    ("waited_min", "after_h", "gained"), [(3, 1, 30), (7, 1, 60), (30, 23, 60), (3, 25, 0)], ids=str
)
def test_the_time_they_waited_counts_when_they_come_back(
    sqlite_db: Database, clock: Clock, waited_min: int, after_h: int, gained: int
) -> None:
    rules = policy.current()
    with sqlite_db.transaction() as session:
        sam = world.customer(session, "Sam")
        first = world.visitor(session, sam)
        world.taps(session, first, "person")
        clock.advance(waited_min * MINUTE)
        world.taps(session, first, "cancel-request")
        clock.advance(hours=after_h)
        again = world.conversation(session, world.asks_for_a_person(session, sam))  # in whichever conversation
        assert again.waiting_since is not None
        asked_again = rules.reasons["asked_again"]
        assert again.waiting_since - rules.head_start(gained + asked_again) == again.rank_at
        told = " ".join(explain.sentences(session, again.id))
        assert (f"{gained} of them because they gave up waiting the last time." in told) == bool(gained)


def test_who_was_served_since_has_nothing_in_favour(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        world.taps(session, visitor, "person")
        clock.advance(WAITED)
        world.taps(session, visitor, "cancel-request")
        world.taps(session, visitor, "person")
        alice = world.agent(session, "Alice")
        holding.accept(session, world.conversation(session, visitor.conversation), world.locked(session, alice))
        holding.hand_back(session, world.conversation(session, visitor.conversation), world.locked(session, alice))
        conversation = session.get_one(Conversation, visitor.conversation)
        assert gaveup.points(session, conversation, None) == 0
