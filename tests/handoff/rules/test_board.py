"""Who sees what: an agent sees what is theirs and the open queue, and every way of looking agrees."""

import random
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from handoff.models import Conversation
from handoff.routing import covers, holding, offers, shifts
from handoff.rules import board, listed
from shop.ground.db import Database
from shop.ground.errors import NotFound, Refusal
from tests.conftest import Clock
from tests.handoff import world

AGENTS = ("dana", "priya", "alice", "ben")


def _people(session: Session) -> list[str | None]:
    """Two representatives, two other agents, two gold customers with a book entry each; all who may write."""
    for name in AGENTS:
        world.agent(session, name.title(), here=False, capacity=4)
    mia, noah = (world.customer(session, name, gold=True) for name in ("Mia", "Noah"))
    world.book(session, mia, "dana")
    world.book(session, noah, "priya")
    return [mia, noah, world.customer(session, "Olga"), None, None]


def _something_happens(session: Session, luck: random.Random, visitors: list[Any]) -> None:
    """One step of a random day."""
    agent = luck.choice(AGENTS)
    conversation = luck.choice([*session.scalars(select(Conversation).order_by(Conversation.opened_at)), None])
    step = luck.choice(["come", "go", "person", "cancel-request", "write", *holding.VERBS])
    if step == "come":
        shifts.come(session, agent)
    elif step == "go":
        shifts.go(session, agent, luck.choice(["away", "offline"]))
    elif step in ("person", "cancel-request"):
        world.taps(session, luck.choice(visitors), step)
    elif step == "write":
        world.writes(session, luck.choice(visitors), "hello")
    elif conversation is not None:
        with session.begin_nested():
            holding.VERBS[step](session, conversation, world.locked(session, agent))


@pytest.mark.parametrize("seed", range(4))
def test_on_any_day_every_way_of_looking_shows_the_same(sqlite_db: Database, clock: Clock, seed: int) -> None:
    luck = random.Random(seed)
    with sqlite_db.transaction() as session:
        visitors = [world.visitor(session, customer) for customer in _people(session)]
        for _ in range(25):
            try:
                _something_happens(session, luck, visitors)
            except Refusal:
                continue
            clock.advance(1)
            for agent in AGENTS:
                _all_agree(session, agent)


def _all_agree(session: Session, agent: str) -> None:
    session.flush()
    shown = board.lists(session, agent)
    listed_items = [item for listed in vars(shown).values() for item in listed]
    items = {item["id"]: item for item in listed_items}
    assert len(items) == len(listed_items)
    assert shown.attention == []  # for supervisors
    assert items.keys() == listed.versions(session, agent).keys()
    for row in session.scalars(select(Conversation)):
        shows, may_see = row.id in items, board.may_see(session, agent, row)
        covered = covers.is_open(session, row.id, agent)
        assert may_see or not shows
        assert shows == (covered or _belongs(session, row, agent))
        assert may_see == (shows or (row.state != "waiting" and _knows(session, row, agent)))
        if not may_see:
            for look in (board.conversation, board.said):
                with pytest.raises(NotFound):
                    look(session, agent, row.id, 0, 0)
            assert row.held_by != agent
            assert agent not in offers.agents(session, row.id)
        else:
            whole, said = board.conversation(session, agent, row.id), board.said(session, agent, row.id, 0, 0)
            assert whole["id"] == row.id
            assert said == {name: whole[name] for name in ("messages", "notes", "marks")}
        if row.wants_id and agent not in (row.wants_id, row.representative_id):
            assert not shows


def _belongs(session: Session, row: Conversation, agent: str) -> bool:
    """In plain words: what stands in an agent's lists."""
    if row.state in ("held", "parked"):
        return row.held_by == agent
    if row.state in ("waiting", "offered") and agent in (row.wants_id, row.representative_id):
        return True
    if row.state == "offered":
        return agent in offers.agents(session, row.id)
    return row.state == "waiting" and row.wants_id is None


def _knows(session: Session, row: Conversation, agent: str) -> bool:
    """Their own customer, or a conversation that they answered before."""
    own = {"mia": "dana", "noah": "priya"}.get(row.customer_id or "") == agent
    return own or any(step.agent_id == agent and step.to_state == "held" for step in world.assignments(session, row.id))


def test_the_three_lists_hold_what_their_names_say(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        _people(session)
        shifts.come(session, "dana")
        own = world.asks_for_a_person(session, "mia")
        general = world.asks_for_a_person(session)
        held = world.asks_for_a_person(session)
        holding.claim(session, world.conversation(session, held), world.locked(session, "dana"))
        shown = board.lists(session, "dana")
        lists = [[item["id"] for item in items] for items in (shown.mine, shown.dedicated, shown.general)]
        assert lists == [[held], [own], [general]]
        [offered] = shown.dedicated
        assert (offered["customer"], offered["tier"], offered["state"]) == (
            {"id": "mia", "name": "Mia"},
            "gold",
            "offered",
        )
        assert offered["offer_expires_at"] is not None
        assert shown.mine[0]["offer_expires_at"] is None


def test_an_item_shows_the_customer_s_last_words_and_whether_they_wait_for_an_answer(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        world.agent(session, "Alice")
        world.taps(session, visitor, "person")
        world.writes(session, visitor, "x" * 200)
        [item] = board.lists(session, "alice").general
        assert (item["preview"], item["unanswered"]) == ("x" * 120, True)
        holding.accept(session, world.conversation(session, item["id"]), world.locked(session, "alice"))
        [joined] = board.lists(session, "alice").mine
        assert joined["unanswered"] is True  # a line of the gateway's own answers nothing
        holding.reply(session, world.conversation(session, item["id"]), world.locked(session, "alice"), "Hello", "k")
        [answered] = board.lists(session, "alice").mine
        assert answered["unanswered"] is False


def test_who_answered_a_conversation_may_read_on_and_hears_of_it_but_does_not_list_it(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        conversation = world.conversation(session, world.asks_for_a_person(session))
        holding.accept(session, conversation, world.locked(session, "alice"))
        holding.hand_back(session, conversation, world.locked(session, "alice"))
        assert board.may_see(session, "alice", conversation)
        assert [*vars(board.lists(session, "alice")).values()] == [[], [], [], [], []]
        assert listed.versions(session, "alice").keys() == {conversation.id}


def test_the_customer_s_story_stands_beside_the_thread(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        _people(session)
        shifts.come(session, "dana")
        shown = board.conversation(session, "dana", world.asks_for_a_person(session, "mia"))
        assert shown["customer"]["tier"] == "gold"
        assert shown["customer"]["representative"] == {"id": "dana", "name": "Dana"}
        assert shown["proof"]["level"] == "signed"
        assert [order["status"] for order in shown["orders"]] == ["delivered"]
        assert shown["can"] == ["accept", "decline"]


def test_about_a_stranger_nothing_is_shown(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        shown = board.conversation(session, "alice", world.asks_for_a_person(session))
        assert (shown["customer"], shown["orders"], shown["proof"]) == (None, [], {"level": "none", "at": None})


def test_what_was_said_is_read_in_a_few_looks_however_much_there_is(sqlite_db: Database) -> None:
    """The agent waits for it: nothing of what stands around the thread is looked up."""
    with sqlite_db.transaction() as session:
        _people(session)
        shifts.come(session, "alice")
        asked = world.asks_for_a_person(session)
        holding.accept(session, world.conversation(session, asked), world.locked(session, "alice"))
        seen: list[str] = []
        event.listen(session.connection(), "before_cursor_execute", lambda *told: seen.append(told[2]))
        session.expunge_all()
        said = board.said(session, "alice", asked, 0, 0)
        assert said["messages"] and len(seen) <= 9, seen
