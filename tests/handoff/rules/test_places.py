"""Where a number's owner may be: one zone, several, anywhere; and that hours and moments go by the same."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handoff.rules import places, quiet

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)

NUMBERS = {
    "of one city": ("+12125550143", "America/New_York", "US"),
    "of an area with two zones": ("+12085550143", None, "US"),  # Idaho
    "toll-free": ("+18005550143", None, "US"),
    "of a country with one zone": ("+4930123456", "Europe/Berlin", "DE"),
    "a mobile of a country with several": ("+61412345678", None, "AU"),
    "no number": ("the moon", None, None),
}


@pytest.mark.parametrize(("number", "zone", "country"), NUMBERS.values(), ids=list(NUMBERS))
def test_a_number_says_where_its_owner_is_or_that_it_is_unclear(
    number: str, zone: str | None, country: str | None
) -> None:
    found = places.zone_of(number, NOW)
    assert (found.key if found else None, places.country_of(number)) == (zone, country)
    assert (found is None) or found in places.zones_of(number)


def test_who_may_live_in_two_zones_is_texted_when_it_is_day_in_both() -> None:
    allowed = quiet.allowed_from("+12085550143", NOW)
    assert allowed is not None
    hours = {allowed.astimezone(zone).hour for zone in places.zones_of("+12085550143")}
    assert hours == {8, 9}


def test_two_zones_with_the_same_time_all_year_are_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    zones = tuple(map(ZoneInfo, ("America/New_York", "America/Detroit")))
    monkeypatch.setattr(places, "zones_of", lambda _: zones)
    assert places.zone_of("+1", NOW) == zones[0]
    apart_in_summer = tuple(map(ZoneInfo, ("America/Denver", "America/Phoenix")))
    monkeypatch.setattr(places, "zones_of", lambda _: apart_in_summer)
    assert places.zone_of("+1", datetime(2026, 1, 15, tzinfo=UTC)) is None
