"""The worker: claims what is due, runs its handler, and makes the watchdog's round. Lives beside the web server."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from handoff import states
from handoff.jobs import (
    ask_bot,
    deliver,
    drop_file,
    fetch_media,
    prove_number,
    reconcile,
    send_code,
    send_mail,
    sweep_files,
    tell_answered,
    timers,
)
from handoff.routing import updates, watchdog
from handoff.rules import doorstep, thread
from handoff.tools import meters
from handoff.tools.breath import Breath
from handoff.tools.parts import Parts
from shop import codes
from shop.ground import clock, jobs

log = structlog.get_logger()
LEASE_S = 30.0
AT_ONCE = 32  # jobs in hand; each waits for somebody else most of its time
POLL_S = 1.0
ROUND_S = 5.0
GIVE_UP_AFTER = 8  # times a handler may break before its job is put aside for people to look at

Handler = Callable[[Any, jobs.Claimed], Awaitable[None]]

HANDLERS: dict[str, Handler] = {
    "ask_bot": ask_bot.run,
    "deliver": deliver.run,
    "fetch_media": fetch_media.run,
    "drop_file": drop_file.run,
    "send_mail": send_mail.run,
    "send_code": send_code.run,
    "prove_number": prove_number.run,
    "tell_answered": tell_answered.run,
    **timers.HANDLERS,
}


async def run(parts: Parts) -> None:
    """Work until cancelled."""
    if parts.db.sqlite:
        await parts.db.write(jobs.void_leases)
    breath = Breath(lambda: parts.db.first_waits_s)
    async with asyncio.TaskGroup() as group:
        group.create_task(_rounds(parts))
        group.create_task(breath.run())
        group.create_task(_jobs(parts, breath))
        group.create_task(_floor(parts))
        group.create_task(_files(parts))
        if parts.settings.twilio_from and parts.settings.twilio_account_sid:
            group.create_task(_texts(parts, breath))
            group.create_task(_reconciliation(parts))


async def _texts(parts: Parts, breath: Breath) -> None:
    """Take what lies before the door into its conversations, in order. It waits for no bot and no job."""
    settings = parts.settings
    reopen = timedelta(days=settings.reopen_days)
    terms = doorstep.Terms(reopen, codes.key(settings), settings.sms_heard_at_most)
    with parts.bell.listening(doorstep.BELL) as listener:
        while True:
            try:
                while await parts.db.write(doorstep.take, terms):
                    await breath.calm()
            except doorstep.Stumbled as error:
                log.exception("text_not_taken")
                await parts.db.write(doorstep.stumbled, error.text_id)
                continue
            except Exception:
                log.exception("texts_not_looked_at")
            await listener.wait(POLL_S)


async def _jobs(parts: Parts, breath: Breath) -> None:
    free = asyncio.Semaphore(AT_ONCE)
    running: set[asyncio.Task[None]] = set()
    with parts.bell.listening(jobs.BELL) as listener:
        try:
            while True:
                await free.acquire()
                await breath.calm()
                job = await _claimed(parts)
                if job is None:
                    free.release()
                    await listener.wait(await _idle_s(parts))
                    continue
                task = asyncio.create_task(_one(parts, job))
                running.add(task)
                task.add_done_callback(running.discard)
                task.add_done_callback(lambda _: free.release())
        finally:
            for task in running:
                task.cancel()


async def _claimed(parts: Parts) -> jobs.Claimed | None:
    """The next job, or None. A database that is away for a moment is no reason to stop working."""
    try:
        if await parts.db.read(_nothing_due):
            return None
        return await parts.db.write(jobs.claim, LEASE_S, tuple(HANDLERS))
    except Exception:
        log.exception("claim_failed")
        await asyncio.sleep(POLL_S)
        return None


def _nothing_due(session: Session) -> bool:
    due = jobs.next_due(session)
    return due is None or due > clock.now()


async def _idle_s(parts: Parts) -> float:
    """Until the next job falls due, a poll at the most. What is due and could not be claimed waits for its lane: a ring."""
    due = await parts.db.read(jobs.next_due)
    wait_s = (due - clock.now()).total_seconds() if due else POLL_S
    return min(POLL_S, wait_s) if wait_s > 0 else POLL_S


async def _one(parts: Parts, job: jobs.Claimed) -> None:
    """Run one job. What its handler did not settle is left to its lease, and some day put aside."""
    try:
        await HANDLERS[job.kind](parts, job)
        meters.JOBS.labels(job.kind, "done").inc()
    except Exception:
        meters.JOBS.labels(job.kind, "broke").inc()
        log.exception("job_failed", job=job.id, kind=job.kind, attempts=job.attempts)
        if job.attempts >= GIVE_UP_AFTER:
            await parts.db.write(jobs.give_up, job, "the handler failed again and again; the log says how")


async def _floor(parts: Parts) -> None:
    """Each second, ring for what changed without a ring: another process wrote, or a bell was lost."""
    while True:
        await asyncio.sleep(POLL_S)
        try:
            ids = await parts.db.read(thread.changed_since, clock.now() - timedelta(seconds=2 * POLL_S))
        except Exception:
            log.exception("poll_failed")
            continue
        if ids:
            topics = frozenset({states.CONSOLE_BELL, *map(states.bell, ids)})
            parts.bell.ring_if_quiet(topics, 2 * POLL_S)


async def _rounds(parts: Parts) -> None:
    while True:
        try:
            for stuck in await parts.db.write(watchdog.sweep):
                meters.STUCK.labels(stuck.kind).inc()
                log.warning("stuck", kind=stuck.kind, conversation=stuck.conversation_id, agent=stuck.agent_id)
            await parts.db.write(updates.go_round)
        except Exception:
            log.exception("round_failed")
        await asyncio.sleep(ROUND_S)


async def _reconciliation(parts: Parts) -> None:
    """At the start and then each minute: texts that Twilio could not bring to our door."""
    since = None
    for n in itertools.count():
        try:
            since = await reconcile.round_of(parts, since)
            if n % reconcile.COSTS_EVERY == 0:
                await reconcile.costs(parts)
        except reconcile.Unreachable as error:
            log.warning("carrier_not_reached", why=str(error))
        except Exception:
            log.exception("reconciliation_failed")
        await asyncio.sleep(reconcile.EVERY_S)


async def _files(parts: Parts) -> None:
    """At the start and then each hour: files that nobody keeps any more."""
    while True:
        try:
            await sweep_files.run(parts)
        except Exception:
            log.exception("files_not_swept")
        await asyncio.sleep(sweep_files.EVERY_S)
