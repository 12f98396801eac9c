"""`rapport up` with everything real: the model of this checkout, a database of its own, all processes."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff.entry.processes import ROOT
from tests import ports
from tests.entry.test_supervisor import LONG, eventually, gone

pytestmark = pytest.mark.slow


class Up:
    """A running `rapport up`, and what it printed."""

    def __init__(self, var_dir: Path, port: int) -> None:
        self.port = port
        (ROOT / "var" / "models").mkdir(parents=True, exist_ok=True)
        var_dir.mkdir()
        (var_dir / "models").symlink_to(ROOT / "var" / "models")  # training once is enough
        self.process = subprocess.Popen(
            [sys.executable, "-m", "handoff.entry.cli", "up"],
            env={**os.environ, "RAPPORT_ENV": "development", "VAR_DIR": str(var_dir), "PORT": str(port)},
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    def said(self, wanted: str) -> str:
        """All that it said up to this."""
        said = ""
        assert self.process.stdout
        for line in self.process.stdout:
            said += line
            if wanted in line:
                return said
        raise AssertionError(f"it never said {wanted!r}: {said}")

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=LONG) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def children(self) -> dict[str, int]:
        """The processes it keeps, by a word of their command line."""
        words = {"gateway": "gateway", "actions.server": "actions", "bot.light": "rasa", "twin": "twin"}
        found = {}
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            line = Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
            found |= {name: int(pid) for word, name in words.items() if word in line and name not in found}
        return found


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    it = Up(tmp_path / "var", ports.free(5))
    yield it
    it.process.kill()
    it.process.wait(LONG)
    assert it.process.stdout
    it.process.stdout.close()


def test_a_whole_life(up: Up) -> None:
    says_where_everything_is(up)
    stays_up_while_the_bot_is_down(up)
    leaves_nothing_when_it_is_killed(up)


def says_where_everything_is(up: Up) -> None:
    said = up.said("Ready in")
    wanted = (
        f"http://localhost:{up.port}/",
        "/console",
        "/phone",
        "/outbox",
        "dana@juniperandpine.example",
        "juniper-pine",
    )
    assert [word for word in wanted if word not in said] == []
    status, report = up.ask("/readyz")
    assert (status, json.loads(report)["ready"]) == (200, True)


def stays_up_while_the_bot_is_down(up: Up) -> None:
    rasa = up.children()["rasa"]
    os.kill(up.process.pid, signal.SIGSTOP)  # nobody starts it again before we have looked
    try:
        os.kill(rasa, signal.SIGKILL)
        eventually(lambda: gone(rasa))
        status, report = up.ask("/readyz")
        assert (status, json.loads(report)["parts"]["bot"]) == (503, "down")
        assert up.ask("/healthz")[0] == 200
    finally:
        os.kill(up.process.pid, signal.SIGCONT)
    up.said("rasa is back")
    assert up.ask("/readyz")[0] == 200


def leaves_nothing_when_it_is_killed(up: Up) -> None:
    children = up.children()
    assert len(children) == 4
    up.process.kill()
    up.process.wait(LONG)
    eventually(lambda: all(gone(pid) for pid in children.values()))
