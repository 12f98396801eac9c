"""The shop's own words to customers, `wording.yml`: bot, console and e-mail quote the same."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

PATH = Path(__file__).with_name("wording.yml")


@cache
def _all() -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return loaded


def say(key: str, **facts: object) -> str:
    """The text under `key` with its facts filled in. A missing key or fact is a bug and raises `KeyError`."""
    return _all()[key].format_map(facts)


def say_or(key: str, otherwise: str, **facts: object) -> str:
    """The text under `key` where there is one, else the one under `otherwise`."""
    return say(key if key in _all() else otherwise, **facts)


def listed(words: list[str]) -> str:
    """Several things in one phrase: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return say("listed", first=", ".join(words[:-1]), last=words[-1])


def day(moment: datetime, zone: ZoneInfo) -> str:
    """A date as a customer reads it, in the given zone: March 4, 2026."""
    return calendar_day(moment.astimezone(zone).date())


def calendar_day(on: date) -> str:
    """A day as a customer reads it: March 4, 2026."""
    return f"{on:%B} {on.day}, {on.year}"


def option_words(options: Mapping[str, object]) -> str:
    """A variant's options in one phrase: "oak, large"."""
    return ", ".join(str(value) for value in options.values())
