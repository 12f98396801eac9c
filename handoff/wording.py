"""The gateway's own words to customers: `wording.yml`, checked when it is loaded."""

from functools import cache
from pathlib import Path

import yaml

PATH = Path(__file__).with_name("wording.yml")


@cache
def _all() -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return loaded


def say(key: str, **facts: object) -> str:
    """The text under `key` with its facts filled in. A missing key or fact is a bug and raises `KeyError`."""
    return _all()[key].format_map(facts)
