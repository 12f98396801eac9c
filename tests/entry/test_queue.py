"""`rapport queue`, as whoever runs the shop meets it."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from handoff.entry import cli
from handoff.models import Conversation
from shop.ground.db import Database
from shop.ground.settings import Settings
from tests.conftest import Clock, fresh_sqlite
from tests.handoff import world

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> str:
    made = fresh_sqlite(sqlite_template, tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("RAPPORT_ENV", "development")
    monkeypatch.setenv("DATABASE_URL", made)
    monkeypatch.setenv("COLUMNS", "200")
    return made


@pytest.fixture
def rapport(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["rapport", "queue", *words])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


def test_who_waits_is_listed_and_why(url: str, rapport: Run) -> None:
    db = Database(url)
    with db.transaction() as session:
        asked = world.asks_for_a_person(session)
        world.agent(session, "Alice")
    code, listed = rapport("list")
    assert (code, "Alice" in listed, asked[:12] in listed) == (0, True, True)
    code, why = rapport("why", asked[:10])
    assert code == 0
    assert "Offered to Alice: of those with room" in why
    code, none = rapport("why", "zzz")
    assert (code, "No conversation begins with zzz." in none) == (2, True)
    db.close()


def test_what_is_stuck_is_listed_with_exit_code_1(url: str, rapport: Run) -> None:
    assert rapport("stuck") == (0, "Nothing is stuck.\n")
    db = Database(url)
    with db.transaction() as session:
        asked = world.asks_for_a_person(session)
        session.execute(update(Conversation).values(queue="of_last_year"))
    code, found = rapport("stuck")
    assert (code, f"no_queue: {asked}" in found, "1 stuck now." in found) == (1, True, True)
    db.close()
