"""The bot's names in words that agents read: `bot_words.yml`."""

from functools import cache
from pathlib import Path

import yaml

PATH = Path(__file__).parents[1] / "bot_words.yml"


@cache
def every() -> dict[str, dict[str, str | None]]:
    loaded: dict[str, dict[str, str | None]] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return loaded


def of(kind: str, name: object) -> str:
    """The words for a name. One that is not known, as of a bot with intents of its own, is spelled out; empty for what is
    never shown."""
    words = every()[kind]
    return (words[str(name)] or "") if str(name) in words else str(name or "").replace("_", " ").strip()


def standing(name: str, **facts: object) -> str:
    return str(every()["standing"][name]).format_map(facts)


def shown(kind: str, name: object) -> bool:
    """Is it one that is told, and known?"""
    return bool(every()[kind].get(str(name)))
