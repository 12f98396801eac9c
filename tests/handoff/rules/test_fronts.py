"""Before the chat: the notice comes, goes and stands in the record; visitors are asked once, and what they say proves nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Audit, Delivery, Introduction
from handoff.routing import holding, policy, requests
from handoff.routing.requests import Wish
from handoff.rules import audit, introductions, notices, plain, questions, story, texting, thread
from handoff.rules.questions import Topic
from shop import identity
from shop.ground import clock as clock_module
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict
from shop.identity import Proof
from tests.conftest import Clock
from tests.handoff import world

STORM = "A storm has closed our warehouse: answers take about 2 hours today"
TORMENTA = "Una tormenta ha cerrado nuestro centro: hoy tardamos unas 2 horas"
TOPICS = [Topic("payment", "Paying and refunds", "Pagos"), Topic("delivery", "A delivery", "Una entrega")]


def write(session: Session, text: str = STORM, spanish: str = "", **more: float) -> None:
    until = clock_module.now() + timedelta(**more) if more else None
    notices.write(session, "agent:ben", notices.kept(session)["version"], text, spanish, until)


def ask(session: Session, *, on: bool = True, name: bool = True, email: bool = True) -> None:
    questions.write(session, "agent:ben", questions.kept(session)["version"], on, name, email, TOPICS)


def told(session: Session, conversation_id: str) -> dict[str, object]:
    return thread.status(session, world.conversation(session, conversation_id))


def said(session: Session, conversation_id: str, **answers: str) -> Introduction:
    given = {"name": "", "email": "", "topic": ""} | answers
    return introductions.take(session, world.conversation(session, conversation_id), **given)


def test_a_notice_is_shown_before_the_chat_and_while_waiting_until_its_end(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Ben", capacity=0)
        opened = world.visitor(session)
        assert told(session, opened.conversation)["notice"] is None
        write(session, spanish=TORMENTA, hours=2)
        assert told(session, opened.conversation)["notice"] == {"text": STORM, "spanish": TORMENTA}
        world.writes(session, opened, "Where is my order?")
        assert told(session, opened.conversation)["notice"] is None  # the assistant answers at once
        world.taps(session, opened, "person")
        assert told(session, opened.conversation)["notice"] is not None
        clock.advance(hours=2)
        assert told(session, opened.conversation)["notice"] is None  # by itself
        assert notices.kept(session) | {"version": 1, "text": STORM, "shown": False} == notices.kept(session)
        write(session)
        holding.claim(session, world.conversation(session, opened.conversation), world.locked(session, "ben"))
        assert told(session, opened.conversation)["notice"] is None
        newcomer = world.visitor(session)
        assert told(session, newcomer.conversation)["notice"] == {"text": STORM, "spanish": ""}
        write(session, text="")
        assert told(session, newcomer.conversation)["notice"] is None


def test_what_cannot_be_a_notice_is_refused_at_its_field(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        for field, text, spanish, ends in (
            ("text", "x" * 201, "", None),
            ("text", "turned \u202e round", "", None),
            ("text", "", TORMENTA, None),
            ("spanish", STORM, "x" * 201, None),
            ("until", STORM, "", clock() - timedelta(minutes=1)),
            ("until", STORM, "", clock()),
        ):
            with pytest.raises(BadInput) as refused:
                notices.write(session, "agent:ben", 0, text, spanish, ends)
            assert refused.value.code == field
        write(session, text=f"  {STORM}\n today\t")
        assert notices.kept(session)["text"] == f"{STORM} today"
        with pytest.raises(Conflict):
            notices.write(session, "agent:ben", 0, STORM, "", None)
        write(session)
        with pytest.raises(Conflict):
            notices.write(session, "agent:ben", 1, "Late", "", None)
        write(session, text="")
        rows = audit.latest(session)
    assert [row["action"] for row in rows] == ["notice_taken_away", "notice_written", "notice_written"]
    assert rows[1]["detail"] == {"text": [f"{STORM} today", STORM]}


def texts(session: Session, conversation_id: str) -> list[str]:
    where = Delivery.conversation_id == conversation_id
    return list(session.scalars(select(Delivery.body).where(where).order_by(Delivery.id)))


def test_the_first_text_about_waiting_carries_it_once_where_it_fits(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Ben", capacity=0)
        write(session)
        number = "+12125550123"
        conversation = world.texts(session, number, "hi").conversation
        for _ in range(2):
            waiting = world.conversation(session, conversation)
            requests.person(session, waiting, Wish())
            requests.give_up(session, world.conversation(session, conversation), "request_cancelled")
        bodies = texts(session, conversation)
        assert sum(STORM in body for body in bodies) == 1 and STORM in bodies[0]
        assert texting.segments(bodies[0]).count <= notices.MOST
        write(session, text="Ж" * 200)  # as many as four texts by itself
        other = world.texts(session, "+12125550124", "hi").conversation
        requests.person(session, world.conversation(session, other), Wish())
        assert not any("Ж" in body for body in texts(session, other))
        write(session, spanish=TORMENTA)
        third = world.texts(session, "+12125550125", "hola").conversation
        requests.person(session, world.conversation(session, third), Wish(facts={"language": "es"}))
        assert TORMENTA in texts(session, third)[0] and STORM not in texts(session, third)[0]


def test_visitors_are_asked_once_and_those_we_know_never(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        opened = world.visitor(session)
        assert told(session, opened.conversation)["asks"] is None  # off, until the shop wants it
        with pytest.raises(Conflict) as nothing:
            said(session, opened.conversation, name="Ana")
        assert nothing.value.code == "not_asked"
        ask(session)
        asks = {"name": True, "email": True, "topics": [vars(one) for one in TOPICS]}
        assert told(session, opened.conversation)["asks"] == asks
        known = world.visitor(session, world.customer(session, "Mia"))
        assert told(session, known.conversation)["asks"] is None
        with pytest.raises(Conflict):
            said(session, known.conversation, name="Ana")
        said(session, opened.conversation, name=" Ana  Ruiz ", email="ana@example.com", topic="payment")
        said(session, opened.conversation, name="Ana Ruiz", email="ana@example.com", topic="payment")  # again
        with pytest.raises(Conflict) as answered:
            said(session, opened.conversation, name="Eva")
        assert answered.value.code == "answered"
        assert told(session, opened.conversation)["asks"] is None
        skips, writes = world.visitor(session), world.visitor(session)
        said(session, skips.conversation)
        world.writes(session, writes, "Hello")
        assert [told(session, one.conversation)["asks"] for one in (skips, writes)] == [None, None]
        said(session, writes.conversation, name="Eva")  # typed before, sent with the first words
        ask(session, on=False)
        assert told(session, world.visitor(session).conversation)["asks"] is None


def test_answers_are_checked_and_prove_nothing(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.customer(session, "Mia")
        ask(session, name=False)
        opened = world.visitor(session)
        for field, answers in (
            ("email", {"email": "mia"}),
            ("email", {"email": "mia@example.com, eva@example.com"}),
            ("email", {"email": "x" * 250 + "@example.com"}),
            ("name", {"name": "a\x07b"}),
            ("topic", {"topic": "refund_status"}),
        ):
            with pytest.raises(BadInput) as refused:
                said(session, opened.conversation, **answers)
            assert refused.value.code == field
        said(session, opened.conversation, name="Nobody asked", email="mia@example.com")
        conversation = world.conversation(session, opened.conversation)
        assert (identity.of(session, conversation.id).level, conversation.customer_id) == (Proof.NONE, None)
        beside = story.beside(session, conversation)
        assert beside["introduction"] == {"name": "", "email": "mia@example.com", "topic": ""}
        assert (beside["value"], beside["past"]) == (None, [])
        assert (
            story.beside(session, world.conversation(session, world.visitor(session).conversation))["introduction"]
            is None
        )


def test_the_topic_leads_to_its_team_until_the_conversation_is_over(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Ben")
        ask(session)
        opened = world.visitor(session)
        said(session, opened.conversation, topic="payment")
        conversation = world.conversation(session, opened.conversation)
        wishes = {"general": "payment", "orders": "payment", "refund_status": "refund_status"}
        assert {wanted: introductions.topic(session, conversation, wanted) for wanted in wishes} == wishes
        world.taps(session, opened, "person")
        waiting = world.conversation(session, opened.conversation)
        assert (waiting.topic, waiting.queue) == ("payment", policy.current().queue_for("payment"))
        holding.claim(session, waiting, world.locked(session, "ben"))
        over = world.conversation(session, opened.conversation)
        holding.settle(session, over, world.locked(session, "ben"), code="solved", tags=[], note="")
        clock.advance(hours=1)
        over = world.conversation(session, opened.conversation)
        assert introductions.topic(session, over, "general") == "general"
        other = world.visitor(session)
        said(session, other.conversation, topic="delivery")  # which no queue names: said, and it changes little
        there = world.conversation(session, other.conversation)
        assert introductions.topic(session, there, "orders") == "orders"
        assert introductions.topic(session, there, "general") == "delivery"


def test_the_office_s_questions_are_checked_shown_with_their_queues_and_recorded(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        for field, topics, on in (
            ("topics", [Topic("Payment", "Paying")], True),
            ("topics", [Topic("payment", " ")], True),
            ("topics", [TOPICS[0], TOPICS[0]], True),
            ("topics", [Topic("payment", "x" * 61)], True),
            ("topics", [Topic(f"t{n}", "x") for n in range(13)], True),
            ("on", [], True),
        ):
            with pytest.raises(BadInput) as refused:
                questions.write(session, "agent:ben", 0, on, False, False, topics)
            assert refused.value.code == field
        ask(session)
        queues = {one["topic"]: one["queue"] for one in questions.kept(session)["topics"]}
        assert queues == {"payment": "Payments and refunds", "delivery": "General questions"}
        with pytest.raises(Conflict):
            questions.write(session, "agent:ben", 0, False, False, False, [])
        ask(session, on=False)
        (last, first) = session.scalars(select(Audit).order_by(Audit.id.desc()))
        assert first.detail["topics"] == ["", "Paying and refunds, A delivery"] and last.detail == {"on": [True, False]}


@given(st.text(max_size=60))
def test_a_line_is_plain_or_refused(text: str) -> None:
    try:
        line = plain.line(text, 40, "name")
    except BadInput as refused:
        assert refused.code == "name"
    else:
        assert len(line) <= 40 and line == " ".join(line.split()) and not set(line) & set("\n\r\t\x00\u202e\u2066")
        assert plain.line(line, 40, "name") == line
