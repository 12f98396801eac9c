"""When a reply goes out later: where the customer is, not at night, and never after a stop."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from handoff.models import Address, Delivery
from handoff.rules import consent, later, later_shown
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.rules.planned import HOUR, NEW_YORK, held, its_time, sent, texting


def test_nobody_is_texted_at_night_nor_after_a_stop(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = texting(session)
        night = datetime(2026, 6, 16, 2, 0, tzinfo=UTC)  # 22:00 in New York
        reply = later.plan(session, conversation, alice, "Good news", night, "k")
        assert reply.due_at == datetime(2026, 6, 16, 12, 0, tzinfo=UTC)  # 8:00 there
        clock.time = reply.due_at
        world.stays(session, "alice")
        before = len(session.scalars(select(Delivery)).all())
        world.run_timers(session)
        assert len(session.scalars(select(Delivery)).all()) == before + 1
        held = later.plan(session, conversation, alice, "One more", clock.time + HOUR, "l")
        consent.record(session, NEW_YORK, "stop", wording="STOP", source="sms")
        its_time(session, clock)
        session.refresh(held)
        assert (held.state, held.why) == ("held_back", "stopped")
        assert sent(session, conversation) == ["Good news"]


@pytest.mark.parametrize(
    ("zone", "now", "evening", "morning"),
    [
        ("Europe/Madrid", "2026-06-15T12:00", "2026-06-15T16:00", "2026-06-16T07:00"),
        ("Europe/Madrid", "2026-06-15T15:30", None, "2026-06-16T07:00"),
        ("Asia/Tokyo", "2026-06-15T16:00", "2026-06-16T09:00", "2026-06-17T00:00"),
        ("America/New_York", "2026-03-07T23:30", None, "2026-03-08T13:00"),  # the clocks go forward in that night
    ],
)
def test_evening_and_morning_are_the_customer_s(
    sqlite_db: Database, clock: Clock, zone: str, now: str, evening: str | None, morning: str
) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = held(session)
        session.get_one(Address, conversation.address_id).zone = zone
        clock.time = datetime.fromisoformat(f"{now}:00+00:00")
        told = later_shown.times(session, conversation)
        assert (told["zone"], told["theirs"]) == (zone, True)
        assert told["evening"] == (evening and f"{evening}:00.000Z")
        assert told["morning"] == f"{morning}:00.000Z"


def test_where_nobody_knows_where_they_are_it_is_the_shop_s_time(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = held(session)
        address = session.get_one(Address, conversation.address_id)
        for unknown in (None, "Nowhere/At all"):
            address.zone = unknown
            assert later_shown.times(session, conversation)["theirs"] is False
        by_text = world.texts(session, NEW_YORK, "hello").conversation
        assert later_shown.zone_of(session, world.conversation(session, by_text)) == ZoneInfo("America/New_York")
