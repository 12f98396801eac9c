"""While they wait: what customers are told, what else they can do, and that what was promised is kept in order."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handoff.models import Wait
from handoff.routing import holding, requests, shifts, updates, waits
from handoff.rules import thread
from shop.ground.db import Database
from shop.ground.errors import Conflict
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.routing.lines import MOBILE, gold, in_line, texted


def test_in_line_the_place_and_a_range_are_told_and_kept_for_the_measure(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        third = in_line(session, clock, 3)[2].conversation
        assert "You are number 3 in line; it usually takes 1 to 10 minutes." in world.told(session, third)[0]
        wait = waits.open_of(session, third)
        assert wait is not None
        assert (wait.position, wait.lane, wait.told_low_s, wait.told_high_s) == (3, "general", 60, 600)
        shown = thread.read(session, third).status
        assert (shown["outcome"], shown["position"], shown["range"]) == ("in_line", 3, {"low_s": 60, "high_s": 600})
        assert shown["ways"] == ["leave-message", "bot", "cancel-request"]
        assert world.conversation(session, third).promised_at == wait.began_at + timedelta(seconds=600)


def test_a_promise_that_is_broken_is_told_once(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        [first] = in_line(session, clock, 1)
        clock.advance(600)
        world.stays(session, "alice")
        world.run_timers(session)
        world.run_timers(session)
        told = world.told(session, first.conversation)
        assert told[1].startswith("Sorry, it takes longer than I said. You are number 1 in line; it will take another")
        assert sum("Sorry" in text for text in told) == 1


def test_of_their_representative_they_hear_the_truth_and_may_take_anyone_instead(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        mia = gold(session)
        alice = world.agent(session, "Alice")
        world.taps(session, mia, "person")
        before = world.conversation(session, mia.conversation)
        rank = before.rank_at
        assert "Dana, your representative, is in another conversation." in world.told(session, mia.conversation)[0]
        status = thread.read(session, mia.conversation).status
        assert status["agent"] == {"name": "Dana", "dedicated": True}
        assert status["kept_until"] and status["ways"][0] == "anyone-now"
        world.taps(session, mia, "anyone-now")
        after = world.conversation(session, mia.conversation)
        assert (after.state, after.stage, after.wants_id, after.rank_at) == ("offered", "team", None, rank)
        holding.accept(session, after, world.locked(session, alice))
        assert world.told(session, mia.conversation)[-1].startswith("Alice has joined")
        assert world.assignments(session, mia.conversation)[-3].reason == "anyone_now"


def test_text_me_keeps_the_place_and_the_text_comes_when_it_is_their_turn(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        mia = gold(session, here=False)
        world.taps(session, mia, "person")
        before = world.conversation(session, mia.conversation)
        rank = before.rank_at
        assert "text-me" in thread.read(session, mia.conversation).status["ways"]
        world.taps(session, mia, "text-me")
        asked = world.conversation(session, mia.conversation)
        assert (asked.waits_by, asked.channel, asked.rank_at, asked.state) == ("text", "sms", rank, "waiting")
        assert texted(session, mia.conversation)[0].startswith("Okay, I'll text you when it's your turn")
        world.writes(session, mia, "It is about the lamp")
        assert world.conversation(session, mia.conversation).channel == "sms"  # a line on the page changes nothing
        assert "text-me" not in thread.read(session, mia.conversation).status["ways"]
        alice = world.agent(session, "Alice")
        holding.accept(session, world.conversation(session, mia.conversation), world.locked(session, alice))
        assert texted(session, mia.conversation)[-1] == "It's your turn: Alice is here. Just reply to this text."
        held = world.conversation(session, mia.conversation)
        assert (held.waits_by, held.promised_at) == (None, None)


def test_who_cannot_be_texted_is_not_offered_it_and_is_refused(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        world.taps(session, visitor, "person")
        assert "text-me" not in thread.read(session, visitor.conversation).status["ways"]
        with pytest.raises(Conflict):
            world.taps(session, visitor, "text-me")


def test_who_leaves_a_message_need_not_stay_and_keeps_the_place(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        first, second = in_line(session, clock, 2)
        world.taps(session, second, "leave-message")
        left = world.conversation(session, second.conversation)
        assert (left.waits_by, left.state) == ("message", "waiting")
        told = world.told(session, second.conversation)[-1]
        assert "you don't have to stay" in told and "number 2 in line" in told
        assert thread.read(session, second.conversation).status["ways"] == ["bot", "cancel-request"]
        assert world.notes(session, second.conversation)[-1].reason == "left_message"
        assert waits.open_of(session, first.conversation) is not None


def test_who_gives_up_is_recorded_with_the_wait(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        [visitor] = in_line(session, clock, 1)
        clock.advance(89)
        world.taps(session, visitor, "cancel-request")
        wait = session.scalars(select(Wait)).one()
        assert (wait.outcome, wait.ended_at) == ("abandoned", wait.began_at + timedelta(seconds=90))
        assert "no longer in line" in world.told(session, visitor.conversation)[-1]


def test_by_text_only_what_matters_is_told(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        ahead = in_line(session, clock, 5)
        world.customer(session, "Noah", phone=MOBILE)
        conversation = world.texts(session, MOBILE, "hello").conversation
        requests.person(session, world.conversation(session, conversation), requests.Wish(), by="bot")
        assert "You are number 6 in line" in texted(session, conversation)[0]
        for visitor in ahead:
            updates.go_round(session)
            world.taps(session, visitor, "cancel-request")
            world.stays(session, "alice")
        updates.go_round(session)
        updates.go_round(session)
        texts = texted(session, conversation)
        assert len(texts) == 2
        assert texts[1].startswith("You are number 3 in line now. Someone will text you in")


def test_a_representative_who_leaves_is_followed_silently_by_text(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = gold(session)
        world.taps(session, mia, "person")
        world.taps(session, mia, "text-me")
        before = len(texted(session, mia.conversation))
        shifts.go(session, "dana", "away")
        clock.advance(121)
        world.run_timers(session)
        assert world.conversation(session, mia.conversation).stage == "team"
        assert len(texted(session, mia.conversation)) == before


def test_who_is_being_passed_on_is_not_told_of_a_representative(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice, bob = world.agent(session, "Alice"), world.agent(session, "Bob", here=False)
        visitor = world.visitor(session)
        world.taps(session, visitor, "person")
        holding.accept(session, world.conversation(session, visitor.conversation), world.locked(session, alice))
        shifts.come(session, bob)
        conversation = world.conversation(session, visitor.conversation)
        holding.pass_on(session, conversation, world.locked(session, alice), to=bob, queue="", note="")
        world.taps(session, visitor, "person")
        assert world.told(session, visitor.conversation)[-1].startswith("A colleague has been asked")
        assert thread.read(session, visitor.conversation).status["stage"] == "transfer"
