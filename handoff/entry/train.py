"""Trains the model when what it learns from has changed: `rasa train`, with a bar where someone watches."""

import fcntl
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from handoff.entry.processes import RASA, ROOT, rasa_environment
from handoff.entry.supervisor import CannotStart, die_with
from handoff.entry.trained import current, fingerprint, shelf
from shop.ground.settings import Settings

LOOK_S = 0.25
STEP = "component '"


def ensure(settings: Settings, console: Console, again: bool = False) -> tuple[Path, float]:
    """The model of what lies here now, and the seconds spent on training it. Raises `CannotStart` when that fails."""
    models = shelf(settings)
    models.folder.mkdir(parents=True, exist_ok=True)
    with _alone(models.folder):
        ready = current(settings)
        if ready and not again:
            return ready, 0.0
        log = settings.var_dir / "logs" / "train.log"
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix=".training-", dir=models.folder) as draft:
            made = Path(draft) / models.model(fingerprint(settings)).name
            code = _run(_command(made), rasa_environment(settings), log, _Shown(console, log, models.expected_s()))
            if code or not made.exists():
                raise CannotStart(f"The model could not be trained: {_last_line(log)} (the whole story: {log})")
            seconds = time.monotonic() - started
            return models.put(made, seconds), seconds


def _command(made: Path) -> list[str]:
    return [
        *(*RASA, "train", "--out", str(made.parent), "--fixed-model-name", made.name),
        *("--config", "config.yml", "--domain", "bot/domain", "--data", "data"),
    ]


class _Shown:
    """A bar that fills by the time the last training took and names the step; one plain line where no one watches."""

    def __init__(self, console: Console, log: Path, expected_s: float) -> None:
        self.log, self.expected_s, self.started = log, expected_s, time.monotonic()
        columns = (
            TextColumn("Training the model"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.description}"),
        )
        self.bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self.task = self.bar.add_task("", total=100)
        if not console.is_terminal:
            console.print(f"Training the model (about {expected_s:.0f} s) ...")

    def go_on(self) -> None:
        part = min((time.monotonic() - self.started) / self.expected_s, 0.97)
        self.bar.update(self.task, completed=100 * part, description=self._step())

    def _step(self) -> str:
        """The component that Rasa named last in its log."""
        named = [line for line in self.log.read_text(errors="replace").splitlines() if STEP in line]
        return named[-1].partition(STEP)[2].partition("'")[0] if named else "starting Rasa"


def _run(command: list[str], environment: dict[str, str], log: Path, shown: _Shown) -> int:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output, shown.bar:
        try:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with(os.getpid()),
            )
        except FileNotFoundError:
            raise CannotStart(f"{command[0]} is missing: run `make setup`.") from None
        try:
            while True:
                try:
                    return process.wait(timeout=LOOK_S)
                except subprocess.TimeoutExpired:
                    shown.go_on()
        finally:
            process.kill()
            process.wait()


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1][:300] if lines else "it printed nothing"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two trainings at once would only make each other slow."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
