"""Texts that are owed, and a worker that brings them out as the real one does, with time under the test's hand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.jobs import deliver
from handoff.models import Conversation, Delivery
from handoff.rules.pace import BOT
from handoff.tools.texter import Texter
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.settings import Settings
from tests.conftest import Clock

LEASE_S = 3600.0


@dataclass(frozen=True)
class Parts:
    """What the job needs."""

    db: Database
    settings: Settings
    texter: Texter
    caught_up: Callable[[], None] = lambda: None  # the carrier has taken in all that was sent to it


def owe(session: Session, to: str, body: str, rank: int = BOT) -> int:
    """Queue a text as the outbox does; returns its delivery."""
    conversation = Conversation(channel="sms")
    session.add(conversation)
    session.flush()
    delivery = Delivery(conversation_id=conversation.id, seq=1, to=to, body=body, segments=1, rank=rank)
    session.add(delivery)
    session.flush()
    jobs.owe(session, "deliver", f"sms:{to}", {"delivery": delivery.id})
    return delivery.id


def state_of(session: Session, delivery_id: int) -> tuple[str, int | None]:
    row = session.get_one(Delivery, delivery_id)
    return row.state, row.error_code


def states(session: Session) -> dict[int, str]:
    return {row.id: row.state for row in session.scalars(select(Delivery))}


def start_now(clock: Clock) -> None:
    """The twin's clock is the real one: begin where it stands."""
    clock.time = datetime.now(UTC)


async def round_of(parts: Parts, at_once: int = 16) -> int:
    """Run what is due until nothing is; returns how many jobs were run."""
    ran = 0
    running: set[asyncio.Task[None]] = set()
    while True:
        job = await parts.db.write(jobs.claim, LEASE_S, ("deliver",))
        if job is not None:
            ran += 1
            running.add(asyncio.create_task(deliver.run(parts, job)))
        if not running and job is None:
            return ran
        if job is None or len(running) >= at_once:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()


async def until_quiet(parts: Parts, clock: Clock, rounds: int = 60) -> None:
    """Run everything, letting time pass to the next due job, until nothing is owed."""
    for _ in range(rounds):
        await round_of(parts)
        due = await parts.db.read(jobs.next_due)
        if due is None:
            return
        # Time is wound forward, the carrier's is not: what we gave up on must not reach it after the look-up.
        await asyncio.to_thread(parts.caught_up)
        clock.time = max(clock.time, due)
    raise AssertionError("texts are still owed after all these rounds")
