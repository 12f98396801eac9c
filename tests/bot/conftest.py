"""These tests need Rasa, so they run in its own environment: `.venv-bot/bin/python -m pytest tests/bot`."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("rasa") is None:
    collect_ignore_glob = ["*.py"]
else:
    from tests.bot.world import World, train

    @pytest.fixture(scope="session")
    def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
        """The bot's own domain and rules, with words that need no recognition: `say_greet` means greet."""
        return train(tmp_path_factory.mktemp("model"))

    @pytest.fixture(scope="session")
    def served(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
        world = World(model, tmp_path_factory.mktemp("served") / "tracker.db")
        with world:
            yield world

    @pytest.fixture
    def world(served: World) -> World:
        return served.afresh()
