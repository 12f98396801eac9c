"""The twins as a process of their own, on free ports, spoken to over HTTP and SMTP like the real services."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from shop.ground.settings import Settings
from tests.conftest import development

READY_S = 60.0


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


def free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def start(var_dir: Path) -> Iterator[Twin]:
    """Start the twins, and stop them in the end."""
    port, twin_port, smtp_port = free_ports(3)
    where = {"port": port, "twin_port": twin_port, "smtp_twin_port": smtp_port}
    settings = development(var_dir, **where)
    named = {name.upper(): str(value) for name, value in where.items()}
    environment = {
        **os.environ,
        **named,
        "RAPPORT_ENV": "development",
        "VAR_DIR": str(var_dir),
        "PUBLIC_URL": settings.public_url,
    }
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "twin.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "handoff.twins"], env=environment, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=settings.twilio_api_url, trust_env=False, timeout=30) as http:
            _until_ready(http, process, var_dir / "twin.log")
            yield Twin(settings, http)
    finally:
        process.terminate()
        process.wait(30)


def _until_ready(http: httpx.Client, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if http.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail(f"the twins did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def running_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    yield from start(tmp_path_factory.mktemp("twin"))


@pytest.fixture
def twin(running_twin: Twin) -> Twin:
    """The twins with every switch at normal, and no status reports unless they are asked for."""
    running_twin.switch()
    return running_twin
