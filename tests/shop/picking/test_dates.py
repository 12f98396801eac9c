from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.picking import dates, feasts
from shop.picking.mentions import Mention
from tests.shop.picking.heard import heard

TODAY = date(2026, 11, 20)  # a Friday


def days(marked: str, today: date = TODAY) -> list[tuple[str, str]]:
    """The first and the last day of each span."""
    mentions, text = heard(marked)
    return [(str(span.first), str(span.end - timedelta(1))) for span in dates.spans(mentions, text, today)]


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("today", "2026-11-20", "2026-11-20"),
        ("yesterday", "2026-11-19", "2026-11-19"),
        ("last night", "2026-11-19", "2026-11-19"),
        ("day before yesterday", "2026-11-18", "2026-11-18"),
        ("other day", "2026-11-13", "2026-11-20"),
        ("2026-05-03", "2026-05-03", "2026-05-03"),
        ("5/3", "2026-05-03", "2026-05-03"),
        ("12/3", "2025-12-03", "2025-12-03"),
        ("5/3/25", "2025-05-03", "2025-05-03"),
        ("25/3/2025", "2025-03-25", "2025-03-25"),
        ("may 3", "2026-05-03", "2026-05-03"),
        ("december 24", "2025-12-24", "2025-12-24"),
        ("may 3 2024", "2024-05-03", "2024-05-03"),
        ("may 3 24", "2024-05-03", "2024-05-03"),
        ("february 29", "2024-02-29", "2024-02-29"),
        ("march", "2026-03-01", "2026-03-31"),
        ("december", "2025-12-01", "2025-12-31"),
        ("november", "2026-11-01", "2026-11-30"),
        ("march 2025", "2025-03-01", "2025-03-31"),
        ("last november", "2025-11-01", "2025-11-30"),
        ("this march", "2026-03-01", "2026-03-31"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("last week", "2026-11-08", "2026-11-15"),
        ("this week", "2026-11-15", "2026-11-22"),
        ("last weekend", "2026-11-14", "2026-11-15"),
        ("week", "2026-11-13", "2026-11-20"),
        ("3 day ago", "2026-11-17", "2026-11-17"),
        ("2 week ago", "2026-11-03", "2026-11-09"),
        ("2 week", "2026-11-03", "2026-11-09"),
        ("1 month ago", "2026-10-06", "2026-11-05"),
        ("1 few week ago", "2026-10-09", "2026-11-06"),
        ("5 hours ago", "2026-11-19", "2026-11-20"),
        ("monday", "2026-11-16", "2026-11-16"),
        ("this friday", "2026-11-20", "2026-11-20"),
        ("christmas", "2025-12-01", "2025-12-31"),
        ("halloween", "2026-10-17", "2026-10-31"),
        ("easter", "2026-03-22", "2026-04-06"),
        ("summer", "2026-06-01", "2026-08-31"),
        ("last summer", "2026-06-01", "2026-08-31"),
        ("winter", "2025-12-01", "2026-02-28"),
        ("last fall", "2025-09-01", "2025-11-30"),
        ("black friday", "2025-11-27", "2025-11-30"),
        ("last black friday", "2025-11-27", "2025-11-30"),
        ("cyber monday", "2025-12-01", "2025-12-02"),
    ],
)
def test_one_meaning(said: str, first: str, last: str) -> None:
    assert days(f"the one from {{date:{said}}}") == [(first, last)]


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ("last monday", ["2026-11-16", "2026-11-09"]),
        ("friday", ["2026-11-20", "2026-11-13"]),
        ("last march", ["2026-03-01", "2025-03-01"]),
    ],
)
def test_where_people_differ_all_meanings_come_out(said: str, starts: list[str]) -> None:
    assert [first for first, _ in days(f"{{date:{said}}}")] == starts


def test_a_period() -> None:
    assert days("from {date:march} to {date:may}") == [("2026-03-01", "2026-05-31")]
    assert days("since {date:september}") == [("2026-09-01", "2026-11-20")]
    assert days("before {date:march 2026}") == [("1970-01-01", "2026-02-28")]
    assert len(days("from {date:may} or was it {date:june}")) == 2


@pytest.mark.parametrize("said", ["february 30", "13/13", "sometime", ""])
def test_what_is_no_day_is_none(said: str) -> None:
    assert dates.spans([Mention("date", said, 0, 5)], "x" * 9, TODAY) == ()


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2000, 4, 23), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)]
)
def test_easter(year: int, month: int, day: int) -> None:
    assert feasts.easter(year) == date(year, month, day)


UNITS = st.sampled_from(["day", "week", "month", "year", "hours"])
PAST = st.one_of(
    st.builds("{} {} ago".format, st.integers(1, 999), UNITS),
    st.sampled_from([*dates.MONTHS, *dates.DAYS, "yesterday", "last week", "last month", "last year", "week"]),
    st.builds("{} {}".format, st.sampled_from(["last", "previous"]), st.sampled_from([*dates.MONTHS, *dates.DAYS])),
    st.builds("{} {}".format, st.sampled_from(dates.MONTHS), st.integers(1, 29)),
    st.sampled_from(["christmas", "easter", "halloween", "summer", "winter", "last thanksgiving", "last spring"]),
)


@given(said=PAST, today=st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_what_is_past_began_before_now(said: str, today: date) -> None:
    found = dates.spans([Mention("date", said, 0, len(said))], said, today)
    assert found
    assert all(span.first <= today and span.first < span.end for span in found)
