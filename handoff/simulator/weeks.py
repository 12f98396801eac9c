"""A run of any length, as weeks that know nothing of each other: each begins with an empty database and luck of its own, so
that several can run at a time. How many at a time changes nothing about what comes out.
"""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context, parent_process
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Any

from handoff.routing import policy
from handoff.simulator import measures, run
from handoff.simulator.measures import Figures
from handoff.simulator.record import Record
from handoff.simulator.run import Plan

WEEK = 7
LOOK_S = 1.0  # between two looks at how far the processes are
Progress = Callable[[int], None]  # how many conversations have begun so far


def weeks(plan: Plan) -> list[Plan]:
    """The parts of a run, the last one the shorter. The first has the run's own seed."""
    return [
        replace(
            plan,
            begins=plan.begins + timedelta(days=first),
            days=min(WEEK, plan.days - first),
            seed=plan.seed + 1_000_003 * part,
            part=part,
        )
        for part, first in enumerate(range(0, plan.days, WEEK))
    ]


def simulate(plan: Plan, processes: int = 1, progress: Progress = lambda _: None) -> Figures:
    """Run all of it and measure. An interrupt (Ctrl-C) ends it: what was measured so far is what comes out."""
    parts = weeks(plan)
    records = _together(parts, min(processes, len(parts)), progress) if processes > 1 else _alone(parts, progress)
    whole = Record()
    for record in records:
        whole.add(record)
    with policy.using(plan.policy):
        return measures.figures(whole)


def _alone(parts: list[Plan], progress: Progress) -> list[Record]:
    begun, ended, done = 0, False, list[Record]()

    def told(more: int) -> None:
        nonlocal begun
        begun += more
        progress(begun)

    def end() -> None:
        nonlocal ended
        ended = True

    with _interrupted(end):
        for part in parts:
            if not ended:
                done.append(run.simulate(part, told, lambda: ended))
    return done


def _together(parts: list[Plan], processes: int, progress: Progress) -> list[Record]:
    context = get_context("spawn")
    ended, begun = context.Event(), context.Value("q", 0)
    with (
        ProcessPoolExecutor(processes, context, _begin, (ended, begun)) as pool,
        _interrupted(ended.set),
    ):
        waiting: set[Future[Record | None]] = set()
        futures = [pool.submit(_part, part) for part in parts]
        waiting.update(futures)
        while waiting:
            waiting = wait(waiting, LOOK_S).not_done
            progress(begun.value)
        return [record for future in futures if (record := future.result()) is not None]


class _Process:
    """What a process of the pool has in common with the others."""

    ended: Event
    begun: "Synchronized[int]"


def _begin(ended: Event, begun: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process says when to end
    _Process.ended, _Process.begun = ended, begun


def _part(part: Plan) -> Record | None:
    def told(more: int) -> None:
        with _Process.begun.get_lock():
            _Process.begun.value += more

    return None if _ended() else run.simulate(part, told, _ended)


def _ended() -> bool:
    """Also when the first process is gone: nobody would have the figures."""
    first = parent_process()
    return _Process.ended.is_set() or first is None or not first.is_alive()


@contextmanager
def _interrupted(end: Callable[[], None]) -> Iterator[None]:
    """Ctrl-C calls `end`; a second one ends everything at once."""

    def asked(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        end()

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
