"""Bare Rasa, to measure beside: the same model and action server, Rasa's own REST channel, its tracker in memory."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from handoff.entry.processes import ROOT

BARE_RASA = ROOT / ".venv-bot" / "bin" / "rasa"
PATIENCE_S = 600.0
REST_CREDENTIALS = "rest:\n"


def command(folder: Path, actions_url: str, model: Path, port: int) -> list[str]:
    """Writes its settings into the folder."""
    credentials, endpoints = folder / "rest.yml", folder / "endpoints.yml"
    credentials.write_text(REST_CREDENTIALS)
    endpoints.write_text(f"action_endpoint:\n  url: {actions_url}\n")
    return [
        *(str(BARE_RASA), "run", "--model", str(model), "--interface", "127.0.0.1"),
        *("--port", str(port), "--credentials", str(credentials), "--endpoints", str(endpoints)),
    ]


def until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            if ready():
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise SystemExit("It did not start in time; look into the logs.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
