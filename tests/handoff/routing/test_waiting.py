"""While they wait: what customers are told, what else they can do, and that what was promised is kept in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Address, Delivery, Wait
from handoff.routing import holding, hours, moments, policy, requests, shifts, updates, waits
from handoff.routing.terms import Overflow
from handoff.rules import thread
from handoff.rules.sessions import Opened
from shop.ground.db import Database
from shop.ground.errors import Conflict
from tests.conftest import Clock
from tests.handoff import world

NEW_YORK = ZoneInfo("America/New_York")
OFFICE = {"week": {"mon-fri": "9:00-17:00"}}  # the tests' clock begins on Monday, June 15, at 8:00 there
MOBILE = "+14155550123"


@contextmanager
def queue(name: str = "general", **changes: object) -> Iterator[None]:
    """The shipped policy with another queue."""
    shipped = policy.current()
    changed = shipped.queues[name].model_copy(update=changes)
    with policy.using(shipped.model_copy(update={"queues": {**shipped.queues, name: changed}})):
        yield


def closed() -> object:
    return queue(hours=hours.read(OFFICE, NEW_YORK))


def _mia(session: Session, *, here: bool = True) -> Opened:
    """Gold, with a confirmed number, signed in; Dana is her representative and has no room."""
    mia = world.customer(session, "Mia", gold=True, phone=MOBILE)
    world.book(session, mia, world.agent(session, "Dana", here=here, capacity=0))
    return world.visitor(session, mia)


def _in_line(session: Session, clock: Clock, many: int) -> list[Opened]:
    """So many visitors who asked one after the other; whoever is here has no room."""
    world.agent(session, "Alice", capacity=0)
    visitors = []
    for _ in range(many):
        visitors.append(world.visitor(session))
        world.taps(session, visitors[-1], "person")
        clock.advance(1)
    return visitors


def _texts(session: Session, conversation: str) -> list[str]:
    where = Delivery.conversation_id == conversation
    return list(session.scalars(select(Delivery.body).where(where).order_by(Delivery.id)))


def test_in_line_the_place_and_a_range_are_told_and_kept_for_the_measure(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        third = _in_line(session, clock, 3)[2].conversation
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
        [first] = _in_line(session, clock, 1)
        clock.advance(600)
        world.stays(session, "alice")
        world.run_timers(session)
        world.run_timers(session)
        told = world.told(session, first.conversation)
        assert told[1].startswith("Sorry, it takes longer than I said. You are number 1 in line; it will take another")
        assert sum("Sorry" in text for text in told) == 1


def test_of_their_representative_they_hear_the_truth_and_may_take_anyone_instead(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        mia = _mia(session)
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
        mia = _mia(session, here=False)
        world.taps(session, mia, "person")
        before = world.conversation(session, mia.conversation)
        rank = before.rank_at
        assert "text-me" in thread.read(session, mia.conversation).status["ways"]
        world.taps(session, mia, "text-me")
        asked = world.conversation(session, mia.conversation)
        assert (asked.waits_by, asked.channel, asked.rank_at, asked.state) == ("text", "sms", rank, "waiting")
        assert _texts(session, mia.conversation)[0].startswith("Okay, I'll text you when it's your turn")
        world.writes(session, mia, "It is about the lamp")
        assert world.conversation(session, mia.conversation).channel == "sms"  # a line on the page changes nothing
        assert "text-me" not in thread.read(session, mia.conversation).status["ways"]
        alice = world.agent(session, "Alice")
        holding.accept(session, world.conversation(session, mia.conversation), world.locked(session, alice))
        assert _texts(session, mia.conversation)[-1] == "It's your turn: Alice is here. Just reply to this text."
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
        first, second = _in_line(session, clock, 2)
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
        [visitor] = _in_line(session, clock, 1)
        clock.advance(89)
        world.taps(session, visitor, "cancel-request")
        wait = session.scalars(select(Wait)).one()
        assert (wait.outcome, wait.ended_at) == ("abandoned", wait.began_at + timedelta(seconds=90))
        assert "no longer in line" in world.told(session, visitor.conversation)[-1]


def test_out_of_hours_there_is_a_promise_in_the_customer_s_zone(db: Database, clock: Clock) -> None:
    with db.transaction() as session, closed():
        alice = world.agent(session, "Alice")
        visitor = world.visitor(session)
        session.get_one(Address, world.address(session, visitor)).zone = "Europe/Madrid"
        session.flush()
        assert thread.read(session, visitor.conversation).status["team"]["open"] is False
        world.taps(session, visitor, "person")
        asked = world.conversation(session, visitor.conversation)
        assert (asked.state, asked.waiting_since) == ("waiting", clock.time)
        assert asked.promised_at == clock.time + timedelta(hours=1, minutes=15)
        assert world.told(session, visitor.conversation)[0] == (
            "The team is back today at 3:00 PM. Your message is safe and keeps its place: someone answers by 3:15 PM."
            " You don't have to stay; the answer comes here."
        )
        shown = thread.read(session, visitor.conversation).status
        assert (shown["outcome"], shown["opens_at"]) == ("closed", "2026-06-15T13:00:00.000Z")
        world.stays(session, alice)
        clock.advance(hours=1)
        world.stays(session, alice)
        world.run_timers(session)
        assert world.conversation(session, visitor.conversation).state == "offered"


def test_by_text_it_is_acknowledged_once_and_the_answer_comes_as_a_text(db: Database, clock: Clock) -> None:
    with db.transaction() as session, closed():
        world.customer(session, "Noah", phone=MOBILE)
        conversation = world.texts(session, MOBILE, "hello").conversation
        requests.person(session, world.conversation(session, conversation), requests.Wish(), by="bot")
        for words in ("are you there?", "anyone?"):
            world.texts(session, MOBILE, words)
        assert len(_texts(session, conversation)) == 1
        assert "The team is back today at 6:00 AM" in _texts(session, conversation)[0]
        assert "someone texts you by 6:15 AM" in _texts(session, conversation)[0]


def test_at_the_opening_the_order_is_that_of_the_requests(db: Database, clock: Clock) -> None:
    with db.transaction() as session, closed():
        alice = world.agent(session, "Alice")
        asked = []
        for _ in range(3):
            asked.append(world.asks_for_a_person(session))
            clock.advance(60)
        clock.advance(hours=1)
        world.stays(session, alice)
        world.run_timers(session)
        offered = []
        for _ in asked:
            [current] = [one for one in asked if world.conversation(session, one).state == "offered"]
            offered.append(current)
            holding.accept(session, world.conversation(session, current), world.locked(session, alice))
        assert offered == asked


def test_by_text_only_what_matters_is_told(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        ahead = _in_line(session, clock, 5)
        world.customer(session, "Noah", phone=MOBILE)
        conversation = world.texts(session, MOBILE, "hello").conversation
        requests.person(session, world.conversation(session, conversation), requests.Wish(), by="bot")
        assert "You are number 6 in line" in _texts(session, conversation)[0]
        for visitor in ahead:
            updates.go_round(session)
            world.taps(session, visitor, "cancel-request")
            world.stays(session, "alice")
        updates.go_round(session)
        updates.go_round(session)
        texts = _texts(session, conversation)
        assert len(texts) == 2
        assert texts[1].startswith("You are number 3 in line now. Someone will text you in")


def test_a_queue_that_is_too_long_passes_on_or_offers_another_way(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        _in_line(session, clock, 2)
        with queue(overflow=Overflow(length=2, to="payments")):
            asked = world.conversation(session, world.asks_for_a_person(session))
            assert asked.queue == "payments"
        with queue(overflow=Overflow(length=2, to="message")):
            asked = world.conversation(session, world.asks_for_a_person(session))
            assert asked.queue == "general"
            assert "You can leave a message instead" in world.told(session, asked.id)[0]
            assert world.options(session, asked.id)[0] == "leave-message"


@pytest.mark.parametrize(("to", "queue_then"), [("payments", "payments"), ("bot", "general")])
def test_who_waits_too_long_passes_on_or_is_offered_another_way(
    sqlite_db: Database, clock: Clock, to: str, queue_then: str
) -> None:
    with sqlite_db.transaction() as session, queue(overflow=Overflow(wait=timedelta(minutes=2), to=to)):
        [visitor] = _in_line(session, clock, 1)
        since = world.conversation(session, visitor.conversation).rank_at
        clock.advance(130)
        world.stays(session, "alice")
        world.run_timers(session)
        asked = world.conversation(session, visitor.conversation)
        assert (asked.queue, asked.rank_at) == (queue_then, since)
        if to == "bot":
            assert "Sorry that this takes so long." in world.told(session, asked.id)[-1]
            assert "bot" in world.options(session, asked.id)


def test_the_same_wish_a_second_time_goes_straight_to_a_person_and_sooner(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        visitor = world.visitor(session)
        wish = requests.Wish("cancel", "too_late_to_cancel")
        ranks = []
        for _ in range(2):
            conversation = world.conversation(session, visitor.conversation)
            requests.person(session, conversation, wish, by="bot")
            assert conversation.state == "offered"
            ranks.append((conversation.waiting_since or clock.time) - (conversation.rank_at or clock.time))
            holding.accept(session, conversation, world.locked(session, alice))
            holding.hand_back(session, conversation, world.locked(session, alice))
        assert ranks[1] - ranks[0] == timedelta(minutes=2)  # 20 points at 10 a minute


def test_the_topic_finds_the_queue_and_what_it_needs(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        session.get_one(Address, world.address(session, visitor)).locale = "es-MX"
        session.flush()
        conversation = world.conversation(session, visitor.conversation)
        requests.person(session, conversation, requests.Wish("refund_status"), by="bot")
        assert (conversation.queue, conversation.needs) == ("payments", "es payments")
        assert conversation.policy_id is not None and conversation.relationship == "new"


def test_a_representative_who_leaves_is_followed_silently_by_text(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = _mia(session)
        world.taps(session, mia, "person")
        world.taps(session, mia, "text-me")
        before = len(_texts(session, mia.conversation))
        shifts.go(session, "dana", "away")
        clock.advance(121)
        world.run_timers(session)
        assert world.conversation(session, mia.conversation).stage == "team"
        assert len(_texts(session, mia.conversation)) == before


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


@pytest.mark.parametrize(
    ("zone", "region", "at", "words"),
    [
        ("America/New_York", "US", "2026-06-15T21:00", "today at 5:00 PM"),
        ("America/New_York", "US", "2026-06-16T13:05", "tomorrow at 9:05 AM"),
        ("Europe/Madrid", "ES", "2026-06-19T13:00", "Friday at 15:00"),
        ("America/New_York", "US", "2026-07-04T16:00", "Saturday, July 4, at 12:00 PM"),
        ("Asia/Tokyo", "JP", "2026-06-15T16:00", "tomorrow at 01:00"),
    ],
)
def test_a_moment_is_said_as_people_there_say_it(clock: Clock, zone: str, region: str, at: str, words: str) -> None:
    moment = datetime.fromisoformat(f"{at}+00:00")
    assert moments.Reader(ZoneInfo(zone), own=True, region=region).moment(moment) == words
    unsure = moments.Reader(ZoneInfo(zone), region=region).moment(moment)
    assert unsure == f"{words} ({moment.astimezone(ZoneInfo(zone)).tzname()})"


def test_a_number_tells_its_zone_where_its_area_has_one(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        west = world.conversation(session, world.texts(session, "+14155550123", "hi").conversation)
        assert moments.reader(session, west) == moments.Reader(ZoneInfo("America/Los_Angeles"), own=True)
        bare = world.conversation(session, world.texts(session, "+18005550123", "hi").conversation)
        assert moments.reader(session, bare) == moments.Reader(NEW_YORK)
