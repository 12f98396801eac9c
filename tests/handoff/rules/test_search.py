"""Searching: words, phrases, people and orders; only what the agent may see, as the lists and single looks have it."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, true, update
from sqlalchemy.orm import Session

from handoff.models import Address, Agent, Closing, Conversation, Message
from handoff.routing import holding
from handoff.rules import board, excerpts, queries, search
from handoff.rules.search import Wish
from handoff.rules.seeing import visible
from shop.ground import clock as clock_module
from shop.ground.db import Database
from shop.ground.errors import Refusal
from shop.models import Order
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.rules.test_board import AGENTS, _people, _something_happens


def ids(session: Session, agent: str, words: str = "", **more: object) -> list[str]:
    return [item["id"] for item in search.find(session, agent, Wish(words, **more)).items]  # type: ignore[arg-type]


def said(session: Session, *texts: str, customer: str | None = None) -> str:
    """A conversation that waits for anybody, in which this was said."""
    visitor = world.visitor(session, customer)
    for text in texts:
        world.writes(session, visitor, text)
    return world.taps(session, visitor, "person").conversation


def test_words_in_any_case_with_or_without_marks_from_one_block(db: Database) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        lamp = said(session, "The LAMP came broken.", "It's for my Café, order w-77")
        said(session, "Where is my parcel?")
        for words in (
            "lamp",
            "broken lamp",
            "cafe",
            "CAFÉ",
            "Cafe\u0301 lamp",
            "w-77",
            "came broken",
            '"came broken"',
            "lam",
        ):
            assert ids(session, "alice", words) == [lamp], words
        for words in ('"broken came"', "lamp parcel", "amp", '"lam"', "%", "*", '"', "' OR 1", "lamp NOT broken"):
            assert ids(session, "alice", words) == [], words


def test_the_index_follows_what_becomes_of_a_message(db: Database) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        one = said(session, "turquoise", "magenta")
        said(session, *(f"filler {n}" for n in range(70)), "vermilion")
        assert len(ids(session, "alice", "vermilion")) == 1
        session.execute(update(Message).where(Message.text == "turquoise").values(text="ochre"))
        assert (ids(session, "alice", "turquoise"), ids(session, "alice", "ochre magenta")) == ([], [one])
        session.execute(delete(Message).where(Message.text == "magenta"))
        assert (ids(session, "alice", "magenta"), ids(session, "alice", "ochre")) == ([], [one])


def test_the_message_with_most_of_the_words_is_shown_and_marked_as_plain_text(db: Database) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        said(session, "lamp", "my <b>lamp</b> is broken", "thanks")
        [item] = search.find(session, "alice", Wish("broken lamp")).items
        assert item["excerpt"]["seq"] == 2 and item["excerpt"]["author"]["kind"] == "customer"
        assert [(p["text"], p["hit"]) for p in item["excerpt"]["pieces"]] == [
            ("my <b>", False), ("lamp", True), ("</b> is ", False), ("broken", True),
        ]  # fmt: skip


def test_by_name_e_mail_number_order_and_topic(db: Database) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        mia = world.customer(session, "Mia Davis", gold=True, phone="+12125550001")
        world.customer(session, "Noah Brown")
        theirs = said(session, "hello", customer=mia)
        other = said(session, "hello", customer="noah brown")
        number = session.scalars(select(Order.id).where(Order.customer_id == mia)).one()
        stranger = world.texts(session, "+12125550009", "hi").conversation
        address = session.scalars(select(Address).where(Address.value == "+12125550009")).one()
        assert address.conversation_id == stranger
        session.get_one(Conversation, stranger).state = "waiting"
        session.get_one(Conversation, other).topic = "orders"
        session.flush()
        for words in ("mia", "Mia Davis", "davis", "mia@example.com", "(212) 555-0001", number, number.lower()[1:]):
            assert ids(session, "alice", words) == [theirs], words
        assert ids(session, "alice", "212 555 0009") == [stranger]
        assert ids(session, "alice", "orders") == ids(session, "alice", tag="orders") == [other]


def test_by_the_tag_or_code_it_was_closed_with(db: Database) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        one = said(session, "hello")
        given = {"version": 2, "agent_id": "alice", "queue": "general", "channel": "web"}
        session.add(Closing(conversation_id=one, code="refunded", tags=["vip 50%", "damaged"], **given))
        session.flush()
        for tag in ("refunded", "damaged", "vip 50%"):
            assert ids(session, "alice", tag) == ids(session, "alice", tag=tag) == [one], tag
        for other in ("damage", "vip", "vip 50x", "refund"):
            assert ids(session, "alice", tag=other) == []


def test_the_filters_and_the_newest_first(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice", capacity=99)
        first = said(session, "lamp")
        clock.advance(days=2)
        second = said(session, "lamp")
        holding.claim(session, world.conversation(session, second), world.locked(session, "alice"))
        clock.advance(1)
        third = world.texts(session, "+12125550003", "lamp").conversation
        session.get_one(Conversation, third).state = "held"
        session.get_one(Conversation, third).held_by = "alice"
        session.flush()
        day = timedelta(days=1)
        assert ids(session, "alice", "lamp") == ids(session, "alice") == [third, second, first]
        assert ids(session, "alice", "lamp", mine=True) == [third, second]
        assert ids(session, "alice", "lamp", channel="sms") == [third]
        assert ids(session, "alice", "lamp", states=("waiting", "offered")) == [first]
        assert ids(session, "alice", "lamp", until=clock_module.now() - day) == [first]
        assert ids(session, "alice", "lamp", since=clock_module.now() - day) == [third, second]
        assert ids(session, "alice", queue="nothing") == []


def test_more_than_a_page_is_said_but_not_counted(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        for _ in range(search.PAGE + 2):
            said(session, "lamp")
        found = search.find(session, "alice", Wish("lamp"))
        assert (len(found.items), found.more) == (search.PAGE, True)
        assert set(vars(found)) == {"items", "more"}


@pytest.mark.parametrize("seed", range(3))
def test_on_any_day_nobody_finds_what_they_may_not_see(db: Database, clock: Clock, seed: int) -> None:
    """What the search finds is what a single look allows: for agents, a supervisor, one queue alone."""
    luck = random.Random(seed)
    with db.transaction() as session:
        visitors = [world.visitor(session, customer) for customer in _people(session)]
        world.agent(session, "Sam", here=False)
        session.get_one(Agent, "sam").role = "supervisor"
        session.get_one(Agent, "ben").queues = ["nothing"]
        for _ in range(25):
            try:
                _something_happens(session, luck, visitors)
            except Refusal:
                continue
            clock.advance(1)
        for agent in (*AGENTS, "sam"):
            rows = session.scalars(select(Conversation)).all()
            allowed = {row.id for row in rows if board.may_see(session, agent, row)}
            assert set(session.scalars(visible(session, agent, true()))) == allowed
            assert set(ids(session, agent)) == allowed
            hello = set(session.scalars(select(Message.conversation_id).where(Message.text == "hello")))
            assert set(ids(session, agent, "hello")) == allowed & hello
            for customer in ("mia", "noah", "olga"):
                assert set(ids(session, agent, customer)) == {
                    row.id for row in rows if row.customer_id == customer and row.id in allowed
                }


@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_read_and_an_excerpt_is_the_text(typed: str) -> None:
    query = queries.read(typed)
    assert all(word and word.isalnum() for phrase in query.phrases for word in phrase)
    pieces = excerpts.of(typed, query).pieces
    assert "".join(text for text, _ in pieces) == typed
