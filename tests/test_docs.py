"""Documentation that is incomplete fails the build: settings, states, job kinds and commands stand in it."""

import re
from pathlib import Path

import pytest

from handoff import states
from handoff.entry import worker
from shop.ground.settings import Settings

ROOT = Path(__file__).parents[1]
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()
SETTINGS = [name.upper() for name in Settings.model_fields]


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_explained(name: str) -> None:
    assert re.search(rf"^\| `{name}` \|", OPERATIONS, re.M), (
        f"{name} is missing from the settings in docs/operations.md"
    )
    assert re.search(rf"^#?{name}=", EXAMPLE, re.M), f"{name} is missing from .env.example"


def test_nothing_is_explained_that_is_no_setting() -> None:
    assert set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.M)) == set(SETTINGS)


def test_the_example_as_it_stands_changes_nothing() -> None:
    assert re.findall(r"^[^#\s].*", EXAMPLE, re.M) == []


@pytest.mark.parametrize("kind", worker.HANDLERS)
def test_a_job_kind_is_explained(kind: str) -> None:
    assert re.search(rf"^\| `{kind}` \|", OPERATIONS, re.M), f"{kind} is missing from the jobs in docs/operations.md"


@pytest.mark.parametrize("state", states.NEXT)
def test_a_state_is_drawn(state: str) -> None:
    assert re.search(rf"^\s+{state} --> \w+", ARCHITECTURE, re.M), f"{state} is missing from docs/architecture.md"


def test_the_picture_of_the_states_shows_no_way_that_is_not_there() -> None:
    drawn = re.findall(r"^\s+(\w+) --> (\w+)", ARCHITECTURE, re.M)
    assert [way for way in drawn if way[0] in states.NEXT and way[1] not in states.NEXT[way[0]]] == []
