"""What an agent typed into the search, taken apart: words and phrases as both databases keep them, and what looks like a
phone number, an e-mail address or an order.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 200
MOST = 8  # words and phrases of one search
SHORTEST_START = 3  # a word that is still being typed counts from here on
_PARTS = re.compile(r'"([^"]*)"|(\S+)')
_WORDS = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Query:
    """`phrases`: each a run of words that must stand side by side; `open`: the last word may go on."""

    phrases: tuple[tuple[str, ...], ...]
    open: bool
    raw: str

    @property
    def empty(self) -> bool:
        return not self.phrases

    @property
    def digits(self) -> str:
        """The figures, where there is nothing but a phone number."""
        found = re.sub(r"[\s().+/-]", "", self.raw)
        return found if found.isascii() and found.isdigit() and len(found) >= 6 else ""

    def fts5(self) -> str:
        """For SQLite's MATCH. Words are letters and figures alone, so nothing in them means anything there."""
        parts = [f'"{" ".join(words)}"' for words in self.phrases]
        return " AND ".join(parts) + (" *" if self.open else "")

    def tsquery(self) -> str:
        """For PostgreSQL's to_tsquery."""
        parts = [" <-> ".join(words) for words in self.phrases]
        return " & ".join(f"({part})" for part in parts[:-1]) + (" & " if parts[:-1] else "") + self._last(parts[-1])

    def _last(self, part: str) -> str:
        return f"{part}:*" if self.open else f"({part})"


def read(typed: str) -> Query:
    """Never fails: what holds no letter and no figure is an empty query."""
    raw = unicodedata.normalize("NFC", " ".join(typed.split()))[:LONGEST]
    phrases: list[tuple[str, ...]] = []
    open_ended = False
    for quoted, word in _PARTS.findall(raw):
        words = tuple(folded(quoted or word))
        if words:
            phrases.append(words)
            open_ended = not quoted and len(words[-1]) >= SHORTEST_START
    kept = tuple(phrases[:MOST])
    return Query(kept, open_ended and len(phrases) <= MOST, raw)


def folded(text: str) -> list[str]:
    """The words of a text: small, without marks."""
    return [word for word, _, _ in placed(text) if word]


def placed(text: str) -> list[tuple[str, int, int]]:
    """The words of a text as they are compared, each with where it begins and ends in the text."""
    return [(_plain(found.group()), found.start(), found.end()) for found in _WORDS.finditer(text)]


def _plain(word: str) -> str:
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in apart.lower() if letter.isalnum())
