"""Passing on: the receiving side accepts, or the conversation comes back; the customer is told once, the note is kept."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation
from handoff.routing import holding, policy, presence, shifts
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, Refusal
from tests.conftest import Clock
from tests.handoff import world


def _held(session: Session, *others: str) -> Conversation:
    """Alice answers a customer; the others are here too."""
    visitor = world.visitor(session)
    world.agent(session, "Alice")
    world.taps(session, visitor, "person")
    conversation = world.conversation(session, visitor.conversation)
    holding.accept(session, conversation, world.locked(session, "alice"))
    for name in others:
        world.agent(session, name)
    return conversation


def _to(session: Session, conversation: Conversation, agent: str = "", queue: str = "", note: str = "") -> None:
    holding.pass_on(session, conversation, world.locked(session, "alice"), to=agent, queue=queue, note=note)


def test_who_it_is_passed_to_is_asked_with_the_note_and_has_it_once_they_accept(db: Database) -> None:
    with db.transaction() as session:
        conversation = _held(session, "Ben", "Cleo")
        before = len(world.told(session, conversation.id))
        _to(session, conversation, "ben", note="She wants it before Friday.")
        assert world.offered_to(session, conversation.id) == "ben"
        assert (conversation.stage, conversation.wants_id, conversation.returns_to) == ("transfer", "ben", "alice")
        row = next(row for row in world.assignments(session, conversation.id) if row.reason == "transfer")
        assert (row.by, row.detail and row.detail["note"]) == ("agent:alice", "She wants it before Friday.")
        with pytest.raises(Conflict):
            holding.reply(session, conversation, world.locked(session, "alice"), "one more thing", "k")
        holding.accept(session, conversation, world.locked(session, "ben"))
        assert (conversation.state, conversation.held_by, conversation.returns_to) == ("held", "ben", None)
        told = world.told(session, conversation.id)[before:]
        assert [("asked Ben" in text, "Ben has joined" in text) for text in told] == [(True, False), (False, True)]


def _declined(session: Session, conversation: Conversation, clock: Clock) -> None:
    holding.decline(session, conversation, world.locked(session, "ben"), "no time")


def _missed(session: Session, conversation: Conversation, clock: Clock) -> None:
    clock.advance(policy.current().channels["web"].offer.total_seconds())
    world.stays(session, "alice", "ben")
    world.run_timers(session)


def _went_away(session: Session, conversation: Conversation, clock: Clock) -> None:
    shifts.go(session, "ben", "away")


def _taken_back(session: Session, conversation: Conversation, clock: Clock) -> None:
    holding.VERBS["take-back"](session, conversation, world.locked(session, "alice"))


WAYS_BACK = {"declined": _declined, "missed": _missed, "went_away": _went_away, "taken_back": _taken_back}


@pytest.mark.parametrize(("why", "happens"), WAYS_BACK.items(), ids=list(WAYS_BACK))
def test_what_is_not_accepted_comes_back_and_the_customer_hears_of_it_once(
    sqlite_db: Database, clock: Clock, why: str, happens: Callable[[Session, Conversation, Clock], None]
) -> None:
    with sqlite_db.transaction() as session:
        conversation = _held(session, "Ben", "Cleo")
        before = len(world.told(session, conversation.id))
        _to(session, conversation, "ben")
        happens(session, conversation, clock)
        conversation = world.conversation(session, conversation.id)
        assert (conversation.state, conversation.held_by) == ("held", "alice")
        assert world.assignments(session, conversation.id)[-1].reason == why
        assert world.offered_to(session, conversation.id) is None
        assert len(world.told(session, conversation.id)) == before + 1
        holding.reply(session, conversation, world.locked(session, "alice"), "It's me again.", "k")


def test_who_has_no_room_may_take_it_all_the_same_and_else_it_comes_back_in_time(
    sqlite_db: Database, clock: Clock
) -> None:
    with sqlite_db.transaction() as session:
        conversation = _held(session)
        world.agent(session, "Ben", capacity=0)
        _to(session, conversation, "ben")
        assert (conversation.state, conversation.wants_id) == ("waiting", "ben")
        assert holding.allowed(session, conversation, world.locked(session, "ben")) == ["claim"]
        assert holding.allowed(session, conversation, world.locked(session, "alice")) == ["take-back"]
        clock.advance((policy.current().offers.transfer).total_seconds())
        world.stays(session, "alice", "ben")
        world.run_timers(session)
        conversation = world.conversation(session, conversation.id)
        assert (conversation.state, conversation.held_by) == ("held", "alice")


def test_who_takes_transfers_only_is_asked_for_a_transfer_and_for_nothing_else(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        conversation = _held(session, "Ben")
        shifts.choose(session, "ben", "transfers")
        world.agent(session, "Dora", capacity=0)
        shifts.choose(session, "alice", "transfers")
        assert world.conversation(session, world.asks_for_a_person(session)).state == "waiting"
        _to(session, conversation, "ben")
        assert world.offered_to(session, conversation.id) == "ben"


def test_to_a_queue_everybody_who_serves_it_is_asked_in_turn(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation = _held(session)
        shifts.choose(session, "alice", "transfers")
        for name in ("Ben", "Cleo"):
            world.agent(session, name)
        _to(session, conversation, queue="general", note="Not mine")
        first = world.offered_to(session, conversation.id)
        assert first in ("ben", "cleo")
        holding.decline(session, conversation, world.locked(session, first))
        second = world.offered_to(session, conversation.id)
        assert {first, second} == {"ben", "cleo"}
        clock.advance(policy.current().offers.transfer.total_seconds())
        world.stays(session, "alice", "ben", "cleo")
        world.run_timers(session)
        assert world.conversation(session, conversation.id).held_by == "alice"


def test_when_the_sender_has_left_the_team_gets_it_before_those_who_came_meanwhile(
    sqlite_db: Database, clock: Clock
) -> None:
    rules = policy.current()
    raised = rules.tiers["standard"].raised + rules.points("standard", "web", "customer_asked")
    with sqlite_db.transaction() as session:
        conversation = _held(session, "Ben")
        _to(session, conversation, "ben")
        shifts.go(session, "alice", "offline")
        holding.decline(session, conversation, world.locked(session, "ben"))
        assert (conversation.stage, conversation.wants_id, conversation.returns_to) == ("team", None, None)
        assert conversation.rank_at == clock.time - rules.head_start(raised)
        assert "isn't available" in world.told(session, conversation.id)[-1]


REFUSED: dict[str, tuple[dict[str, str], type[Refusal]]] = {
    "to oneself": ({"agent": "alice"}, BadInput),
    "to nobody we know": ({"agent": "zoe"}, BadInput),
    "to a queue that is none": ({"queue": "nowhere"}, BadInput),
    "to both": ({"agent": "ben", "queue": "general"}, BadInput),
    "to neither": ({}, BadInput),
    "to who is away": ({"agent": "ben"}, Conflict),
}


@pytest.mark.parametrize(("to", "refusal"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_passed_on_stays(sqlite_db: Database, to: dict[str, str], refusal: type[Refusal]) -> None:
    with sqlite_db.transaction() as session:
        conversation = _held(session)
        world.agent(session, "Ben", here=False)
        version = conversation.version
        with pytest.raises(refusal):
            _to(session, conversation, **to)
        assert (conversation.held_by, conversation.version) == ("alice", version)


def test_accepted_and_taken_back_at_once_it_has_one_holder(db: Database) -> None:
    with db.transaction() as session:
        conversation = _held(session, "Ben")
        _to(session, conversation, "ben")
        conversation_id = conversation.id

    def act(session: Session, verb: str, agent: str) -> str:
        row = states.lock(session, conversation_id)
        holding.VERBS[verb](session, row, presence.lock_agent(session, agent))
        return agent

    async def race() -> list[str | BaseException]:
        both = (("accept", "ben"), ("take-back", "alice")) * 4
        return await asyncio.gather(*(db.write(act, *one) for one in both), return_exceptions=True)

    results = asyncio.run(race())
    [winner] = [result for result in results if isinstance(result, str)]
    assert all(isinstance(result, Conflict) for result in results if result is not winner)
    with db.transaction() as session:
        conversation = world.conversation(session, conversation_id)
        assert (conversation.state, conversation.held_by) == ("held", winner)


def test_a_team_that_takes_for_itself_by_now_is_offered_nothing_that_was_passed_on_to_it(sqlite_db: Database) -> None:
    rules = policy.current()
    with sqlite_db.transaction() as session:
        conversation = _held(session)
        _to(session, conversation, queue="general")
        assert (conversation.state, conversation.stage) == ("waiting", "transfer")
        queues = {**rules.queues, "general": rules.queues["general"].model_copy(update={"mode": "pull"})}
        with policy.using(rules.model_copy(update={"queues": queues})):
            world.agent(session, "Ben")
            shifts.go(session, "ben", "transfers")
            assert conversation.state == "waiting"
        shifts.come(session, "ben")
        assert world.offered_to(session, conversation.id) == "ben"
