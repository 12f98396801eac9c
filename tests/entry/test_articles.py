"""`rapport articles`: a folder comes in whole or not at all, and what it answers can be looked at."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from handoff.entry import cli, migrate, seed
from shop.ground.db import Database
from shop.ground.settings import Settings
from shop.knowledge import articles, votes
from tests.conftest import development
from tests.shop.small import NOW

TEXT = "---\ntitle: {title}\ncategory: Bicycles\n---\n\n{body}\n"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("RAPPORT_ENV", "development")
    loaded = development(tmp_path / "var")
    monkeypatch.setenv("DATABASE_URL", loaded.database_url)
    monkeypatch.setenv("VAR_DIR", "var")  # where the encoder is built already
    monkeypatch.setenv("SENTENCE_MODEL_DIR", "")
    migrate.upgrade(loaded)
    return loaded


@pytest.fixture
def rapport(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    def run(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["rapport", "articles", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return Ran(int(left.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "articles"
    found.mkdir()
    (found / "repairs.md").write_text(TEXT.format(title="Repairs", body="We repair bicycles within two days."))
    (found / "rental.md").write_text(TEXT.format(title="Rental", body="A bicycle costs $20 a day."))
    return found


def test_a_folder_comes_in_whole(rapport: Callable[..., Ran], folder: Path, settings: Settings) -> None:
    assert rapport("load", folder) == Ran(0, "2 articles: 2 new.\n", "")
    assert rapport("load", folder) == Ran(0, "2 articles: nothing has changed.\n", "")
    (folder / "rental.md").write_text(TEXT.format(title="Rental", body="A bicycle costs $25 a day."))
    (folder / "repairs.md").unlink()
    assert rapport("load", folder).out == "1 articles: 1 changed, 1 withdrawn.\n"
    database = Database(settings.database_url)
    with database.transaction() as session:
        votes.note(session, "rental", 2, "c1", "m1", False, NOW)
    database.close()
    listed = rapport("list").out
    assert "rental" in listed and "repairs" not in listed and listed.split()[-1] == "1"


def test_a_bad_file_is_told_and_nothing_is_loaded(rapport: Callable[..., Ran], folder: Path) -> None:
    rapport("load", folder)
    (folder / "repairs.md").unlink()
    (folder / "rental.md").write_text("No block.")
    (folder / "theft.md").write_text("---\ntitle: Theft\n---\nWords.")
    refused = rapport("load", folder)
    assert refused.code == 2 and refused.out == ""
    assert refused.err.splitlines() == [
        "rapport: rental.md: it does not begin with a block between two lines of ---.",
        "rapport: theft.md: category is missing.",
    ]
    assert "repairs" in rapport("list").out
    assert "no articles" in rapport("load", folder / "nowhere").err


def test_a_question_can_be_tried(rapport: Callable[..., Ran], folder: Path) -> None:
    rapport("load", folder)
    told = rapport("find", "do you repair bicycles").out
    assert "repairs: Repairs" in told.splitlines()[0] and "The bot answers with the first" in told
    assert "Nothing fits" in rapport("find", "who won the election").out
    hits = json.loads(rapport("find", "do you repair bicycles", "--json").out)
    assert [hit["slug"] for hit in hits] == ["repairs", "rental"]
    assert hits[0]["fits"] and hits[0]["quote"] == ["We repair bicycles within two days."]


def test_own_questions_are_measured(rapport: Callable[..., Ran], folder: Path, tmp_path: Path) -> None:
    rapport("load", folder)
    asked = tmp_path / "questions.yml"
    asked.write_text("answered:\n  repairs:\n    - do you repair bicycles\nunanswered:\n  - who won the election\n")
    report = json.loads(rapport("eval", "--json", "--questions", asked).out)
    assert (report["recall_at_1"], report["strangers_answered"], report["missed"]) == (1.0, 0.0, [])
    assert "recall at 1                  100.0%  (goal 85%)" in rapport("eval", "--questions", asked).out
    asked.write_text("questions: []\n")
    assert "is not of the form" in rapport("eval", "--questions", asked).err
    assert rapport("eval", "--questions", tmp_path / "none.yml").code == 2


def test_the_demo_brings_its_articles_once(settings: Settings, folder: Path, rapport: Callable[..., Ran]) -> None:
    assert seed.fill_articles(settings)
    rapport("load", folder)
    assert not seed.fill_articles(settings)
    database = Database(settings.database_url)
    with database.transaction() as session:
        assert [article.slug for article in articles.current(session)] == ["rental", "repairs"]
    database.close()
