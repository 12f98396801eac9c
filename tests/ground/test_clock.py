"""The clock is UTC, can be held, and goes on by itself afterwards."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from shop.ground import clock
from tests.conftest import Clock


def test_the_real_time_is_aware_and_utc() -> None:
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_everybody_reads_the_held_clock_until_it_is_let_go() -> None:
    held = Clock()
    with clock.reading(held):
        assert clock.now() == held.time
        assert clock.now() == held.advance(0)
        held.advance(hours=1)
        assert clock.now() == held.time
    assert clock.now() != held.time


def test_the_real_clock_comes_back_after_an_error() -> None:
    with pytest.raises(KeyError), clock.reading(Clock()):
        raise KeyError
    assert clock.now().year == datetime.now(UTC).year


def test_times_are_shown_in_utc_with_milliseconds() -> None:
    there = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone(timedelta(hours=-5)))
    assert clock.iso(there) == "2026-01-02T08:04:05.678Z"
