"""`rapport up`: everything that must be there before the start, then all processes until Ctrl-C."""

import asyncio
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from handoff.entry import migrate, processes, seed, train, trained
from handoff.entry import policy as policies
from handoff.entry.supervisor import CannotStart, Supervisor
from shop.ground.settings import Settings

DEVELOPMENT_MENDS = {"PORT": "another PORT (PORT=9000 make up; the other ports follow it)"}


def up(settings: Settings, console: Console, verbose: bool) -> None:
    """Prepare, start, and return when told to stop. Raises `CannotStart` with the mend."""
    policies.agree(settings)
    started = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # until the supervisor takes over
    with _only_one(settings.var_dir):
        for name, (host, port) in processes.ports(settings).items():
            must_be_free(name, host, port)
        model, trained_s = _prepared(settings, console) if settings.development else (_ready_made(settings), 0.0)
        asyncio.run(_keep(settings, model, console, verbose or not settings.development, started, trained_s))


def _prepared(settings: Settings, console: Console) -> tuple[Path, float]:
    """Development: make what is missing."""
    migrate.upgrade(settings)
    if seed.fill_if_empty(settings):
        console.print("Filled the demo shop.")
    seed.fill_articles(settings)
    seed.write_vocabulary(settings)
    return train.ensure(settings, console)


def _ready_made(settings: Settings) -> Path:
    """Production: nothing changes by being started; say what has to be done first."""
    migrate.must_be_newest(settings)
    model = trained.current(settings)
    if model is None:
        raise CannotStart(f"VAR_DIR: {settings.var_dir}/models holds no model of what lies here. Run `rapport train`.")
    return model


async def _keep(
    settings: Settings, model: Path, console: Console, every_line: bool, started: float, trained_s: float
) -> None:
    console.print("Starting: the gateway is there in seconds, the bot takes about half a minute ...")
    supervisor = Supervisor(
        processes.all_of(settings, model),
        settings.var_dir / "logs",
        tell=lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True),
        each_line=_print if every_line else None,
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.stop)
    await supervisor.run(lambda: _announce(settings, console, time.monotonic() - started, trained_s))
    console.print("Everything has stopped.")


def _announce(settings: Settings, console: Console, seconds: float, trained_s: float) -> None:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, what in _places(settings).items():
        table.add_row(name, what)
    console.print(table)
    training = f", {trained_s:.0f} s of them for training" if trained_s else ""
    console.print(
        f"Ready in {seconds:.0f} s{training}. Logs: {settings.var_dir}/logs. Ctrl-C stops everything.", soft_wrap=True
    )


def _places(settings: Settings) -> dict[str, str]:
    url = settings.public_url
    if not settings.development:
        return {"Widget": f"{url}/widget.js", "Console": f"{url}/console"}
    logins = "\n".join(f"{one.email}  {one.password}  ({one.what})" for one in seed.logins())
    return {
        # Another origin than the gateway's, as the shop's own site would be.
        "Shop page": f"http://localhost:{settings.port}/",
        "Console": f"{url}/console",
        "Phone": f"{url}/phone",
        "Outbox": f"{url}/outbox",
        "Demo logins": logins,
    }


def must_be_free(name: str, host: str, port: int) -> None:
    """Raises `CannotStart` with the setting and the mend when somebody listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            mend = DEVELOPMENT_MENDS.get(name, f"another {name} (or another PORT: the other ports follow it)")
            raise CannotStart(
                f"{name}: port {port} on {host} cannot be used ({error.strerror}). Stop its user, or set {mend}."
            ) from None


@contextmanager
def _only_one(var_dir: Path) -> Iterator[None]:
    """Two supervisors over the same files would work against each other."""
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"VAR_DIR: Rapport already runs over {var_dir} (process {running(var_dir)})."
                " Stop it there with Ctrl-C, or give this one a VAR_DIR and a PORT of its own."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def running(var_dir: Path) -> str:
    """The number of the process that runs over these files; empty when there is none."""
    try:
        with (var_dir / "up.lock").open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return lock.read().strip() or "unknown"
    except OSError:
        pass
    return ""


def _print(name: str, line: str) -> None:
    sys.stdout.write(f"{name:<8}| {line}\n")
    sys.stdout.flush()
