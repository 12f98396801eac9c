"""Keeps child processes running: starts them, waits until they answer, restarts them with back-off, stops them all.

Nothing outlives it. Each child leads a process group of its own, which is ended as a whole; and should this process be
killed outright, the kernel kills the children.
"""

import asyncio
import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

import httpx

STEADY_S = 60.0  # a child that ran this long is forgiven its earlier deaths
LONGEST_PAUSE_S = 30.0
PATIENCE_S = 10.0  # between the request to end and the kill
SLOW_S = 90.0
POLL_S = 0.1
LOG_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1


class CannotStart(Exception):
    """Something that starting again would not mend; the text is one line for a person. The command ends with exit code 2."""


@dataclass(frozen=True)
class Child:
    """A process to keep. `answers` is an address that gives 200 once the process can do its work."""

    name: str
    command: Sequence[str]
    answers: str
    env: Mapping[str, str]
    cwd: Path


def pause_s(deaths: int) -> float:
    """How long to wait before the next start: nothing after the first death, then 1, 2, 4 ... seconds."""
    return 0.0 if deaths <= 1 else min(2.0 ** (deaths - 2), LONGEST_PAUSE_S)


class Supervisor:
    """`run()` returns after `stop()`; `tell` gets a line when something happens, `each_line` all that the children print."""

    def __init__(
        self,
        children: Sequence[Child],
        logs: Path,
        tell: Callable[[str], None],
        each_line: Callable[[str, str], None] | None = None,
    ) -> None:
        self.children = children
        self.tell = tell
        self.each_line = each_line or (lambda name, line: None)
        self.ready = {child.name: asyncio.Event() for child in children}
        self._logs = {child.name: _log_file(logs / f"{child.name}.log") for child in children}
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._printing: dict[str, asyncio.Task[None]] = {}
        self._last_line: dict[str, str] = {}
        self._stopping = asyncio.Event()

    async def run(self, when_ready: Callable[[], None] = lambda: None) -> None:
        """Keep all children until `stop()`; raises `CannotStart` when one of them refuses its settings."""
        keepers = [asyncio.create_task(self._keep(child)) for child in self.children]
        stopping = asyncio.create_task(self._stopping.wait())
        announcing = asyncio.create_task(self._announce(when_ready))
        try:
            done, _ = await asyncio.wait([*keepers, stopping], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*keepers, stopping, announcing):
                task.cancel()
            await asyncio.gather(*keepers, stopping, announcing, return_exceptions=True)
            await self._end_all()

    def stop(self) -> None:
        """End everything in good order; asked a second time, at once."""
        if self._stopping.is_set():
            for process in self._running.values():
                _signal_group(process.pid, signal.SIGKILL)
        self._stopping.set()

    async def _announce(self, when_ready: Callable[[], None]) -> None:
        for event in self.ready.values():
            await event.wait()
        when_ready()

    async def _keep(self, child: Child) -> None:
        deaths = 0
        while True:
            started = time.monotonic()
            code = await self._run_once(child)
            if code == 2 and not self.ready[child.name].is_set():
                raise CannotStart(
                    self._last_line.get(child.name) or f"{child.name} refused to start: {self._where(child)}"
                )
            deaths = 1 if time.monotonic() - started > STEADY_S else deaths + 1
            pause = pause_s(deaths)
            how = f"was ended by signal {-code}" if code < 0 else f"stopped with code {code}"
            when = f"in {pause:.0f} s" if pause else "now"
            self.tell(f"{child.name} {how}; starting it again {when} ({self._where(child)}).")
            await asyncio.sleep(pause)

    async def _run_once(self, child: Child) -> int:
        """One life of a child, from its start to its end; returns the exit code, negative for a signal."""
        # A pipe of our own: asyncio's waits for grandchildren that still hold it, and would miss the death.
        reading, writing = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *child.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                cwd=child.cwd,
                env={**child.env, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
                preexec_fn=die_with(os.getpid()),
            )
        except OSError as error:
            os.close(reading)
            raise CannotStart(f"{child.name} cannot be started: {error.strerror}: {error.filename}.") from None
        finally:
            os.close(writing)
        self._running[child.name] = process
        self._printing[child.name] = asyncio.create_task(self._pump(child.name, reading))
        watching = asyncio.create_task(self._watch(child))
        try:
            return await process.wait()
        finally:
            watching.cancel()
            if process.returncode is not None:
                _signal_group(process.pid, signal.SIGKILL)  # what it left behind would hold its port
                await asyncio.wait([self._printing[child.name]], timeout=1)

    async def _watch(self, child: Child) -> None:
        """Ask until it answers; then say so, if this was a second start."""
        started = time.monotonic()
        told = False
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            while not await _answers(client, child.answers):
                if not told and time.monotonic() - started > SLOW_S:
                    told = True
                    self.tell(f"Still waiting for {child.name} ({self._where(child)}).")
                await asyncio.sleep(POLL_S)
        if self.ready[child.name].is_set():
            self.tell(f"{child.name} is back.")
        self.ready[child.name].set()

    async def _pump(self, name: str, reading: int) -> None:
        """Copy what a child prints, line by line, however long the lines are."""
        stream = asyncio.StreamReader()
        pipe = os.fdopen(reading, "rb", 0)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), pipe
        )
        rest = b""
        while chunk := await stream.read(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._printed(name, line.decode(errors="replace").rstrip())
        if rest:
            self._printed(name, rest.decode(errors="replace").rstrip())
        transport.close()

    def _printed(self, name: str, line: str) -> None:
        self._logs[name].handle(logging.makeLogRecord({"msg": line}))
        self._last_line[name] = line or self._last_line.get(name, "")
        self.each_line(name, line)

    async def _end_all(self) -> None:
        """The first child, the door, closes first: what it is doing may still need the others."""
        names = [child.name for child in self.children if child.name in self._running]
        for name in names[:1]:
            await _end(self._running[name])
        await asyncio.gather(*(_end(self._running[name]) for name in names[1:]))
        if self._printing:
            await asyncio.wait(self._printing.values(), timeout=1)
        for log in self._logs.values():
            log.close()

    def _where(self, child: Child) -> str:
        return f"see {self._logs[child.name].baseFilename}"


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == 200
    except httpx.HTTPError:
        return False


async def _end(process: asyncio.subprocess.Process) -> None:
    _signal_group(process.pid, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), PATIENCE_S)
    except TimeoutError:
        pass
    _signal_group(process.pid, signal.SIGKILL)
    await process.wait()


def _signal_group(leader: int, number: signal.Signals) -> None:
    try:
        os.killpg(leader, number)
    except (ProcessLookupError, PermissionError):
        pass  # the whole group is gone already


def die_with(parent: int) -> Callable[[], None]:
    """What a child does before it becomes its program: ask the kernel to kill it when its parent dies."""
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # we died in between
            os._exit(1)

    return ask


def _log_file(path: Path) -> RotatingFileHandler:
    path.parent.mkdir(parents=True, exist_ok=True)
    return RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8")
