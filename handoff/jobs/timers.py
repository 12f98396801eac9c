"""Timers: a promise about time that came due. Each rule reads what is true now before it acts."""

from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy.orm import Session

from handoff import states
from handoff.routing import (
    clocks,
    closing,
    gaveup,
    idle,
    leaves,
    matching,
    overflow,
    parking,
    ready,
    requests,
    shifts,
    stages,
    transfer,
)
from handoff.rules import later, ratings
from shop.ground import jobs
from shop.ground.db import Database

CONVERSATION, AGENT, QUEUE, REPLY = ("conversation", "version"), ("agent",), ("queue",), ("reply", "version")

# Kind -> the rule, and what of the job's payload it is called with.
RULES: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {
    "offer_expired": (shifts.offer_expired, CONVERSATION),
    "step_due": (stages.step_due, CONVERSATION),
    "relax_due": (matching.relax_due, CONVERSATION),
    "place_due": (matching.place_due, CONVERSATION),
    "transfer_due": (transfer.transfer_due, CONVERSATION),
    "park_due": (parking.park_due, CONVERSATION),
    "idle_due": (idle.idle_due, CONVERSATION),
    "target_due": (clocks.target_due, CONVERSATION),
    gaveup.DUE: (gaveup.due, (*CONVERSATION, "seq")),
    closing.DUE: (closing.wrap_due, CONVERSATION),
    "promise_due": (requests.promise_due, CONVERSATION),
    "overflow_due": (overflow.overflow_due, CONVERSATION),
    states.RATING_DUE: (ratings.due, CONVERSATION),
    leaves.DUE: (leaves.due, AGENT),
    ready.DUE: (shifts.ready_again, AGENT),
    later.DUE: (later.due, REPLY),
    ready.OPENS: (requests.queue_opens, QUEUE),
}


class Parts(Protocol):
    """What these jobs need of the wiring."""

    @property
    def db(self) -> Database: ...


def settle(session: Session, kind: str, payload: dict[str, Any]) -> None:
    """Go by the rule for this kind of timer."""
    rule, names = RULES[kind]
    rule(session, *(payload[name] for name in names))


async def run(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_settle, job)


def _settle(session: Session, job: jobs.Claimed) -> None:
    if jobs.finish(session, job):
        settle(session, job.kind, job.payload)


HANDLERS = dict.fromkeys(RULES, run)
