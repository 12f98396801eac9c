"""These tests need Rasa, so they run in its own environment: `.venv-bot/bin/python -m pytest tests/nlu`."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HELDOUT = Path(__file__).parent / "heldout"

if find_spec("rasa") is None:
    collect_ignore_glob = ["*.py"]
else:
    import sys

    from bot.light import StandIn

    if "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, StandIn())

    from bot.nlu.trained import Recogniser, quiet, train
    from bot.nlu.vocabulary import Vocabulary
    from shop.text.encoder import encoder

    @pytest.fixture(scope="session")
    def vocabulary() -> Vocabulary:
        return Vocabulary.of(json.loads((HELDOUT / "vocabulary.json").read_text()), encoder().words())

    @pytest.fixture(scope="session")
    def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
        """Recognition as the product ships it: config.yml trained on data/nlu."""
        with quiet():
            return train(ROOT / "config.yml", ROOT / "data" / "nlu", tmp_path_factory.mktemp("model"))

    @pytest.fixture(scope="session")
    def recogniser(model: Path) -> Recogniser:
        with quiet():
            return Recogniser(model)
