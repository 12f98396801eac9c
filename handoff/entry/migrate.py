"""Brings the database to the newest revision, and says where it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import NullPool, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from handoff.entry.processes import ROOT
from handoff.entry.supervisor import CannotStart
from shop.ground.settings import Settings

NO_ADDRESS = "DATABASE_URL is no address of SQLite or PostgreSQL: see .env.example."


def upgrade(settings: Settings) -> str:
    """Migrate to the newest revision and return it. Raises `CannotStart` when the database cannot be reached."""
    _url(settings)
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    with _explained(settings):
        command.upgrade(_config(settings), "head")
    return newest()


def revision(settings: Settings) -> str | None:
    """Where the database stands; nothing when it was never migrated. Creates nothing."""
    url = _url(settings)
    with _explained(settings):
        if url.drivername.startswith("sqlite") and not _sqlite_file_exists(settings):
            return None
        with create_engine(url, poolclass=NullPool).connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            return found


def must_be_newest(settings: Settings) -> None:
    if revision(settings) != newest():
        raise CannotStart(f"DATABASE_URL: {where(settings)} is not at this version's revision. Run `rapport migrate`.")


def newest() -> str:
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head() or ""


def where(settings: Settings) -> str:
    """The database's address without its password."""
    return _url(settings).render_as_string(hide_password=True)


def _url(settings: Settings) -> URL:
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        raise CannotStart(NO_ADDRESS) from None
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise CannotStart(NO_ADDRESS)
    return url


def _config(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    config.attributes["url"] = settings.database_url
    return config


def _sqlite_file_exists(settings: Settings) -> bool:
    return Path(_url(settings).database or "").exists()


@contextmanager
def _explained(settings: Settings) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        first = str(error.orig).strip().splitlines()[0]
        raise CannotStart(f"DATABASE_URL: {where(settings)} cannot be reached: {first}") from None
    except CommandError as error:
        raise CannotStart(f"DATABASE_URL: {where(settings)} cannot be migrated by this version: {error}") from None
