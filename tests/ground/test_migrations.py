"""The migrations and the models are the same database."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import handoff.models
import shop.ground.jobs
import shop.knowledge.tables
import shop.models
import shop.records
from shop.ground.db import Base, Database

MODELS = (handoff.models, shop.ground.jobs, shop.knowledge.tables, shop.models, shop.records)


def test_the_migrations_make_exactly_the_tables_of_the_models(db: Database) -> None:
    with db.engine.connect() as connection:
        compared = {"compare_type": True, "compare_server_default": True, "include_name": _described}
        context = MigrationContext.configure(connection, opts=compared)
        differences: list[Any] = compare_metadata(context, Base.metadata)
    assert differences == []


def _described(name: str | None, kind: str, _: object) -> bool:
    """The words that are searched are kept by triggers, in tables that no model describes."""
    return kind != "table" or not str(name).startswith(("search_words", "search_blocks"))
