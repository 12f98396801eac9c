"""Whether a message is written in anger, by the words of `strong_words.yml`."""

import re
from functools import cache
from pathlib import Path

import yaml

PATH = Path(__file__).with_name("strong_words.yml")
_MASKED = re.compile(r"\b(f|sh)[*@#$]+(ck|ck\w*|k|t)?(?!\s+or\b)", re.IGNORECASE)  # f***, f*ck, sh*t
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'"})


def strong(text: str) -> bool:
    """Whether the message swears or scolds."""
    plain = text.casefold().translate(_APOSTROPHES)
    return bool(_MASKED.search(plain) or _words().search(plain))


@cache
def _words() -> re.Pattern[str]:
    listed: list[str] = yaml.safe_load(PATH.read_text(encoding="utf-8"))["words"]
    return re.compile(rf"(?<!\w)({'|'.join(_pattern(words) for words in listed)})(?!\w)")


def _pattern(words: str) -> str:
    ending = r"\w*" if words.endswith("*") else ""
    return r"[\s-]+".join(re.escape(word) for word in words.rstrip("*").casefold().split()) + ending
