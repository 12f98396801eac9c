"""Timers: a promise about time that came due. Each reads what is true now before it acts."""

from collections.abc import Callable
from typing import Protocol

from sqlalchemy.orm import Session

from handoff.routing import clocks, idle, leaves, matching, parking, shifts, stages, transfer
from shop.ground import jobs
from shop.ground.db import Database


class Parts(Protocol):
    """What these jobs need of the wiring."""

    @property
    def db(self) -> Database: ...


async def offer_expired(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_settle, job, shifts.offer_expired)


async def step_due(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_settle, job, stages.step_due)


async def transfer_due(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_settle, job, transfer.transfer_due)


async def park_due(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_settle, job, parking.park_due)


async def idle_due(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_settle, job, idle.idle_due)


async def target_due(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_settle, job, clocks.target_due)


async def relax_due(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_settle, job, matching.relax_due)


async def place_due(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_settle, job, matching.place_due)


async def leave_due(parts: Parts, job: jobs.Claimed) -> None:
    await parts.db.write(_leave, job)


def _leave(session: Session, job: jobs.Claimed) -> None:
    if jobs.finish(session, job):
        leaves.due(session, job.payload["agent"])


def _settle(session: Session, job: jobs.Claimed, rule: Callable[[Session, str, int], None]) -> None:
    if jobs.finish(session, job):
        rule(session, job.payload["conversation"], job.payload["version"])
