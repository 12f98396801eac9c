"""What stands between a text and the carrier: rank and pace, the hours of the day, consent for what nobody asked, budgets, loops."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Delivery, ExpiredLink
from handoff.rules import arrivals, consent, deliveries, loops, numbers, outbox, pace, places, quiet
from handoff.rules.arrivals import Arrived
from handoff.rules.pace import AGENT, BOT, NOTICE, Speed
from handoff.tools.texter import Refused
from shop.ground import jobs
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world
from tests.sms.sending import owe, state_of

PHONE = "+12025550123"  # Washington
SLOW = Speed("+12025550100", 1.0)
NOON = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)  # in Washington


def deliver(session: Session, clock: Clock, speed: Speed | None, until_s: float = 600) -> list[tuple[float, int]]:
    """Send what is due until nothing is, letting time pass: when each text went, and its delivery."""
    began, gone = clock.time, []
    while (clock.time - began).total_seconds() <= until_s:
        job = jobs.claim(session, 30, ("deliver",))
        if job is None:
            due = session.scalar(select(func.min(jobs.Job.due_at)).where(jobs.Job.kind == "deliver"))
            if due is None or due <= clock.time:
                break
            clock.time = due
            continue
        step = deliveries.take(session, job, speed)
        if isinstance(step, deliveries.ToSend):
            gone.append(((clock.time - began).total_seconds(), step.delivery))
            jobs.finish(session, job)
    return gone


def test_agents_go_before_the_bot_and_the_bot_before_notices(db: Database, clock: Clock) -> None:
    """Thirty texts wait; whatever the order they came in, our number sends one segment a second, by rank."""
    with db.transaction() as session:
        clock.time = NOON
        ranks: dict[int, int] = {}
        dice = random.Random(7)
        wanted = [AGENT] * 6 + [BOT] * 12 + [NOTICE] * 12
        dice.shuffle(wanted)
        for n, rank in enumerate(wanted):
            number = f"+1202555{n:04d}"
            consent.record(session, number, "start", wording="", source="test", scope="updates", how="asked")
            ranks[owe(session, number, "hello", rank)] = rank
        gone = deliver(session, clock, SLOW)
        assert len(gone) == 30
        first = pace.BURST.total_seconds() + 1  # what fits into the burst goes as it comes
        order = [ranks[delivery] for at, delivery in gone if at > 0]
        assert order == sorted(order)
        assert sum(at == 0 for at, _ in gone) <= first
        assert gone[-1][0] >= 30 - first


def test_an_agents_word_overtakes_what_waits_and_long_texts_take_longer(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        bots = [owe(session, f"+1202555{n:04d}", "hello", BOT) for n in range(10)]
        for delivery in session.scalars(select(Delivery)):
            delivery.segments = 3
        session.flush()
        deliver(session, clock, SLOW, until_s=0)
        clock.advance(-0.5)
        agent = owe(session, "+12025559999", "On my way", AGENT)
        order = [delivery for _, delivery in deliver(session, clock, SLOW)]
        assert order[0] == agent
        assert order[1:] == bots[1:]
        assert clock.time - timedelta(seconds=25) > datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)))
@pytest.mark.parametrize(
    "number", [PHONE, "+13105550100", "+19075550100", "+12085550100", "+18005550100", "+442071838750", "+18085550100"]
)
def test_nobody_is_texted_unasked_at_night(number: str, now: datetime) -> None:
    allowed = quiet.allowed_from(number, now)
    assert allowed is not None
    assert now <= allowed <= now + timedelta(days=1)
    zones = places.zones_of(number)
    assert zones
    assert all(8 <= allowed.astimezone(zone).hour < 21 for zone in zones)
    if allowed > now:  # and no earlier moment would have done
        before = allowed - timedelta(minutes=1)
        assert not all(8 <= before.astimezone(zone).hour < 21 for zone in zones)


def test_where_it_is_unclear_all_places_count() -> None:
    assert places.zones_of("+18005550100") == (ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu"))
    assert set(places.zones_of("+12085550100")) == {ZoneInfo("America/Boise"), ZoneInfo("America/Los_Angeles")}
    assert quiet.allowed_from("nonsense", NOON) is None


def late_notice(session: Session, clock: Clock, agreed: bool) -> int:
    """Something that is said by itself, two days after the customer's last words, at midnight in Washington."""
    clock.time = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
    accepted = world.texts(session, PHONE, "hello")
    if agreed:
        consent.record(session, PHONE, "start", wording="Text me", source="web:1", scope="updates", how="asked")
    clock.advance(days=2)
    conversation = world.conversation(session, accepted.conversation)
    outbox.tell(session, conversation, "already_with_bot")
    return session.scalars(select(Delivery.id).order_by(Delivery.id.desc())).first() or 0


def test_what_nobody_asked_for_waits_for_the_morning(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        delivery = late_notice(session, clock, agreed=True)
        [(waited_s, gone)] = deliver(session, clock, None, until_s=86_400)
        assert (gone, waited_s) == (delivery, 8 * 3600)


def test_what_nobody_asked_for_needs_consent(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery = late_notice(session, clock, agreed=False)
        assert deliver(session, clock, None) == []
        assert "not asked" in (session.get_one(Delivery, delivery).reason or "")


def test_an_answer_goes_out_at_any_hour(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        clock.time = datetime(2026, 6, 15, 7, 0, tzinfo=UTC)
        conversation = world.conversation(session, world.texts(session, PHONE, "hello").conversation)
        outbox.say(session, conversation, outbox.bot(), "Hello")
        outbox.tell(session, conversation, "already_with_bot")
        assert [at for at, _ in deliver(session, clock, None)] == [0, 0]


def test_a_number_has_a_budget_that_people_do_not_count_in(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.texts(session, PHONE, "hello")
        agents = [owe(session, PHONE, f"{n}?", AGENT) for n in range(5)]
        bots = [owe(session, PHONE, f"{n}", BOT) for n in range(Speed.per_hour + 2)]
        agent = owe(session, PHONE, "I am here", AGENT)
        gone = [delivery for _, delivery in deliver(session, clock, None)]
        assert gone == [*agents, *bots[: Speed.per_hour], agent]
        assert state_of(session, bots[-1]) == ("failed", None)
        assert "too many" in (session.get_one(Delivery, bots[-1]).reason or "")


@pytest.mark.parametrize(("words", "asked"), [(lambda n: "I am a robot", loops.MOST_ALIKE), (str, loops.MOST)])
def test_two_machines_do_not_talk_for_ever(sqlite_db: Database, clock: Clock, words: object, asked: int) -> None:
    with sqlite_db.transaction() as session:
        for n in range(60):
            text = Arrived(f"SM{n:032x}", PHONE, words(n))  # type: ignore[operator]
            accepted = arrivals.receive(session, text, timedelta(days=7))
            clock.advance(1)
        assert len(world.owed(session, "ask_bot")) == asked
        told = [text for text in world.told(session, accepted.conversation) if "a lot of texts" in text]
        assert len(told) == 1
        clock.advance(minutes=20)
        arrivals.receive(session, Arrived(f"SM{99:032x}", PHONE, "sorry"), timedelta(days=7))
        assert len(world.owed(session, "ask_bot")) == asked + 1


@pytest.mark.parametrize(("code", "expired"), [(30005, True), (21614, True), (30003, False), (30007, False)])
def test_a_code_of_a_new_owner_ends_the_link(sqlite_db: Database, clock: Clock, code: int, expired: bool) -> None:
    with sqlite_db.transaction() as session:
        world.customer(session, "Ann Lee", phone=PHONE)
        assert numbers.owner(session, PHONE) == "ann lee"
        owe(session, PHONE, "hello")
        job = jobs.claim(session, 30, ("deliver",))
        assert job is not None
        deliveries.take(session, job)
        deliveries.sent(session, job, Refused(code, "no"))
        assert (numbers.owner(session, PHONE) is None) == expired
        assert len(session.scalars(select(ExpiredLink)).all()) == expired
