"""A running gateway with a stub of Rasa behind it, on SQLite and on PostgreSQL; it serves a whole module."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests import ports
from tests.conftest import development, fresh_postgres, fresh_sqlite
from tests.handoff.gateway import Gateway, populate
from tests.handoff.stub_rasa import StubRasa

BOTH = [pytest.param("sqlite", marks=pytest.mark.slow), pytest.param("postgresql", marks=pytest.mark.slow)]


@pytest.fixture(scope="module", params=BOTH)
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Gateway, StubRasa]]:
    folder = tmp_path_factory.mktemp("gateway")
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = fresh_sqlite(request.getfixturevalue("sqlite_template"), folder)
        else:
            server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
            url = stack.enter_context(fresh_postgres(server, template))
        settings = development(folder / "var", port=ports.free(), database_url=url)
        rasa = StubRasa(settings.gateway_secret)
        stack.callback(rasa.close)
        rates = dict.fromkeys(("RATE_SESSIONS", "RATE_MESSAGES", "RATE_LOGINS"), "9999/minute")
        gateway = Gateway(settings, rasa.url, folder / "gateway.log", **rates)
        stack.callback(gateway.close)
        with gateway.db.transaction() as session:
            populate(session)
        yield gateway.start(), rasa


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
