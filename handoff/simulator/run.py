"""A run from the first arrival until nobody waits any more."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy import event
from sqlalchemy.orm import Session

from handoff.routing import policy, updates, watchdog
from handoff.routing.policy import Policy
from handoff.simulator import measures, town
from handoff.simulator.arrivals import Arrival, arrivals
from handoff.simulator.clockwork import Clockwork
from handoff.simulator.files import Staff, Traffic
from handoff.simulator.measures import Figures
from handoff.simulator.people import People
from shop.ground import clock
from shop.ground.db import Database

TOGETHER = 500  # events in one transaction
ROUND = timedelta(minutes=1)  # between two rounds of the worker over those who wait
SWEEP = timedelta(minutes=5)  # between two of the watchdog's: it should find nothing
DRAIN = timedelta(days=3)  # after the last arrival, for whoever still waits


@dataclass(frozen=True)
class Plan:
    """What is to be simulated."""

    policy: Policy
    staff: Staff
    traffic: Traffic
    days: int
    seed: int = 1

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.traffic.begins, time(), ZoneInfo(self.traffic.zone)).astimezone(UTC)


def simulate(plan: Plan, progress: Callable[[int], None] = lambda _: None) -> Figures:
    """Run it and measure. `progress` is told how many conversations have begun."""
    timer = Clockwork(plan.begins)
    with ExitStack() as stack:
        stack.enter_context(_seldom_collected())
        stack.enter_context(policy.using(plan.policy))
        stack.enter_context(clock.reading(timer))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="rapport-simulation-")))
        db = stack.enter_context(town.database(folder))
        with db.transaction() as session:
            built = town.settle(session, plan.traffic, plan.staff, plan.begins)
        run = _Run(plan, timer, People(built, plan.staff, plan.traffic, plan.seed, timer), progress)
        run.all(db)
        with db.transaction() as session:
            return measures.figures(session, run.people, plan.days, timer.ran)


class _Run:
    """Events in order, many to a transaction."""

    def __init__(self, plan: Plan, timer: Clockwork, people: People, progress: Callable[[int], None]) -> None:
        self.time, self.people, self.progress = timer, people, progress
        self.coming: Iterator[Arrival] = arrivals(plan.traffic, plan.days, plan.seed)
        self.ends = plan.begins + timedelta(days=plan.days)
        for agent, works in people.town.works.items():
            if (begins := works.next_open(plan.begins)) is not None:
                timer.plan(begins, people.start_shift, agent)
        timer.plan(plan.begins + ROUND, self.go_round)
        timer.plan(plan.begins + SWEEP, self.sweep)
        self._next_arrival()

    def all(self, db: Database) -> None:
        on = True
        while on:
            with db.transaction() as session:
                event.listen(session, "after_flush", self.people.notice)
                on = all(self._one(session) for _ in range(TOGETHER))

    def _one(self, session: Session) -> bool:
        if self.time.now >= self.ends and not self.people.here:
            return False
        on = self.time.step(session, self.ends + DRAIN)
        session.flush()
        self.people.see_offers()
        session.expunge_all()
        return on

    def arrive(self, session: Session, arrival: Arrival) -> None:
        self._next_arrival()
        self.people.arrive(session, arrival)
        self.progress(arrival.number)

    def go_round(self, session: Session) -> None:
        """As the worker does, less often."""
        if self.people.here:
            updates.go_round(session)
        self.time.plan(self.time.now + ROUND, self.go_round)

    def sweep(self, session: Session) -> None:
        if self.people.here:
            watchdog.sweep(session)
        self.time.plan(self.time.now + SWEEP, self.sweep)

    def _next_arrival(self) -> None:
        if (arrival := next(self.coming, None)) is not None:
            self.time.plan(arrival.at, self.arrive, arrival)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Rows come and go by the million and hold no circles: looking for some takes a tenth of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
