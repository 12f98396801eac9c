"""docs/features.md claims nothing without a place and a test: every path and every test it names exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "features.md").read_text().splitlines()
    if re.match(r"\| [A-Z]\d\d \|", line)
]
SHOWN = sorted({(row[0], shown) for row in ROWS for shown in re.findall(r"`([^`]+)`", row[-1])})
PLACES = sorted({(row[0], place) for row in ROWS for place in re.findall(r"`([^`]+)`", row[-2])})


def test_each_feature_is_listed_once_with_a_place_and_a_test() -> None:
    ids = [row[0] for row in ROWS]
    assert ids and len(ids) == len(set(ids))
    assert {row[0] for row in ROWS} == {feature for feature, _ in PLACES} == {feature for feature, _ in SHOWN}


@pytest.mark.parametrize(("feature", "place"), PLACES)
def test_the_place_is_there(feature: str, place: str) -> None:
    assert (ROOT / place).exists()


@pytest.mark.parametrize(("feature", "shown"), SHOWN)
def test_the_test_is_there(feature: str, shown: str) -> None:
    path, _, name = shown.partition("::")
    assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.M)
