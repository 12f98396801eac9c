"""A part of a run: from the first arrival until nobody waits any more, on a database of its own."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from handoff.routing import policy, updates, watchdog
from handoff.routing.policy import Policy
from handoff.simulator import record, town
from handoff.simulator.agents import Agents
from handoff.simulator.arrivals import Arrival, arrivals
from handoff.simulator.clockwork import Clockwork
from handoff.simulator.customers import Customers
from handoff.simulator.files import Staff, Traffic
from handoff.simulator.record import Record
from shop import policy as shop_policy
from shop.ground import clock
from shop.ground.db import Database

TOGETHER = 500  # events in one transaction
Rule = Callable[[Session], object]
ROUNDS: dict[Rule, timedelta] = {
    updates.go_round: timedelta(minutes=1),  # over those who wait
    watchdog.sweep: timedelta(minutes=5),  # should find nothing
}
DRAIN = timedelta(days=3)  # after the last arrival, for whoever still waits

Told = Callable[[int], None]  # how many conversations have begun since it was told last
Ended = Callable[[], bool]  # is the run to end now?


@dataclass(frozen=True)
class Plan:
    """What is to be simulated: so many days from `begins` on. `part`: of a longer run."""

    policy: Policy
    shop: shop_policy.Policy
    staff: Staff
    traffic: Traffic
    begins: date
    days: int
    seed: int = 1
    part: int = 0

    @property
    def from_midnight(self) -> datetime:
        return datetime.combine(self.begins, time(), ZoneInfo(self.traffic.zone)).astimezone(UTC)


def simulate(plan: Plan, told: Told, ended: Ended) -> Record:
    """Run it, to its end or until `ended`."""
    timer = Clockwork(plan.from_midnight)
    with ExitStack() as stack:
        stack.enter_context(_seldom_collected())
        stack.enter_context(shop_policy.using(plan.shop))
        stack.enter_context(policy.using(plan.policy))
        stack.enter_context(clock.reading(timer))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="rapport-simulation-")))
        db = stack.enter_context(town.database(folder))
        with db.transaction() as session:
            built = town.settle(session, plan.traffic, plan.staff, timer.now, plan.days)
        customers = Customers(built, plan.traffic, plan.seed, timer)
        run = _Run(plan, Agents(built, plan.staff, customers, plan.seed, timer), told)
        whole = run.all(db, ended)
        with db.transaction() as session:
            return record.take(session, run.agents, plan.part, plan.days, whole=whole)


class _Run:
    """Events in order, many to a transaction."""

    def __init__(self, plan: Plan, agents: Agents, told: Told) -> None:
        self.agents, self.customers, self.time, self.told = agents, agents.customers, agents.time, told
        self.coming: Iterator[Arrival] = arrivals(plan.traffic, plan.begins, plan.days, plan.seed)
        self.ends = plan.from_midnight + timedelta(days=plan.days)
        self._going: set[Rule] = set()
        self._next_arrival()

    def all(self, db: Database, ended: Ended) -> bool:
        """True when nothing is left to do, False when it was ended before."""
        on = True
        while on and not ended():
            before = self.customers.came
            with db.transaction() as session:
                on = all(self._one(session) for _ in range(TOGETHER))
            self.told(self.customers.came - before)
        return not on

    def _one(self, session: Session) -> bool:
        if self.time.now >= self.ends and not self.customers.here:
            return False
        on = self.time.step(session, self.ends + DRAIN)
        session.flush()
        self.agents.see(session)
        session.expunge_all()
        return on

    def arrive(self, session: Session, arrival: Arrival) -> None:
        self._next_arrival()
        self.customers.arrive(session, arrival)
        for rule in (rule for rule in ROUNDS if rule not in self._going):
            self._plan_round(rule)

    def go_round(self, session: Session, rule: Rule) -> None:
        """As the worker does, less often, and only while anybody is here."""
        if self.customers.here:
            rule(session)
            self._plan_round(rule)
        else:
            self._going.discard(rule)

    def _plan_round(self, rule: Rule) -> None:
        self._going.add(rule)
        self.time.plan(self.time.now + ROUNDS[rule], self.go_round, rule)

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
