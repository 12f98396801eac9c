"""A moment is said as people say it where the customer is, and their number may tell where that is."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handoff.routing import moments
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.routing.lines import NEW_YORK


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
