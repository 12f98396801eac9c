"""Virtual time: what was planned and the timers that the rules owe, each at its moment, in order."""

from collections.abc import Callable
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from handoff.jobs import timers
from shop.ground.jobs import Job

Plan = Callable[..., None]

NOT_OURS = ("deliver", "ask_bot", "tell_answered")  # what the carrier, the bot and the mail would do
_NEXT = text("SELECT id, kind, payload, due_at FROM jobs WHERE failed_at IS NULL ORDER BY due_at, id LIMIT 1").columns(
    Job.id, Job.kind, Job.payload, Job.due_at
)
_PAID = text("DELETE FROM jobs WHERE id = :id")


class Clockwork:
    """`now` is the time; `step` goes on to the next event."""

    def __init__(self, begins: datetime) -> None:
        self.now = begins.astimezone(UTC)
        self.ran: dict[str, int] = {}
        self._plans: list[tuple[datetime, int, Plan, tuple[Any, ...]]] = []
        self._numbers = count()

    def __call__(self) -> datetime:
        return self.now

    def plan(self, at: datetime, what: Plan, *arguments: Any) -> None:
        """Call `what(session, *arguments)` then, or at once if that has gone by."""
        heappush(self._plans, (max(at, self.now), next(self._numbers), what, arguments))

    def step(self, session: Session, until: datetime) -> bool:
        """The next event by `until`. Of a plan and a timer for the same moment the timer is first."""
        owed = self._owed(session)
        planned = self._plans[0][0] if self._plans else None
        if owed is not None and owed.due_at <= until and (planned is None or owed.due_at <= planned):
            self.now = max(self.now, owed.due_at)
            session.execute(_PAID, {"id": owed.id})
            timers.settle(session, owed.kind, owed.payload)  # without a lease: nobody else could settle it here
            self._count(owed.kind)
            return True
        if planned is None or planned > until:
            return False
        self.now, _, what, arguments = heappop(self._plans)
        what(session, *arguments)
        self._count(what.__name__)
        return True

    def _owed(self, session: Session) -> Any:
        while (job := session.execute(_NEXT).first()) is not None and job.kind in NOT_OURS:
            session.execute(_PAID, {"id": job.id})
        return job

    def _count(self, name: str) -> None:
        self.ran[name] = self.ran.get(name, 0) + 1
