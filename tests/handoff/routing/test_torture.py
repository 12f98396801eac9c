"""Some made-up days on each database, the same every time. `make torture` makes up thousands, and others each time."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from shop.ground.db import Database
from tests.handoff.routing import days
from tests.handoff.routing.torture import Day

RUNS, STEPS = {"sqlite": 50, "postgresql": 15}, 20
LONG_RUNS, LONG_STEPS = {"sqlite": 2000, "postgresql": 500}, 50


def _settings(db: Database) -> settings:
    long = os.environ.get("RAPPORT_TORTURE") == "long"
    runs = (LONG_RUNS if long else RUNS)["sqlite" if db.sqlite else "postgresql"]
    return settings(
        max_examples=runs, stateful_step_count=LONG_STEPS if long else STEPS, derandomize=not long, database=None,
        deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@pytest.mark.slow
def test_whatever_a_day_brings(db: Database) -> None:
    class Here(Day):
        pass

    Here.db, Here.writers = db, days.prepare(db)
    run_state_machine_as_test(Here, settings=_settings(db))
