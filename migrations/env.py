"""How Alembic reaches our tables: the settings' database, all models, one transaction for the whole way up."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text

import handoff.models
import shop.ground.jobs
import shop.knowledge.tables
import shop.models
import shop.records
from shop.ground import settings
from shop.ground.db import Base, UtcDateTime

MODELS = (handoff.models, shop.ground.jobs, shop.knowledge.tables, shop.models, shop.records)
WORDS = ("search_words", "search_blocks")  # made by hand: no model can describe them on both databases
LOCK = 7_272_401  # of PostgreSQL: two machines that are started at once migrate one after the other


def render(kind: str, thing: Any, autogen: AutogenContext) -> str | Literal[False]:
    """A revision stands on its own: it names none of our types."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


def ours(name: str | None, kind: str, _: object) -> bool:
    """Is it compared with the models?"""
    return kind != "table" or not str(name).startswith(WORDS)


def engine(url: str) -> Engine:
    """Apart from the program's own: a batch rebuilds a table, so SQLite must not enforce its foreign keys meanwhile."""
    made = create_engine(url, poolclass=NullPool)
    if url.startswith("sqlite"):

        @event.listens_for(made, "connect")
        def _prepare(connection: Any, _: object) -> None:
            connection.isolation_level = None  # we say BEGIN ourselves, so that a failed revision leaves no trace
            connection.execute("PRAGMA busy_timeout=60000")
            connection.execute("PRAGMA journal_mode=WAL")

        @event.listens_for(made, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return made


def migrate() -> None:
    url = context.config.attributes.get("url") or settings.load().database_url
    with engine(url).connect() as connection:
        context.configure(
            connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            transactional_ddl=True,
            compare_type=True,
            render_item=render,
            include_name=ours,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            context.run_migrations()


migrate()
