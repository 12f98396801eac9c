"""The real product, started as an operator would start it: `rapport up` on ports and files of its own."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx

from handoff.entry.processes import ROOT
from handoff.entry.supervisor import die_with
from shop.ground.settings import Settings
from tests import patient, ports
from tests.local import LOCALLY
from tests.system.door import ActionDoor

START_S = 600.0  # promises to the tests, not measures: the machine may be busy
PATIENCE_S = 120.0
# Which argument tells one of the processes from the others.
MARKS = {"gateway": "gateway", "actions": "actions.server", "twin": "twin", "rasa": "bot/endpoints.yml"}
T = TypeVar("T")


def eventually(
    look: Callable[[], T | None], within_s: float = PATIENCE_S, what: str = "it", every_s: float = 0.03
) -> T:
    """What `look` finds, as soon as that is something true."""
    ends = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < ends, f"{what} did not come within {within_s:.0f} s"
        time.sleep(every_s)
    return found


def trained_model() -> Path:
    """The model of what lies here now, trained into the checkout's own folder if that has none."""
    command = [sys.executable, "-m", "handoff.entry.cli", "train", "--path"]
    said = subprocess.run(command, env=_environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout + said.stderr
    return Path(said.stdout.strip())


def own_folder(folder: Path, model: Path) -> Path:
    """A VAR_DIR with the trained model in it, and with the encoder that takes a while to build."""
    (folder / "models").mkdir(parents=True)
    for part in (model, model.with_name(model.name.removesuffix(".tar.gz") + ".json")):
        shutil.copy(part, folder / "models")
    if (ROOT / "var" / "encoder").exists():
        (folder / "encoder").symlink_to(ROOT / "var" / "encoder")
    return folder


class Product:
    """A running `rapport up`. Rasa asks the action server through `door`, where tests can stand in the way."""

    def __init__(self, var_dir: Path, **more: str) -> None:
        self.var_dir = var_dir
        self.port = ports.free(10)  # five for the product, the others for what the tests put beside it
        self.url = f"http://127.0.0.1:{self.port}"
        self.shop_page = f"http://localhost:{self.port}/"
        self.twin = f"http://127.0.0.1:{self.port + 3}"
        self.door = ActionDoor(self.port + 5, self.port + 2)
        self.environment = _environment(
            VAR_DIR=str(var_dir),
            PORT=str(self.port),
            DATABASE_URL=more.pop("DATABASE_URL", f"sqlite:///{var_dir}/rapport.db"),
            ACTIONS_URL=f"{self.door.url}/webhook",
            PUBLIC_URL=self.url,
            ROUTING_FILE=str(patient.routing_file(var_dir)),
            # Many customers and agents share the tests' one address.
            RATE_SESSIONS="10000/minute",
            RATE_MESSAGES="10000/minute",
            RATE_LOGINS="10000/minute",
            **more,
        )
        self.said = var_dir / "up.log"
        with self.said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "handoff.entry.cli", "up"],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with(os.getpid()),
            )

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    def ready(self) -> "Product":
        """Wait until every part answers."""
        eventually(self._ready, START_S, "the product", every_s=0.1)  # each look is work for what is to become ready
        return self

    def child(self, name: str) -> int:
        """The process of this name: gateway, rasa, actions or twin."""
        return eventually(lambda: self._children().get(name), what=name)

    def kill(self, name: str) -> None:
        """As the power would: no time for a last word."""
        pid = self.child(name)
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: _gone(pid), what=f"the death of {name}")

    @contextmanager
    def unattended(self) -> Iterator[None]:
        """What is killed meanwhile is not started again before the end."""
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """The process is there, takes connections and does nothing."""
        pid = self.child(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                pass  # the test killed it

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.door.close()

    def _ready(self) -> bool:
        assert self.process.poll() is None, f"rapport up ended: {self.said.read_text()[-2000:]}"
        return _status(f"{self.url}/readyz") == 200 and _status(f"{self.twin}/readyz") == 200

    def _children(self) -> dict[str, int]:
        found: dict[str, int] = {}
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        for pid in map(int, listed):
            try:
                arguments = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            for name, mark in MARKS.items():
                if mark in arguments:
                    found[name] = pid
        return found


def _environment(**settings: str) -> dict[str, str]:
    """Settings of the machine that runs the tests are not the product's."""
    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"RAPPORT_ENV": "development"} | settings


def _gone(pid: int) -> bool:
    """Buried, or dead with all its threads: only then all its connections are closed."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "Z" and len(os.listdir(f"/proc/{pid}/task")) == 1
    except OSError:
        return True


def _status(url: str) -> int:
    try:
        return httpx.get(url, timeout=20, **LOCALLY).status_code
    except httpx.HTTPError:
        return 0
