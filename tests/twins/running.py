"""The twins as a process of their own, on free ports, spoken to over HTTP and SMTP like the real services."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from shop.ground.settings import Settings
from tests import ports
from tests.conftest import development
from tests.local import LOCALLY

READY_S = 120.0  # a promise to the test, not a measure: the machine may be busy


@dataclass
class Twin:
    """A running twin and the settings of the gateway that belongs to it."""

    settings: Settings
    http: httpx.Client

    def switch(self, **faults: Any) -> None:
        """Set switches; the others go back to normal."""
        normal = {
            "send": [],
            "look_up": [],
            "callbacks": "never",
            "outcome": None,
            "share": 0,
            "shared": [],
            "slow_s": 0.05,
        }
        answer = self.http.put("/twin/faults", json={**normal, "opt_out_type": False, **faults})
        assert answer.status_code == 200, answer.text

    def caught_up(self) -> None:
        """Wait until it has taken in whatever was sent to it: a new connection, a request and its start are a round each."""
        for _ in range(3):
            assert self.http.get("/readyz").status_code == 200

    def thread(self, number: str) -> list[dict[str, Any]]:
        """All texts from and to a phone, oldest first."""
        answer = self.http.get("/twin/thread", params={"number": number})
        assert answer.status_code == 200, answer.text
        texts: list[dict[str, Any]] = answer.json()["texts"]
        return texts

    def received(self, number: str) -> list[str]:
        """What reached a phone from us."""
        return [text["body"] for text in self.thread(number) if text["direction"] == "outbound-api"]

    def text(self, number: str, body: str = "", **others: Any) -> dict[str, Any]:
        """The phone sends a text."""
        answer = self.http.post("/twin/texts", json={"number": number, "body": body, **others})
        assert answer.status_code == 201, answer.text
        sent: dict[str, Any] = answer.json()
        return sent


def development_on_free_ports(var_dir: Path) -> Settings:
    """The settings of a machine of its own, with five ports in a row; what nobody listens on answers nobody."""
    return development(var_dir, port=ports.free(5))


@contextmanager
def process(command: str, settings: Settings, ready_url: str) -> Iterator[None]:
    """Run `rapport <command>` under these settings until the block ends."""
    given = {name.upper(): str(getattr(settings, name)) for name in Settings.model_fields if name.endswith("port")}
    environment = {**os.environ, **given, "RAPPORT_ENV": "development", "VAR_DIR": str(settings.var_dir)}
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    log = settings.var_dir / f"{command}.log"
    with log.open("w") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "handoff.entry.cli", command], env=environment, stdout=out, stderr=out
        )
    try:
        _until_ready(ready_url, running, log)
        yield
    finally:
        running.terminate()
        running.wait(READY_S)


def _until_ready(url: str, running: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and running.poll() is None:
        try:
            if httpx.get(url, **LOCALLY).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail(f"the process did not start: {log.read_text()[-2000:]}")


@contextmanager
def started(settings: Settings) -> Iterator[Twin]:
    """Run the twins of a gateway with these settings."""
    with (
        process("twin", settings, f"{settings.twilio_api_url}/readyz"),
        httpx.Client(base_url=settings.twilio_api_url, timeout=READY_S, **LOCALLY) as http,
    ):
        yield Twin(settings, http)


@pytest.fixture(scope="session")
def running_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    with started(development_on_free_ports(tmp_path_factory.mktemp("twin"))) as twin:
        yield twin


@pytest.fixture
def twin(running_twin: Twin) -> Twin:
    """The twins with every switch at normal, and no status reports unless they are asked for."""
    running_twin.switch()
    return running_twin
