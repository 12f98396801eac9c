"""Who answers changes only along the ways there are, each with its row, its number and its reason."""

import asyncio
from itertools import product

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation
from handoff.states import NEXT
from shop.ground.db import Database
from shop.ground.errors import Conflict, NotFound
from tests.conftest import Clock
from tests.handoff import world

ALLOWED = {
    ("bot", "waiting"), ("bot", "closed"),
    ("waiting", "waiting"), ("waiting", "offered"), ("waiting", "held"), ("waiting", "bot"), ("waiting", "closed"),
    ("offered", "offered"), ("offered", "waiting"), ("offered", "held"), ("offered", "bot"), ("offered", "closed"),
    ("held", "held"), ("held", "bot"), ("held", "waiting"), ("held", "parked"), ("held", "closed"),
    ("parked", "held"), ("parked", "waiting"), ("parked", "bot"), ("parked", "closed"),
    ("closed", "bot"), ("closed", "waiting"),
}  # fmt: skip


def _in_state(session: Session, state: str) -> Conversation:
    visitor = world.visitor(session)
    alice = world.agent(session, "Alice", here=False)
    session.execute(
        update(Conversation)
        .where(Conversation.id == visitor.conversation)
        .values(
            state=state, held_by=alice, queue="general", step_due_at=Conversation.opened_at,
            waiting_since=Conversation.opened_at, rank_at=Conversation.opened_at, closed_at=Conversation.opened_at,
        )
    )  # fmt: skip
    return world.conversation(session, visitor.conversation)


def test_the_states_are_the_six_of_the_contract() -> None:
    assert set(NEXT) == {"bot", "waiting", "offered", "held", "parked", "closed"}


@pytest.mark.parametrize(("before", "after"), list(product(NEXT, NEXT)))
def test_each_way_is_allowed_and_written_down_or_refused(
    sqlite_db: Database, clock: Clock, before: str, after: str
) -> None:
    with sqlite_db.transaction() as session:
        conversation = _in_state(session, before)
        if (before, after) not in ALLOWED:
            with pytest.raises(Conflict):
                states.change(session, conversation, after, by="system", why="test")
            assert (conversation.state, conversation.version) == (before, 1)
            assert world.assignments(session, conversation.id) == []
            return
        clock.advance(5)
        states.change(session, conversation, after, by="agent:x", why="because", agent_id="alice", detail={"a": 1})
        assert (conversation.state, conversation.version, conversation.changed_at) == (after, 2, clock.time)
        [row] = world.assignments(session, conversation.id)
        assert (row.from_state, row.to_state, row.version) == (before, after, 2)
        assert (row.by, row.reason, row.agent_id, row.detail, row.at) == (
            "agent:x", "because", "alice", {"a": 1}, clock.time,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("held", "bot", set()),
        ("held", "waiting", {"queue", "waiting_since", "rank_at", "step_due_at"}),
        ("waiting", "offered", {"queue", "waiting_since", "rank_at", "step_due_at", "closed_at"}),
        ("offered", "held", {"queue", "waiting_since", "rank_at", "held_by", "closed_at"}),
        ("held", "closed", {"closed_at"}),
        ("closed", "bot", set()),
    ],
)
def test_what_means_nothing_in_the_new_state_is_cleared(
    sqlite_db: Database, before: str, after: str, kept: set[str]
) -> None:
    columns = ("queue", "waiting_since", "rank_at", "step_due_at", "held_by", "closed_at")
    with sqlite_db.transaction() as session:
        conversation = _in_state(session, before)
        states.change(session, conversation, after, by="system", why="test")
        assert {name for name in columns if getattr(conversation, name) is not None} == kept


def test_a_change_that_looked_at_an_older_version_is_refused(db: Database) -> None:
    with db.transaction() as session:
        conversation = _in_state(session, "waiting")
        session.execute(
            update(Conversation).values(version=9).execution_options(synchronize_session=False)
        )  # somebody else was faster
        with pytest.raises(Conflict):
            states.change(session, conversation, "held", by="system", why="test")
        assert world.assignments(session, conversation.id) == []


def test_of_many_who_change_it_at_once_one_wins(db: Database) -> None:
    with db.transaction() as session:
        conversation_id = _in_state(session, "waiting").id

    def take(session: Session, n: int) -> int:
        conversation = states.lock(session, conversation_id)
        states.expect(conversation, 1)
        states.change(session, conversation, "held", by=f"agent:{n}", why="claimed")
        return n

    async def race() -> list[int | BaseException]:
        return await asyncio.gather(*(db.write(take, n) for n in range(10)), return_exceptions=True)

    results = asyncio.run(race())
    [winner] = [result for result in results if isinstance(result, int)]
    assert sum(isinstance(result, Conflict) for result in results) == 9
    with db.transaction() as session:
        assert [row.by for row in world.assignments(session, conversation_id)] == [f"agent:{winner}"]


def test_a_refused_change_leaves_no_row_behind(db: Database) -> None:
    with db.transaction() as session:
        conversation_id = _in_state(session, "held").id

    def change_and_refuse(session: Session) -> None:
        states.change(session, states.lock(session, conversation_id), "closed", by="system", why="test")
        raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(db.write(change_and_refuse))
    with db.transaction() as session:
        assert world.assignments(session, conversation_id) == []
        assert world.conversation(session, conversation_id).state == "held"


def test_what_does_not_exist_is_not_found(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session, pytest.raises(NotFound):
        states.lock(session, "nothing")
