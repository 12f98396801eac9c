"""Opening hours: whatever the week, the zone and the moment, they say one and the same thing, and the wall clock's."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.routing import hours
from handoff.routing.hours import DAYS, Hours

NEW_YORK = ZoneInfo("America/New_York")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)

times = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
weeks = st.dictionaries(st.sampled_from(DAYS), st.lists(st.tuples(times, times), max_size=3))
zones = st.sampled_from([ZoneInfo(z) for z in ("UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")])
holidays = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=20)
some_hours = st.builds(Hours, zones, weeks, holidays)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


def by_the_wall_clock(opening: Hours, at: datetime) -> bool:
    """The same question, answered by the hands of the clock: true on days without a change of the clock."""
    here = at.astimezone(opening.zone)

    def open_on(day: date, hands: time, began_yesterday: bool) -> bool:
        if day in opening.holidays:
            return False
        for begins, ends in opening.week.get(DAYS[day.weekday()], []):
            over_midnight = ends <= begins
            if began_yesterday and over_midnight and hands < ends:
                return True
            if not began_yesterday and begins <= hands and (over_midnight or hands < ends):
                return True
        return False

    return open_on(here.date(), here.time(), False) or open_on(here.date() - timedelta(days=1), here.time(), True)


def the_clock_stands(zone: ZoneInfo, at: datetime) -> bool:
    return len({(at + n * timedelta(hours=12)).astimezone(zone).utcoffset() for n in range(-5, 6)}) == 1


@given(some_hours, moments)
def test_open_is_what_the_clock_on_the_wall_says(opening: Hours, at: datetime) -> None:
    if the_clock_stands(opening.zone, at):
        assert opening.is_open(at) is by_the_wall_clock(opening, at)


@given(some_hours, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(opening: Hours, at: datetime) -> None:
    opens = opening.next_open(at)
    if opens is None:
        assert opening.open_between(at, at + timedelta(days=300)) == timedelta(0)
        return
    assert opens >= at and opening.is_open(opens)
    assert (opens == at) is opening.is_open(at)
    assert opening.open_between(at, opens) == timedelta(0)


@given(some_hours, moments)
def test_it_closes_when_it_says(opening: Hours, at: datetime) -> None:
    closes = opening.closes_at(at)
    if closes is None:
        assert not opening.is_open(at) or opening.open_between(at, at + timedelta(days=30)) == timedelta(days=30)
        return
    assert not opening.is_open(closes)
    assert opening.open_between(at, closes) == closes - at


@given(some_hours, moments, st.integers(0, 90 * 24), st.integers(0, 20 * 24))
def test_open_time_adds_up(opening: Hours, at: datetime, first: int, second: int) -> None:
    middle, end = at + first * HOUR, at + (first + second) * HOUR
    whole = opening.open_between(at, end)
    assert whole == opening.open_between(at, middle) + opening.open_between(middle, end)
    assert timedelta(0) <= whole <= end - at


@given(some_hours, moments, st.integers(1, 40 * 60))
def test_after_so_much_open_time_so_much_open_time_has_gone_by(opening: Hours, at: datetime, minutes: int) -> None:
    due = opening.after_open(at, minutes * MINUTE)
    if opening.next_open(at) is not None and opening.next_open(due + timedelta(days=31)) is not None:
        assert opening.open_between(at, due) == minutes * MINUTE
        assert opening.open_between(at, due - MINUTE) < minutes * MINUTE


@given(some_hours)
def test_what_is_written_is_read_as_the_same(opening: Hours) -> None:
    if any(opening.week.values()):
        again = hours.read(hours.written(opening), ZoneInfo("UTC"))
        assert again.holidays == opening.holidays and (opening.always or again.zone == opening.zone)
        assert {day: span for day, span in again.week.items() if span} == (
            {day: [(time(0), time(0))] for day in DAYS}
            if opening.always
            else {day: spans for day, spans in opening.week.items() if spans}
        )


def test_days_on_which_the_clock_is_changed() -> None:
    round_the_clock = Hours(NEW_YORK, {day: [(time(0), time(0))] for day in DAYS}, frozenset({date(2030, 1, 1)}))
    night = Hours(NEW_YORK, {"sat": [(time(22), time(6))], "sun": [(time(1, 30), time(4))]})
    back, forth = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 3, 8, 5, tzinfo=UTC)  # midnight in New York
    assert round_the_clock.open_between(back, back + 25 * HOUR) == 25 * HOUR
    assert night.open_between(back - 5 * HOUR, back + 12 * HOUR) == 9 * HOUR
    assert night.open_between(forth - 5 * HOUR, forth + 12 * HOUR) == 7 * HOUR
    office = Hours(NEW_YORK, {"mon": [(time(9), time(17))]})
    assert office.next_open(datetime(2026, 3, 7, tzinfo=UTC)) == datetime(2026, 3, 9, 13, tzinfo=UTC)  # in winter 14
    assert office.next_open(datetime(2026, 3, 1, tzinfo=UTC)) == datetime(2026, 3, 2, 14, tzinfo=UTC)


def test_a_break_at_noon_a_night_and_a_holiday() -> None:
    opening = hours.read(
        {"week": {"mon-thu": "9:00-12:30, 13:30-18:00", "fri": "22:00-6:00"}, "holidays": [date(2026, 12, 25)]},
        ZoneInfo("UTC"),
    )
    monday, friday = datetime(2026, 12, 14, 12, 29, tzinfo=UTC), datetime(2026, 12, 18, 23, tzinfo=UTC)
    assert opening.closes_at(monday) == monday + MINUTE
    assert opening.next_open(monday + MINUTE) == monday + MINUTE + HOUR
    assert opening.closes_at(friday) == friday + 7 * HOUR
    assert opening.next_open(friday + 7 * timedelta(days=1)) == datetime(2026, 12, 28, 9, tzinfo=UTC)
    assert opening.open_between(monday, monday + timedelta(days=7)) == (3.5 + 4.5) * 4 * HOUR + 8 * HOUR


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sometimes", "is 'always', or has week"),
        ({"weeks": {}}, "weeks is unknown"),
        ({"zone": "Mars/Olympus", "week": {"mon": "9:00-17:00"}}, "Mars/Olympus is no time zone"),
        ({"week": {}}, "week is missing"),
        ({"week": {"monday": "9:00-17:00"}}, "monday is no day"),
        ({"week": {"mon-wed": "9:00-17:00", "tue": "9:00-17:00"}}, "tue stands twice"),
        ({"week": {"mon": "9-17"}}, "9-17 is no interval"),
        ({"week": {"mon": "9:00-25:00"}}, "25:00 is no time"),
        ({"week": {"mon": "closed"}}, "the week is closed on every day"),
        ({"week": {"mon": "9:00-17:00"}, "holidays": ["Christmas"]}, "holidays are days such as"),
    ],
)
def test_what_cannot_be_read_is_said(given: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        hours.read(given, NEW_YORK)
