"""A reply that goes out later: at its time, through the door of every reply, once; held back as soon as anything came between."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from handoff.jobs import timers
from handoff.models import Agent, Conversation
from handoff.routing import holding, parking
from handoff.rules import board, later, later_shown, listed
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, Forbidden, NotFound
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.rules.planned import HOUR, held, is_taken_over, its_time, plan, sent

Change = Callable[[Session, Conversation, Agent], object]


def test_it_goes_out_once_at_its_time_and_looks_like_any_reply(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = held(session)
        reply = plan(session, clock, conversation, alice)
        assert plan(session, clock, conversation, alice).id == reply.id  # sent again: planned once
        [shown] = board.conversation(session, "alice", conversation.id)["later"]
        assert (shown["text"], shown["by"], shown["why"], shown["can"]) == (
            "Any news?",
            "Alice",
            None,
            ["send", "change", "drop"],
        )
        clock.advance(59 * 60)
        world.run_timers(session)
        assert sent(session, conversation) == []
        clock.advance(60)
        world.run_timers(session)
        assert sent(session, conversation) == ["Any news?"]
        # A timer that rings again, as after a crash between two commits, finds that it is said.
        timers.settle(session, later.DUE, {"reply": reply.id, "version": 1})
        assert sent(session, conversation) == ["Any news?"]
        [message] = [one for one in world.said(session, conversation.id) if one.kind == "agent"]
        session.refresh(reply)
        assert (reply.state, reply.seq, message.agent_id, message.name) == ("sent", message.seq, "alice", "Alice")
        assert conversation.last_reply_seq == message.seq
        assert board.conversation(session, "alice", conversation.id)["later"] == []


def test_it_outlives_a_restart(db: Database, clock: Clock) -> None:
    """Owed in the transaction that planned it; claimed by a process that died, it is done by the next."""
    with db.transaction() as session:
        conversation, alice = held(session)
        plan(session, clock, conversation, alice)
    clock.advance(HOUR.total_seconds())
    with db.transaction() as session:
        assert jobs.claim(session, 30, (later.DUE,)) is not None
    clock.advance(31)
    with db.transaction() as session:
        world.stays(session, "alice")
        world.run_timers(session)
        assert sent(session, world.conversation(session, conversation.id)) == ["Any news?"]


def test_what_is_parked_with_it_stays_parked_when_it_goes_out(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = held(session)
        plan(session, clock, conversation, alice, park=True)
        assert (conversation.state, conversation.parked_for) == ("parked", parking.CUSTOMER)
        its_time(session, clock)
        assert sent(session, conversation) == ["Any news?"]
        assert world.conversation(session, conversation.id).state == "parked"


def _customer_writes(session: Session, conversation: Conversation, alice: Agent) -> None:
    conversation.last_seq += 1
    conversation.last_customer_seq = conversation.last_seq


def _closes(session: Session, conversation: Conversation, alice: Agent) -> None:
    holding.close(session, conversation, alice)


def _hands_back(session: Session, conversation: Conversation, alice: Agent) -> None:
    holding.hand_back(session, conversation, alice)


def _passes_on(session: Session, conversation: Conversation, alice: Agent) -> None:
    world.agent(session, "Ben")
    holding.pass_on(session, conversation, alice, to="ben", queue="", note="")
    holding.accept(session, conversation, world.locked(session, "ben"))


@pytest.mark.parametrize(
    ("happens", "why", "may"),
    [
        (_customer_writes, "customer_wrote", ["send", "change", "drop"]),
        (_closes, "closed", ["drop"]),
        (_hands_back, "bot", ["drop"]),
        (_passes_on, "passed_on", ["drop"]),
        (is_taken_over, "passed_on", ["drop"]),
    ],
)
def test_what_came_between_holds_it_back_and_who_planned_it_is_told(
    db: Database, clock: Clock, happens: Change, why: str, may: list[str]
) -> None:
    with db.transaction() as session:
        conversation, alice = held(session)
        plan(session, clock, conversation, alice)
        happens(session, conversation, alice)
        session.flush()
        [shown] = later_shown.of(session, conversation, alice)
        assert (shown["held_back"], shown["why"]) == (False, why)  # told at once: it will be
        before = listed.versions(session, "alice").get(conversation.id)
        its_time(session, clock)
        conversation = world.conversation(session, conversation.id)
        assert sent(session, conversation) == []
        [shown] = later_shown.of(session, conversation, session.get_one(Agent, "alice"))
        assert (shown["held_back"], shown["why"], shown["can"]) == (True, why, may)
        assert [(one["conversation"], one["why"]) for one in later_shown.held_back(session, "alice")] == [
            (conversation.id, why)
        ]
        assert listed.versions(session, "alice")[conversation.id] != before  # the page hears of it


def test_who_has_it_now_sees_it_and_sends_it_in_their_own_name_or_drops_it(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = held(session)
        first, second = (plan(session, clock, conversation, alice, key=key) for key in "ab")
        is_taken_over(session, conversation, alice)
        its_time(session, clock)
        conversation, ben = world.conversation(session, conversation.id), world.locked(session, "ben")
        assert len(later_shown.held_back(session, "ben")) == 2
        seq = later.send_now(session, conversation, ben, first.id, first.version)
        assert later.send_now(session, conversation, ben, first.id, first.version) == seq  # the answer was lost
        [message] = [one for one in world.said(session, conversation.id) if one.kind == "agent"]
        assert (message.seq, message.name) == (seq, "Ben")
        world.agent(session, "Cleo")
        with pytest.raises(Forbidden):
            later.drop(session, conversation, world.locked(session, "cleo"), second.id, second.version)
        later.drop(session, conversation, world.locked(session, "alice"), second.id, second.version)
        assert later_shown.held_back(session, "ben") == later_shown.held_back(session, "alice") == []
        with pytest.raises(Conflict):
            later.drop(session, conversation, ben, second.id, second.version)


def test_changed_it_counts_anew_from_what_the_customer_had_written_by_then(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = held(session)
        reply = plan(session, clock, conversation, alice)
        _customer_writes(session, conversation, alice)
        later.change(session, conversation, alice, reply.id, 1, "So, any news?", clock.time + 2 * HOUR)
        with pytest.raises(Conflict):
            later.change(session, conversation, alice, reply.id, 1, "Again", clock.time + HOUR)
        its_time(session, clock)
        assert sent(session, conversation) == []
        its_time(session, clock)
        assert sent(session, conversation) == ["So, any news?"]


def test_what_cannot_be_planned(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, alice = held(session)
        soon, late = clock.time + timedelta(seconds=5), clock.time + timedelta(days=31)
        for text, at in [("", clock.time + HOUR), ("x", soon), ("x", late), ("Hi {customer.name}", clock.time + HOUR)]:
            with pytest.raises(BadInput):
                later.plan(session, conversation, alice, text, at, "wrong")
        ben = world.locked(session, world.agent(session, "Ben"))
        with pytest.raises(Conflict):
            plan(session, clock, conversation, ben)
        for n in range(later.MOST):
            plan(session, clock, conversation, alice, key=f"k{n}")
        with pytest.raises(BadInput):
            plan(session, clock, conversation, alice, key="one too many")
        with pytest.raises(NotFound):
            later.drop(session, conversation, alice, "none", 1)
        conversation.channel = "sms"
        with pytest.raises(BadInput):
            later.plan(session, conversation, alice, "x" * 1601, clock.time + HOUR, "long")
