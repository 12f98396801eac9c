"""Some made-up days on each database, the same every time. `make torture` makes up thousands, and others each time."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from shop.ground.db import Database
from tests.handoff.routing import days
from tests.handoff.routing.torture import Day

LONG = os.environ.get("RAPPORT_TORTURE") == "long"
RUNS, STEPS = {"sqlite": 50, "postgresql": 15}, 20
LONG_RUNS, LONG_STEPS, PARTS = 2000, 50, 8  # of each database; a part is what one process takes at a time


def _settings(db: Database) -> settings:
    runs = LONG_RUNS // PARTS if LONG else RUNS["sqlite" if db.sqlite else "postgresql"]
    return settings(
        max_examples=runs, stateful_step_count=LONG_STEPS if LONG else STEPS, derandomize=not LONG, database=None,
        deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS if LONG else 1))
def test_whatever_a_day_brings(db: Database, part: int) -> None:
    class Here(Day):
        pass

    Here.db, Here.writers = db, days.prepare(db)
    run_state_machine_as_test(Here, settings=_settings(db))
