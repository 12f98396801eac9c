"""Training by fingerprint, with a stand-in for Rasa: once for each state of what it learns from, and only whole files count."""

import io
import shutil
import sys
from pathlib import Path

import pytest
from rich.console import Console

from handoff.entry import train, trained
from handoff.entry.supervisor import CannotStart
from shop.ground.settings import Settings

RASA = """#!{python}
import os, sys
from pathlib import Path
given = dict(zip(sys.argv[2::2], sys.argv[3::2]))
print("Starting to train component 'Thing'.")
if "broken" in Path("{root}/config.yml").read_text():
    print("InvalidConfigException: no such component")
    sys.exit(1)
Path(given["--out"], given["--fixed-model-name"]).write_bytes(os.urandom(64))
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with something to learn from, and a Rasa that learns fast."""
    root = tmp_path / "checkout"
    (root / "data" / "nlu").mkdir(parents=True)
    (root / "config.yml").write_text("pipeline: []")
    (root / "data" / "nlu" / "orders.yml").write_text("nlu: []")
    rasa = root / "rasa"
    rasa.write_text(RASA.format(python=sys.executable, root=root))
    rasa.chmod(0o755)
    monkeypatch.setattr(trained, "ROOT", root)
    monkeypatch.setattr(train, "ROOT", root)
    monkeypatch.setattr(train, "RASA", (str(rasa),))
    return root


def ensured(settings: Settings, again: bool = False) -> tuple[Path, bool]:
    """The model, and whether it was trained just now."""
    model, seconds = train.ensure(settings, Console(quiet=True), again)
    return model, seconds > 0


def test_it_trains_once(root: Path, settings: Settings) -> None:
    model, now = ensured(settings)
    assert now
    assert ensured(settings) == (model, False)
    assert trained.current(settings) == model
    assert "component 'Thing'" in (settings.var_dir / "logs" / "train.log").read_text()


def test_whoever_watches_sees_a_bar(root: Path, settings: Settings) -> None:
    shown = io.StringIO()
    train.ensure(settings, Console(file=shown, force_terminal=True, width=100))
    assert "Training the model" in shown.getvalue()
    assert "━" in shown.getvalue()


def test_it_trains_again_when_asked(root: Path, settings: Settings) -> None:
    ensured(settings)
    assert ensured(settings, again=True)[1]


@pytest.mark.parametrize("changed", ["config.yml", "data/nlu/orders.yml", "data/nlu/new.yml", "bot/nlu/part.py"])
def test_it_trains_again_when_what_it_learns_from_changed(root: Path, settings: Settings, changed: str) -> None:
    before, _ = ensured(settings)
    (root / changed).parent.mkdir(parents=True, exist_ok=True)
    (root / changed).write_text("changed: true")
    assert trained.current(settings) is None
    after, now = ensured(settings)
    assert now
    assert after != before


@pytest.mark.parametrize("changed", ["bot/credentials.yml", "bot/__pycache__/x.pyc", "data/.hidden", "handoff/app.py"])
def test_other_files_mean_nothing_new_to_learn(root: Path, settings: Settings, changed: str) -> None:
    ensured(settings)
    (root / changed).parent.mkdir(parents=True, exist_ok=True)
    (root / changed).write_text("changed: true")
    assert not ensured(settings)[1]


def test_a_model_that_is_not_the_file_we_made_is_never_used(root: Path, settings: Settings) -> None:
    model, _ = ensured(settings)
    model.write_bytes(b"something else")
    assert trained.current(settings) is None
    assert trained.shelf(settings).newest() is None
    assert ensured(settings)[1]


def test_a_model_without_a_note_is_never_used(root: Path, settings: Settings) -> None:
    model, _ = ensured(settings)
    shutil.copy(model, model.with_name("rapport-elsewhere.tar.gz"))
    model.unlink()
    assert trained.shelf(settings).newest() is None


def test_old_models_go(root: Path, settings: Settings) -> None:
    for turn in range(4):
        (root / "config.yml").write_text(f"turn: {turn}")
        ensured(settings)
    assert len(list((settings.var_dir / "models").glob("*.tar.gz"))) == trained.KEPT
    assert len(list((settings.var_dir / "models").glob("*.json"))) == trained.KEPT


def test_a_training_that_fails_says_why(root: Path, settings: Settings) -> None:
    (root / "config.yml").write_text("broken: true")
    with pytest.raises(CannotStart, match=r"InvalidConfigException: no such component .*train\.log"):
        ensured(settings)
    assert list((settings.var_dir / "models").glob("*")) == [settings.var_dir / "models" / ".lock"]


def test_a_rasa_that_is_missing_is_said(root: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "RASA", (str(root / "nowhere"),))
    with pytest.raises(CannotStart, match="make setup"):
        ensured(settings)
