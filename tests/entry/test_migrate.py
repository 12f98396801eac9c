"""Migrations on both databases: they make exactly the tables that the models describe, and can be repeated."""

from pathlib import Path

from alembic import command
from sqlalchemy import create_engine, inspect

from handoff.entry import migrate
from shop.ground import settings as ground
from shop.ground.settings import Settings


def settings_of(url: str, folder: Path) -> Settings:
    return ground.load(_env_file=None, rapport_env="development", var_dir=folder, database_url=url)


def test_the_newest_revision_is_what_the_models_describe(database_url: str, tmp_path: Path) -> None:
    command.check(migrate._config(settings_of(database_url, tmp_path)))  # raises where something differs


def test_the_way_up_and_down_again(database_url: str, tmp_path: Path) -> None:
    settings = settings_of(database_url, tmp_path)
    assert migrate.revision(settings) == migrate.newest()
    command.downgrade(migrate._config(settings), "base")
    assert migrate.revision(settings) is None
    left = set(inspect(create_engine(settings.database_url)).get_table_names())
    assert left <= {"alembic_version"}
    assert migrate.upgrade(settings) == migrate.upgrade(settings) == migrate.newest()


def test_asking_for_the_revision_creates_nothing(tmp_path: Path) -> None:
    assert migrate.revision(settings_of("", tmp_path)) is None
    assert not (tmp_path / "rapport.db").exists()
