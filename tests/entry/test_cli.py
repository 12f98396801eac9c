"""The command as a person meets it: what must be mended is one line and exit code 2."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from handoff.entry import cli
from shop.ground.settings import Settings
from tests import ports

SECRET = "0123456789abcdef" * 4
COMMANDS = [
    "shop",
    "articles",
    "up",
    "gateway",
    "actions",
    "rasa",
    "twin",
    "migrate",
    "train",
    "seed",
    "vocabulary",
    "doctor",
    "agents",
    "chat",
]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class Rapport:
    """The command, with nothing but these settings."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *arguments: str, **settings: str) -> Ran:
        with self.monkeypatch.context() as here:
            for name, value in settings.items():
                here.setenv(name, value)
            here.setattr(sys, "argv", ["rapport", *arguments])
            with pytest.raises(SystemExit) as left:
                cli.main()
        return Ran(int(left.value.code or 0), *self.capsys.readouterr())


@pytest.fixture
def rapport(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Rapport]:
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    on_sigterm = signal.getsignal(signal.SIGTERM)
    yield Rapport(monkeypatch, capsys)
    signal.signal(signal.SIGTERM, on_sigterm)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def refused(run: Ran) -> str:
    """The one line of a refusal."""
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("rapport: ")
    assert run.err.count("\n") == 1
    return run.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    shown = CliRunner().invoke(cli.app, [command, "--help"])
    assert shown.exit_code == 0
    assert f"Usage: rapport {command}" in shown.output.replace("root", "rapport")


@pytest.mark.parametrize("name", ["PORT", "RASA_PORT", "ACTIONS_PORT", "TWIN_PORT", "SMTP_TWIN_PORT"])
def test_a_taken_port_is_named_with_its_setting(rapport: Rapport, taken: int, name: str) -> None:
    wanted = {"PORT": str(ports.free(5)), name: str(taken)}
    said = refused(rapport("up", RAPPORT_ENV="development", **wanted))
    assert f"{name}: port {taken} on 127.0.0.1 cannot be used" in said
    assert "PORT" in said.partition("or set ")[2]


def test_production_needs_a_secret(rapport: Rapport) -> None:
    assert "IDENTITY_SECRET is not set" in refused(rapport("up", PUBLIC_URL="https://chat.example.com"))


def test_production_needs_its_address(rapport: Rapport) -> None:
    assert "PUBLIC_URL is not set" in refused(rapport("up", IDENTITY_SECRET=SECRET))


def test_production_is_the_default_and_changes_nothing(rapport: Rapport, tmp_path: Path) -> None:
    complete = {"IDENTITY_SECRET": SECRET, "PUBLIC_URL": "https://chat.example.com", "PORT": str(ports.free(5))}
    assert "`rapport migrate`" in refused(rapport("up", **complete))
    assert rapport("migrate", **complete).code == 0
    assert "`rapport train`" in refused(rapport("up", **complete))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rapport.db", "up.lock"]


@pytest.mark.parametrize("command", ["seed", "twin"])
def test_what_is_for_development_stays_there(rapport: Rapport, command: str) -> None:
    said = refused(rapport(command, IDENTITY_SECRET=SECRET, PUBLIC_URL="https://chat.example.com"))
    assert "RAPPORT_ENV" in said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "eight", "PORT: "),
        ("RAPPORT_ENV", "staging", "RAPPORT_ENV: "),
        ("DATABASE_URL", "nonsense", "DATABASE_URL is no address"),
        ("DATABASE_URL", "mysql://u:p@h/d", "DATABASE_URL is no address"),
        (
            "DATABASE_URL",
            "postgresql://u:hidden@127.0.0.1:9/d",
            "DATABASE_URL: postgresql+psycopg://u:***@127.0.0.1:9/d cannot be",
        ),
    ],
)
def test_a_bad_setting_is_named(rapport: Rapport, name: str, value: str, said: str) -> None:
    assert said in refused(rapport("migrate", **{"RAPPORT_ENV": "development", name: value}))


def test_a_second_one_over_the_same_files_is_refused(rapport: Rapport, tmp_path: Path) -> None:
    with (tmp_path / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        said = refused(rapport("up", RAPPORT_ENV="development", PORT=str(ports.free(5))))
    assert "process 4711" in said


def test_the_demo_is_seeded_once(rapport: Rapport, tmp_path: Path) -> None:
    assert "Filled" in rapport("seed", RAPPORT_ENV="development").out
    assert "nothing was changed" in rapport("seed", RAPPORT_ENV="development").out
    assert rapport("vocabulary", RAPPORT_ENV="development").code == 0
    assert (tmp_path / "vocabulary.json").exists()
    assert "dana@" in rapport("agents", "list", RAPPORT_ENV="development").out


@pytest.mark.slow
def test_it_is_installed_and_leaves_with_two(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("rapport")
    environment = {"VAR_DIR": str(tmp_path), "PATH": os.environ["PATH"], "PORT": "eight"}
    run = subprocess.run([command, "up"], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert "PORT: " in refused(Ran(run.returncode, run.stdout, run.stderr))
