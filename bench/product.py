"""The running product for a measurement, and the peer beside it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx

from bench import peer
from handoff.entry import processes, trained
from shop.ground import settings as settings_

ROOT = Path(__file__).resolve().parents[1]


class Product:
    """`rapport up` on free ports over its own folder; `started` holds the figures of its start."""

    def __init__(
        self, folder: Path, *, peer: bool = True, shop: Path | None = None, models: Path | None = None
    ) -> None:
        self.folder, self.with_peer, self.shop, self.models = folder, peer, shop, models
        self.port = _free_ports()
        self.environment = {**os.environ, "RAPPORT_ENV": "development", "PORT": str(self.port), "VAR_DIR": str(folder)}
        self.environment |= {"RATE_SESSIONS": "100000/minute", "RATE_MESSAGES": "100000/minute"}
        self.settings = settings_.load(rapport_env="development", var_dir=folder, port=self.port)
        self.started: dict[str, float] = {}

    def __enter__(self) -> "Product":
        self.run("migrate")
        self.run("seed")
        if self.shop:
            began = time.monotonic()
            self.run("shop", "import", str(self.shop))
            self.started["import_s"] = time.monotonic() - began
        self._train()
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "handoff.entry.cli", "up"], cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL
        )
        peer.until(lambda: httpx.get(f"{self.url}/readyz", timeout=2, trust_env=False).status_code == 200)
        self.started["ready_s"] = time.monotonic() - began
        self.peer = self._bare_rasa() if self.with_peer else None
        self.started |= {f"{name}_mb": _memory_mb(_process(self.folder, mark)) for name, mark in _MARKS.items()}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in filter(None, (self.peer, self.process)):
            process.send_signal(signal.SIGTERM)
            process.wait(30)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def model(self) -> Path:
        model = trained.current(self.settings)
        assert model
        return model

    @property
    def peer_url(self) -> str:
        return f"http://127.0.0.1:{self.port + 9}"

    def cpu_ms(self) -> float:
        """What gateway, Rasa and action server have used together since they started."""
        return sum(_cpu_ms(_process(self.folder, mark)) for mark in _MARKS.values())

    def _bare_rasa(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            peer.command(self.folder, self.settings.actions_url, self.model, self.port + 9),
            cwd=ROOT,
            env=processes.rasa_environment(self.settings),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        peer.until(lambda: httpx.get(f"{self.peer_url}/webhooks/rest/", timeout=2, trust_env=False).status_code == 200)
        return process

    def _train(self) -> None:
        """With the model at hand where it is the one that would be trained."""
        home = self.models or settings_.load(rapport_env="development").var_dir / "models"
        if home.is_dir():
            shutil.copytree(home, self.folder / "models")
        self.run("train")

    def run(self, *command: str) -> None:
        """A command of the product over this folder."""
        subprocess.run(
            [sys.executable, "-m", "handoff.entry.cli", *command], cwd=ROOT, env=self.environment, check=True
        )


_MARKS = {"gateway": "cli gateway", "rasa": "bot/credentials.yml", "actions": "actions.server"}


def _process(folder: Path, mark: str) -> Path:
    """The process of this product whose command line holds the mark, as /proc has it."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            ours = str(folder).encode() in (entry / "environ").read_bytes()
        except OSError:
            continue
        if mark in command and ours:
            return entry
    raise SystemExit(f"There is no process with {mark} in its command line.")


def _memory_mb(process: Path) -> int:
    status = (process / "status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) // 1024


def _cpu_ms(process: Path) -> float:
    times = (process / "stat").read_text().rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def _free_ports() -> int:
    """A port with nine free ones behind it."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port < 60000 and all(_is_free(port + n) for n in range(10)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
