"""The real action server over HTTP, on a small shop in SQLite; and the calls that Rasa would make."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from shop.ground.db import Database
from tests.actions.calls import Bot
from tests.local import LOCALLY
from tests.shop import small

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


@pytest.fixture(scope="session")
def database_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("actions") / "rapport.db"


@pytest.fixture(scope="session")
def shop_db(sqlite_template: Path, database_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{shutil.copy(sqlite_template, database_path)}")
    with database.transaction() as session:
        small.catalogue(session)
    yield database
    database.close()


@pytest.fixture(scope="session")
def server(shop_db: Database, database_path: Path) -> Iterator[str]:
    """The address of the running server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "RAPPORT_ENV": "development",
        "VAR_DIR": str(database_path.parent),
        "DATABASE_URL": shop_db.url,
        "ACTIONS_PORT": str(port),
    }
    log = (database_path.parent / "actions.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "actions.server"], cwd=ROOT, env={**os.environ, **settings}, stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url)
        yield url
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        log.close()


@pytest.fixture
def bot(server: str, shop_db: Database, request: pytest.FixtureRequest) -> Iterator[Bot]:
    """A conversation of its own, of a customer of its own, who is called after the test."""
    with httpx.Client(base_url=server, timeout=PATIENCE_S, **LOCALLY) as client:
        yield Bot(client, shop_db, request.node.name)


def _wait(process: "subprocess.Popen[bytes]", url: str) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the action server ended with {process.returncode}")
        try:
            if httpx.get(f"{url}/health", **LOCALLY).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the action server does not answer")
