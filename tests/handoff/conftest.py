"""A running gateway with a stub of Rasa behind it, on SQLite and on PostgreSQL; it serves all tests of a process."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import ports
from tests.conftest import development, fresh_postgres, fresh_sqlite
from tests.handoff.gateway import Gateway, populate
from tests.handoff.stub_rasa import StubRasa

BOTH = [pytest.param("sqlite", marks=pytest.mark.slow), pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(scope="session")
def on_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gateway, StubRasa]]:
    folder = tmp_path_factory.mktemp("gateway")
    with started(folder, fresh_sqlite(sqlite_template, folder)) as pair:
        yield pair


@pytest.fixture(scope="session")
def on_postgresql(
    postgres_server: str, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Gateway, StubRasa]]:
    with (
        fresh_postgres(postgres_server, postgres_template) as url,
        started(tmp_path_factory.mktemp("gateway"), url) as pair,
    ):
        yield pair


@contextmanager
def started(folder: Path, database_url: str) -> Iterator[tuple[Gateway, StubRasa]]:
    """A gateway on this database, and the bot behind it."""
    settings = development(folder / "var", port=ports.free(), database_url=database_url)
    rates = dict.fromkeys(("RATE_SESSIONS", "RATE_MESSAGES", "RATE_LOGINS"), "9999/minute")
    with ExitStack() as stack:
        rasa = StubRasa(settings.gateway_secret)
        stack.callback(rasa.close)
        gateway = Gateway(settings, rasa.url, folder / "gateway.log", **rates, TYPING_PREVIEW="true")
        stack.callback(gateway.close)
        with gateway.db.transaction() as session:
            populate(session)
        yield gateway.start(), rasa


@pytest.fixture(params=BOTH)
def running(request: pytest.FixtureRequest) -> tuple[Gateway, StubRasa]:
    """Each is started once: a test finds it as `reset` leaves it."""
    pair: tuple[Gateway, StubRasa] = request.getfixturevalue(f"on_{request.param}")
    return pair


@pytest.fixture
def gateway(running: tuple[Gateway, StubRasa], rasa: StubRasa) -> Iterator[Gateway]:
    """The running gateway; its bot answers as usual, nobody is online, nothing waits."""
    yield running[0]
    running[0].reset()


@pytest.fixture
def rasa(running: tuple[Gateway, StubRasa]) -> Iterator[StubRasa]:
    """The bot behind the gateway, whose behaviour a test may change for itself."""
    running[1].reset()
    yield running[1]
    running[1].reset()
