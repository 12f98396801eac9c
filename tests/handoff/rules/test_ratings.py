"""How customers rate who served them: each party once a stretch, changed for a while, in the chat and by one text."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation, Rating
from handoff.routing import holding, policy
from handoff.rules import consent, inbox, outbox, rated, ratings, sessions, thread
from handoff.rules.inbox import Accepted, Inbound
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.errors import Conflict
from tests.conftest import Clock
from tests.handoff import world

PHONE = "+12125550123"
ASKED = "Reply with a number from 1"


def served(session: Session, accepted: Accepted, *, bot: bool = True) -> Conversation:
    """Answered by the bot and by Alice, then closed."""
    conversation = world.conversation(session, accepted.conversation)
    if bot:
        outbox.say(session, conversation, outbox.bot(), "Hello")
    alice = world.locked(session, "alice")
    if conversation.state == "offered":
        holding.accept(session, conversation, alice)
    else:
        holding.claim(session, conversation, alice)
    holding.reply(session, conversation, alice, "Done", f"{conversation.id} {conversation.last_seq}")
    holding.close(session, conversation, alice)
    return conversation


def asks(session: Session, place: int, key: str) -> Accepted:
    return inbox.accept(session, place, Inbound("sms", key, option="person"))


def run_due(session: Session) -> None:
    while (job := jobs.claim(session, 30, (states.RATING_DUE,))) is not None:
        jobs.finish(session, job)
        ratings.due(session, job.payload["conversation"], job.payload["version"])
        session.flush()


def told(session: Session, conversation_id: str, words: str) -> int:
    return sum(words in text for text in world.told(session, conversation_id))


def test_both_who_served_are_rated_apart_and_again_after_the_next_stretch(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        visitor = world.visitor(session)
        conversation = served(session, world.taps(session, visitor, "person"))
        asked = thread.status(session, conversation)["ratings"]
        assert [(one["party"], one["name"], one["score"]) for one in asked] == [
            ("agent", "Alice", None),
            ("bot", outbox.bot().name, None),
        ]
        ratings.rate(session, conversation, "agent", 2, "Slow", "web")
        clock.advance(days=6)
        ratings.rate(session, conversation, "agent", 4, " Better ", "web")
        ratings.rate(session, conversation, "bot", 1, "", "web")
        shown = thread.status(session, conversation)["ratings"]
        assert [(one["score"], one["words"]) for one in shown] == [(4, "Better"), (1, "")]
        clock.advance(hours=1)
        again = served(session, world.taps(session, visitor, "person"), bot=False)
        assert again.id == conversation.id
        assert [(one["party"], one["score"]) for one in ratings.shown(session, again)] == [("agent", None)]
        with pytest.raises(Conflict):
            ratings.rate(session, again, "bot", 5, "", "web")
        ratings.rate(session, again, "agent", 5, "", "web")
        assert len(session.scalars(select(Rating)).all()) == 3
        clock.advance(days=7, seconds=1)
        assert ratings.shown(session, again) == []
        with pytest.raises(Conflict):
            ratings.rate(session, again, "agent", 1, "", "web")


def test_the_bot_alone_is_rated_once_nothing_is_said_any_more(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        visitor = world.visitor(session)
        accepted = world.writes(session, visitor, "Hello")
        conversation = world.conversation(session, accepted.conversation)
        assert ratings.shown(session, conversation) == []
        clock.advance(hours=1)
        assert ratings.shown(session, conversation) == []  # it never answered
        outbox.say(session, conversation, outbox.bot(), "Hi")
        assert ratings.shown(session, conversation) == []
        clock.advance(minutes=10)
        assert [one["party"] for one in ratings.shown(session, conversation)] == ["bot"]
        ratings.rate(session, conversation, "bot", 3, "", "web")
        world.writes(session, visitor, "One more thing")
        session.refresh(conversation)
        assert ratings.shown(session, conversation) == []


def test_a_text_asks_once_and_a_score_that_comes_back_opens_nothing(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        place = sessions.open_by_phone(session, PHONE)
        conversation = served(session, asks(session, place, "SM1"))
        run_due(session)
        assert told(session, conversation.id, ASKED) == 0
        clock.advance(minutes=2)
        run_due(session)
        assert told(session, conversation.id, "How was it with Alice") == 1
        answered = inbox.accept(session, place, Inbound("sms", "SM2", "4, very quick"))
        assert inbox.accept(session, place, Inbound("sms", "SM2", "4, very quick")).created is False
        session.refresh(conversation)
        assert (conversation.state, answered.conversation, answered.created) == ("closed", conversation.id, True)
        rating = session.scalars(select(Rating)).one()
        assert (rating.party, rating.agent_id, rating.score, rating.words) == ("agent", "alice", 4, "very quick")
        assert told(session, conversation.id, "Thank you") == 1
        reopened = inbox.accept(session, place, Inbound("sms", "SM3", "5"))
        session.refresh(conversation)
        assert (reopened.conversation, conversation.state) != (conversation.id, "closed")  # the question was answered


@pytest.mark.parametrize("words", ["2 of them are broken", "6", "hello", "4 more please", "45"])
def test_what_is_no_score_is_a_new_matter(db: Database, clock: Clock, words: str) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        place = sessions.open_by_phone(session, PHONE)
        conversation = served(session, asks(session, place, "SM1"))
        clock.advance(minutes=2)
        run_due(session)
        inbox.accept(session, place, Inbound("sms", "SM2", words))
        session.refresh(conversation)
        assert conversation.state != "closed"
        assert session.scalars(select(Rating)).one().score is None


def test_nobody_is_asked_by_text_at_night_after_stop_or_where_it_is_off(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        clock.advance(hours=15)  # 11 at night in New York
        place = sessions.open_by_phone(session, PHONE)
        conversation = served(session, asks(session, place, "SM1"))
        clock.advance(minutes=2)
        run_due(session)
        assert told(session, conversation.id, ASKED) == 0
        clock.advance(hours=9)
        run_due(session)
        assert told(session, conversation.id, ASKED) == 1
        other = sessions.open_by_phone(session, "+12125550199")
        stopped = served(session, asks(session, other, "SM7"))
        consent.record(session, "+12125550199", "stop", wording="STOP", source="test")
        clock.advance(minutes=2)
        run_due(session)
        assert told(session, stopped.id, ASKED) == 0
        now = policy.current()
        off = now.model_copy(update={"ratings": now.ratings.model_copy(update={"web": False, "sms": False})})
        monkeypatch.setattr(policy, "current", lambda: off)
        third = served(session, asks(session, sessions.open_by_phone(session, "+12125550198"), "SM8"))
        clock.advance(minutes=2)
        run_due(session)
        assert told(session, third.id, ASKED) == 0
        web = served(session, world.taps(session, world.visitor(session), "person"))
        assert ratings.shown(session, web) == []
        with pytest.raises(Conflict):
            ratings.rate(session, web, "agent", 5, "", "web")


def test_an_agent_reads_her_own_and_the_office_all(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        world.agent(session, "Ben", here=False)
        conversation = served(session, world.taps(session, world.visitor(session), "person"))
        ratings.rate(session, conversation, "agent", 4, "Kind", "web")
        ratings.rate(session, conversation, "bot", 2, "", "web")
        mine = rated.of_agent(session, "alice")
        assert (mine["mean"], mine["number"], mine["latest"][0]["words"]) == (4.0, 1, "Kind")
        assert rated.of_agent(session, "ben") == {"mean": None, "number": 0, "latest": []}
        now = clock()
        found = rated.report(session, now - timedelta(days=1), now)
        assert {name: (one.number, one.mean) for name, one in found.items()} == {"": (1, 2.0), "Alice": (1, 4.0)}
        assert found["Alice"].words == [(4, "Kind")]
