"""An agent's answer finds a customer who has left the website: by text where they agreed, else by mail, once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation, Delivery
from handoff.routing import holding
from handoff.rules import answered, consent, marks
from handoff.rules.sessions import Opened
from shop.ground import jobs
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world

PHONE = "+12025550123"
LINK = "https://shop.example/help"


def held(session: Session, customer: str | None = "ann lee", phone: str | None = PHONE) -> tuple[Opened, Conversation]:
    """A customer on the website, and Dana who has their conversation."""
    opened = world.visitor(session, world.customer(session, "Ann Lee", phone=phone) if customer else None)
    conversation = world.conversation(session, world.writes(session, opened, "hello").conversation)
    world.agent(session, "Dana Reyes")
    states.change(session, conversation, "waiting", by="customer", why="asked")
    states.change(session, conversation, "held", by="agent:dana reyes", why="accepted", held_by="dana reyes")
    return opened, conversation


def replies(session: Session, conversation: Conversation, *words: str) -> None:
    agent = world.locked(session, "dana reyes")
    for n, text in enumerate(words):
        holding.reply(session, conversation, agent, text, f"agent:{conversation.id}:{agent.id}:{text}{n}")


def looks(session: Session) -> None:
    """The look at whether they saw it, where it is due."""
    while (job := jobs.claim(session, 30, (answered.JOB,))) is not None:
        answered.due(session, job, "Juniper & Pine", LINK)
        session.flush()


def mails(session: Session) -> list[dict[str, str]]:
    return [job.payload for job in world.owed(session, "send_mail")]


def texts(session: Session) -> list[str]:
    return list(session.scalars(select(Delivery.body)))


def test_by_mail_with_the_words_and_the_way_back_once(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        _, conversation = held(session)
        replies(session, conversation, "It left today.", "It comes on Friday.")
        looks(session)
        assert mails(session) == []
        clock.advance(minutes=2)
        looks(session)
        [mail] = mails(session)
        assert mail["to"] == "ann@example.com"
        assert mail["subject"] == "Dana Reyes from Juniper & Pine has answered you"
        for said in ("Ann", "It left today.", "It comes on Friday.", LINK):
            assert said in mail["text"]
        replies(session, conversation, "Anything else?")
        clock.advance(minutes=3)
        looks(session)
        assert len(mails(session)) == 1
        assert texts(session) == []
        marks.seen(session, conversation.id, "customer", conversation.last_seq)
        replies(session, conversation, "One more thing.")
        clock.advance(minutes=3)
        looks(session)
        assert "It left today" not in mails(session)[1]["text"]


def test_by_text_where_they_agreed_and_the_thread_goes_on_there(db: Database, clock: Clock) -> None:
    clock.advance(hours=4)
    with db.transaction() as session:
        _, conversation = held(session)
        consent.record(session, PHONE, "start", wording="Text me", source="web:1", scope="updates", how="asked")
        replies(session, conversation, "It left today.")
        clock.advance(minutes=2)
        looks(session)
        assert texts(session) == ["Dana Reyes from Juniper & Pine answered: It left today.\n\nJust reply to this text."]
        assert mails(session) == []
        assert conversation.channel == "sms"
        assert world.texts(session, PHONE, "thanks").conversation == conversation.id


@pytest.mark.parametrize("why", ["read", "wrote", "nobody", "opted out and no mail"])
def test_who_is_there_or_unknown_is_not_told(sqlite_db: Database, clock: Clock, why: str) -> None:
    with sqlite_db.transaction() as session:
        opened, conversation = held(session, customer=None if why == "nobody" else "ann lee")
        replies(session, conversation, "Hello.")
        if why == "read":
            marks.seen(session, conversation.id, "customer", conversation.last_seq)
        elif why == "wrote":
            world.writes(session, opened, "here")
        elif why.startswith("opted"):
            consent.record(session, PHONE, "start", wording="", source="web:1", scope="updates", how="asked")
            consent.record(session, PHONE, "stop", wording="STOP", source="sms:1")
        clock.advance(minutes=3)
        looks(session)
        assert texts(session) == []
        assert len(mails(session)) == (1 if why.startswith("opted") else 0)


def test_the_look_waits_for_the_last_word(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        _, conversation = held(session)
        replies(session, conversation, "One.")
        clock.advance(seconds=100)
        replies(session, conversation, "Two.")
        clock.advance(seconds=30)
        looks(session)
        assert mails(session) == []
        clock.advance(seconds=100)
        looks(session)
        assert len(mails(session)) == 1
