"""What a card and the summary say: where a conversation stands, what is promised, what the bot did, and nothing made up."""

import pytest
from sqlalchemy.orm import Session

from handoff.models import Agent, Conversation
from handoff.routing import holding, policy, requests, shifts
from handoff.rules import board, colleagues, listed, outbox
from shop import identity, orders, plans
from shop.ground import clock as time
from shop.ground.db import Database
from shop.models import Order
from tests.conftest import Clock
from tests.handoff import world


def _held(session: Session) -> Conversation:
    world.agent(session, "Alice")
    conversation = world.conversation(session, world.asks_for_a_person(session))
    holding.accept(session, conversation, world.locked(session, "alice"))
    return conversation


def test_a_card_shows_the_answer_that_is_owed_until_it_is_given(sqlite_db: Database, clock: Clock) -> None:
    allowed = policy.current().tiers["standard"].first_reply
    with sqlite_db.transaction() as session:
        conversation = _held(session)
        [card] = board.lists(session, "alice").mine
        assert card["target"] == {
            "kind": "first_reply",
            "warn_at": time.iso(clock.time + 0.8 * allowed),
            "due_at": time.iso(clock.time + allowed),
            "breached_at": None,
        }
        holding.reply(session, conversation, world.locked(session, "alice"), "Hello", "k")
        assert board.lists(session, "alice").mine[0]["target"] is None


def test_what_is_late_stands_before_the_supervisors_whoever_has_it(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation = _held(session)
        world.agent(session, "Sam", here=False)
        session.get_one(Agent, "sam").role = "supervisor"
        world.agent(session, "Ben", here=False)
        assert listed.versions(session, "sam") == {}
        clock.advance(policy.current().tiers["standard"].first_reply.total_seconds())
        world.stays(session, "alice")
        world.run_timers(session)
        [late] = board.lists(session, "sam").attention
        assert (late["id"], late["held_by"], late["target"]["breached_at"]) == (
            conversation.id, "alice", time.iso(clock.time),
        )  # fmt: skip
        assert conversation.id in listed.versions(session, "sam")
        assert board.lists(session, "ben").attention == []
        assert board.conversation(session, "sam", conversation.id)["can"] == ["take-over"]


def test_what_others_took_for_her_customer_is_hers_to_look_at_once(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, world.agent(session, "Dana", here=False))
        world.agent(session, "Alice")
        conversation = world.conversation(session, world.asks_for_a_person(session, mia))
        holding.accept(session, conversation, world.locked(session, "alice"))
        [mine] = board.lists(session, "alice").mine
        assert (mine["cover"], mine["representative"]) == (True, {"id": "dana", "name": "Dana"})
        holding.close(session, conversation, world.locked(session, "alice"))
        [covered] = board.lists(session, "dana").covered
        assert (covered["id"], covered["covered_by"]) == (conversation.id, {"id": "alice", "name": "Alice"})
        holding.seen(session, conversation, world.locked(session, "dana"))
        assert board.lists(session, "dana").covered == []


def test_an_agent_sees_the_queues_they_serve(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        for name, serves in (("Alice", ["payments"]), ("Ben", [])):
            agent = session.get_one(Agent, world.agent(session, name, here=False))
            agent.queues = serves
        conversation = world.conversation(session, world.asks_for_a_person(session))
        assert board.lists(session, "alice").general == []
        assert not board.may_see(session, "alice", conversation)
        assert [card["id"] for card in board.lists(session, "ben").general] == [conversation.id]


def test_colleagues_are_told_apart_by_whether_they_can_be_asked(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        for name, status in (("Alice", "online"), ("Ben", "away"), ("Cleo", "transfers"), ("Dora", "online")):
            world.agent(session, name)
            shifts.choose(session, name.lower(), status, reason="Lunch" if status == "away" else "")
        shown = colleagues.of(session, "alice")
        assert [(one["name"], one["presence"], one["can_be_asked"]) for one in shown["agents"]] == [
            ("Cleo", "transfers", True), ("Dora", "online", True), ("Ben", "away", False),
        ]  # fmt: skip
        assert shown["queues"][0]["here"] == 1


def test_the_summary_is_made_of_what_was_noted_down(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        visitor = world.visitor(session, mia)
        world.writes(session, visitor, "cancel it, you fools")
        conversation = world.conversation(session, visitor.conversation)
        order = session.query(Order).one()
        who = identity.of(session, conversation.id)
        found = orders.find(session, mia, order.id)
        plans.make(session, who, "cancel", found, f"{conversation.id}:1", ("It is cancelled.",), {}, time.now())
        outbox.say(session, conversation, outbox.bot(), "Shall I?")
        facts = {"order_id": order.id, "last_wish": "cancel an order", "mood": "angry", "refused": 2}
        requests.person(session, conversation, requests.Wish("cancel", "too_late", facts), by="bot")
        world.agent(session, "Alice")
        shown = board.conversation(session, "alice", conversation.id)["summary"]
        assert {line["label"]: line["text"] for line in shown} == {
            "Wish": "cancel an order · Too late",
            "Order": f"{order.id}, {found.state}",
            "Tried": f"Cancel {order.id} (not answered)",
            "Trouble": "not possible: 2",
            "Proof": "signed in at the shop",
            "Mood": "angry",
        }


@pytest.mark.parametrize("told", [{}, {"order_id": "#W0"}])
def test_the_summary_of_nothing_makes_nothing_up(sqlite_db: Database, told: dict[str, str]) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        conversation = world.conversation(session, world.visitor(session).conversation)
        requests.person(session, conversation, requests.Wish(facts=told))
        shown = board.conversation(session, "alice", conversation.id)["summary"]
        assert [line["label"] for line in shown] == ["Wish", *(["Order"] if told else []), "Proof"]
