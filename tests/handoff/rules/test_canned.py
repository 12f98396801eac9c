"""Canned replies: who writes them, what is refused, and what the variables stand for."""

import pytest
from sqlalchemy.orm import Session

from handoff.demo import canned as demo
from handoff.models import Agent, Conversation
from handoff.rules import board, canned, consent
from handoff.rules.staff import Member
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, Forbidden, NotFound
from shop.models import PENDING, Order
from tests.conftest import Clock
from tests.handoff import world

DANA = Member("dana", "Dana Kim", "supervisor", False, "online")
BEN = Member("ben", "Ben", "agent", False, "online")


def test_written_changed_and_done_away_with(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        made = canned.add(session, DANA, "/Hello", " Greeting ", {"en": "Hi {customer.first_name}", "es": " "})
    assert (made["shortcut"], made["title"], made["texts"]) == ("hello", "Greeting", {"en": "Hi {customer.first_name}"})
    with db.transaction() as session:
        canned.add(session, DANA, "bye", "Goodbye", {"en": "Bye"})
        with pytest.raises(Conflict, match="/bye is taken"):
            canned.add(session, DANA, "bye", "Another", {"en": "Bye"})
    with db.transaction() as session:
        changed = canned.change(session, DANA, made["id"], 1, "hi", "Greeting", {"es": "Hola"})
        assert changed["version"] == 2
        with pytest.raises(Conflict, match="Somebody else"):
            canned.change(session, DANA, made["id"], 1, "hi", "Greeting", {"es": "Hola"})
    with db.transaction() as session:
        assert [one["shortcut"] for one in canned.every(session)] == ["bye", "hi"]
        canned.remove(session, DANA, made["id"])
    with db.transaction() as session:
        assert [one["shortcut"] for one in canned.every(session)] == ["bye"]
        with pytest.raises(NotFound):
            canned.remove(session, DANA, made["id"])


@pytest.mark.parametrize(
    ("shortcut", "title", "texts"),
    [
        ("two words", "t", {"en": "x"}),
        ("", "t", {"en": "x"}),
        ("x" * 41, "t", {"en": "x"}),
        ("a", " ", {"en": "x"}),
        ("a", "t", {}),
        ("a", "t", {"en": "  "}),
        ("a", "t", {"english": "x"}),
        ("a", "t", {"en": "x" * 4001}),
        ("a", "t", {"en": "Hello {customer.password}"}),
    ],
)
def test_what_can_be_no_reply(sqlite_db: Database, shortcut: str, title: str, texts: dict[str, str]) -> None:
    with sqlite_db.transaction() as session, pytest.raises(BadInput):
        canned.add(session, DANA, shortcut, title, texts)


def test_agents_read_and_supervisors_write(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session, pytest.raises(Forbidden):
        canned.add(session, BEN, "a", "A", {"en": "a"})


def test_the_variables_are_what_is_known_and_nothing_else(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        mia, dana = world.customer(session, "Mia Rossi"), world.agent(session, "Dana")
        stranger, known = world.visitor(session).conversation, world.visitor(session, mia).conversation
        assert _values(session, stranger) == {"agent.name": "Dana", "agent.first_name": "Dana"}
        world.book(session, mia, dana)
        assert _values(session, known)["representative.name"] == "Dana"
        for number in ("#W1", "#W2"):
            session.add(
                Order(
                    id=number, customer_id=mia, sequence=int(number[2:]), status=PENDING, currency="USD", paid_minor=1
                )
            )
            session.flush()
            values = _values(session, known)
            assert values.get("order.id") == ("#W1" if number == "#W1" else None)
            assert (values["customer.name"], values["customer.first_name"]) == ("Mia Rossi", "Mia")
        world.conversation(session, known).facts = {"order_id": "#W2"}
        assert _values(session, known)["order.id"] == "#W2"


def test_a_text_with_an_open_variable_is_known() -> None:
    text = "Your {order.id}, { order.id } and {order.status}, {not.ours} {1}"
    assert canned.left_open(text) == ["order.id", "order.status"]
    assert canned.left_open("Your #W1") == []


def test_the_language_is_the_customer_s(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation = world.conversation(session, world.visitor(session).conversation)
        assert canned.language(session, conversation) == "en"
        conversation.facts = {"language": "es-MX"}
        assert canned.language(session, conversation) == "es"


def test_beside_a_text_stands_whether_its_number_opted_out(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Dana")
        world.texts(session, "+12125550001", "help me")
        conversation = session.query(Conversation).one()
        conversation.state, conversation.held_by = "held", "dana"
        session.flush()
        assert board.conversation(session, "dana", conversation.id)["writing"]["stopped_at"] is None
        consent.record(session, "+12125550001", "stop", wording="STOP", source="sms", scope="all", how="texted")
        assert (
            board.conversation(session, "dana", conversation.id)["writing"]["stopped_at"] == "2026-06-15T12:00:00.000Z"
        )


def test_the_demo_s_replies_are_ones_that_could_have_been_written(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        demo.seed(session)
    with db.transaction() as session:
        for one in canned.every(session):
            canned.change(session, DANA, one["id"], 1, one["shortcut"], one["title"], one["texts"])


def _values(session: Session, conversation_id: str) -> dict[str, str]:
    session.flush()
    return canned.values(session, session.get_one(Conversation, conversation_id), session.get_one(Agent, "dana"))
