"""The supervisor with real processes: they are started again, stopped in full, and never outlive it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from handoff.entry import supervisor as module
from handoff.entry.supervisor import CannotStart, Child, Supervisor, pause_s
from tests import ports

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
LONG = 120.0  # a promise to the test, not a measure: the machine may be busy


def eventually(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONG
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def gone(pid: int) -> bool:
    """No such process, or one that is dead and waits for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def url(port: int) -> str:
    return f"http://127.0.0.1:{port}/"


def family(port: int) -> list[int]:
    with urllib.request.urlopen(url(port), timeout=LONG) as answer:
        pids: list[int] = json.load(answer)
        return pids


def command(port: int, *moods: str) -> list[str]:
    return [sys.executable, str(HERE / "child.py"), str(port), *moods]


class Kept:
    """A supervisor in a process of its own, and what it says."""

    def __init__(self, logs: Path, *moods: str) -> None:
        self.ports = [ports.free() for _ in moods]
        told = [
            [f"c{n}", url(port), *command(port, mood)]
            for n, (port, mood) in enumerate(zip(self.ports, moods, strict=True))
        ]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.entry.keeper", json.dumps(told), str(logs)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )

    def said(self, wanted: str) -> str:
        assert self.process.stdout
        for line in self.process.stdout:
            if wanted in line:
                return line
        raise AssertionError(f"it never said {wanted!r}")

    def pids(self) -> list[int]:
        return [pid for port in self.ports for pid in family(port)]


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    it = Kept(tmp_path, "plain", "parent")
    it.said("all ready")
    yield it
    if it.process.poll() is None:
        it.process.terminate()
        it.process.wait(LONG)
    assert it.process.stdout
    it.process.stdout.close()


def test_the_first_restart_is_at_once_and_then_slower_and_slower() -> None:
    assert [pause_s(deaths) for deaths in range(1, 9)] == [0, 1, 2, 4, 8, 16, 30, 30]


def test_a_killed_child_is_started_again(kept: Kept) -> None:
    first, second = kept.pids()[0], kept.pids()[1]
    os.kill(first, signal.SIGKILL)
    assert "c0 was ended by signal 9; starting it again now" in kept.said("c0 was ended")
    kept.said("c0 is back")
    assert kept.pids()[0] != first
    assert kept.pids()[1] == second


def test_what_a_dead_child_leaves_behind_is_ended_too(kept: Kept) -> None:
    _, parent, grandchild = kept.pids()
    os.kill(parent, signal.SIGKILL)
    kept.said("c1 is back")
    eventually(lambda: gone(grandchild))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_to_stop_ends_all_of_them(kept: Kept, number: signal.Signals) -> None:
    pids = kept.pids()
    kept.process.send_signal(number)
    kept.said("all stopped")
    assert kept.process.wait(LONG) == 0
    assert len(pids) == 3
    eventually(lambda: all(gone(pid) for pid in pids))


def test_nothing_outlives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    kept = Kept(tmp_path, "plain", "stubborn")
    kept.said("all ready")
    pids = kept.pids()
    kept.process.kill()
    kept.process.wait(LONG)
    eventually(lambda: all(gone(pid) for pid in pids))


def test_who_does_not_stop_when_asked_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_S", 0.2)
    port = ports.free()
    pids: list[int] = []

    async def run() -> None:
        keeping = Supervisor(
            [Child("c0", command(port, "stubborn"), url(port), os.environ, ROOT)], tmp_path, tell=print
        )

        def when_ready() -> None:
            pids.extend(family(port))
            keeping.stop()

        await asyncio.wait_for(keeping.run(when_ready), LONG)

    asyncio.run(run())
    assert len(pids) == 1
    assert gone(pids[0])


def run_until(wanted: str, logs: Path, program: str) -> list[str]:
    """Supervise a child that is this program, which never answers, until something is said; all that was said."""
    told: list[str] = []

    async def run() -> None:
        def tell(line: str) -> None:
            told.append(line)
            if wanted in line:
                keeping.stop()

        child = Child("c0", [sys.executable, "-c", program], url(ports.free()), os.environ, ROOT)
        keeping = Supervisor([child], logs, tell)
        await asyncio.wait_for(keeping.run(), LONG)

    asyncio.run(run())
    return told


def test_a_child_that_keeps_dying_is_tried_more_and_more_rarely(tmp_path: Path) -> None:
    told = run_until("in 1 s", tmp_path, "raise SystemExit(7)")
    assert [line.partition(" (")[0] for line in told] == [
        "c0 stopped with code 7; starting it again now",
        "c0 stopped with code 7; starting it again in 1 s",
    ]
    assert str(tmp_path / "c0.log") in told[0]


def test_a_child_that_refuses_its_settings_ends_it_all_with_its_own_words(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match=r"^PORT is a colour$"):
        run_until("never", tmp_path, "print('PORT is a colour'); raise SystemExit(2)")


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    keeping = Supervisor([Child("c0", ["/no/such/program"], url(9), os.environ, ROOT)], tmp_path, tell=print)
    with pytest.raises(CannotStart, match="/no/such/program"):
        asyncio.run(keeping.run())


def test_what_children_print_goes_to_their_logs_and_to_whoever_asks(tmp_path: Path) -> None:
    lines: list[tuple[str, str]] = []
    program = "print('x' * 200_000); print('the end'); raise SystemExit(7)"

    async def run() -> None:
        child = Child("c0", [sys.executable, "-c", program], url(ports.free()), os.environ, ROOT)
        keeping = Supervisor([child], tmp_path, lambda _: keeping.stop(), lambda name, line: lines.append((name, line)))
        await asyncio.wait_for(keeping.run(), LONG)

    asyncio.run(run())
    assert lines[:2] == [("c0", "x" * 200_000), ("c0", "the end")]
    log = (tmp_path / "c0.log").read_text().splitlines()
    assert log[:2] == ["x" * 200_000, "the end"]
