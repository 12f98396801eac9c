"""The shop's own words: products and option values from var/vocabulary.json, read again whenever the file changes."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.nlu.found import Found
from bot.nlu.typos import Speller

WORD = re.compile(r"[a-z0-9]+(?:[.'][a-z0-9]+)*", re.IGNORECASE)
UNITS = {
    "oz": ("ounce",),
    "ft": ("foot", "feet"),
    "inch": (),
    "cm": ("centimeter",),
    "ml": ("milliliter",),
    "l": ("liter",),
}
# Last words of product names that say nothing alone.
VAGUE = {
    "set",
    "kit",
    "pack",
    "pro",
    "mini",
    "box",
    "bundle",
    "pair",
    "case",
    "cover",
    "system",
    "plus",
    "max",
    "one",
    "gift",
    "card",
}
# Option values that are also everyday words: like letters and numbers, they count only in company (see _doubtful).
_EVERYDAY = """
yes no none one two on off with without any all new full light fresh hard soft hand clear plain short manual natural
bath sheet open paper glass fit long wide classic standard regular
"""
EVERYDAY = set(_EVERYDAY.split())


def stem(word: str) -> str:
    """Plural and singular alike; not grammar, only enough for names of goods."""
    low = word.lower()
    if len(low) > 4 and low.endswith(("ches", "shes", "sses", "xes")):
        return low[:-2]
    if len(low) > 4 and low.endswith("ves"):
        return low[:-3] + "f"
    return low[:-1] if len(low) > 3 and low.endswith("s") and not low.endswith("ss") else low


def stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in WORD.findall(text))


def spellings(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """How else an option's value is written: "14 ounces", "5x8", "5 by 8 feet", "with a lid"."""
    ways = {words}
    if len(words) > 1 and words[-1] in UNITS:
        ways |= {(*words[:-1], unit) for unit in UNITS[words[-1]]}
        ways |= {words[:-1]} if "x" in words else set()
    ways |= {("".join(way[:3]), *way[3:]) for way in ways if way[1:2] == ("x",)}
    ways |= {tuple("by" if word == "x" else word for word in way) for way in ways}
    if words[0] == "with":
        ways.add(("with", "a", *words[1:]))
    return ways - {words}


@dataclass(frozen=True)
class Token:
    """A word of the customer's, as written and as compared."""

    text: str
    stem: str
    start: int
    end: int


@dataclass
class Vocabulary:
    """What to look for: phrases of stems, each with its entity and value."""

    phrases: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    option_names: set[str] = field(default_factory=set)
    longest: int = 1
    speller: Speller | None = None

    @classmethod
    def of(cls, data: dict[str, Any], common: frozenset[str]) -> "Vocabulary":
        """`{"products": [name, ...], "options": {name: [value, ...]}, "synonyms": {word: product name}}`."""
        new = cls()
        for name, values in data.get("options", {}).items():
            new.option_names.update(stems(name))
            for value in values:
                new._add(str(value), "option", str(value))
        new._respelt({str(value) for values in data.get("options", {}).values() for value in values})
        shared: dict[tuple[str, ...], set[str]] = {}
        for product in data.get("products", []):
            words = stems(product)
            for cut in range(len(words)):
                shared.setdefault(words[cut:], set()).add(product)
        for words, products in shared.items():
            if len(words) > 1 or words[0] not in VAGUE:
                new._phrase(words, "product", min(products) if len(products) == 1 else " ".join(words))
        for product in data.get("products", []):
            new._add(product, "product", product)
        for word, product in data.get("synonyms", {}).items():
            new._add(word, "product", product)
        singles = {word for words in new.phrases for word in words if len(word) > 4 and word.isalpha()}
        new.speller = Speller([*singles, *singles], common)
        return new

    def _add(self, text: str, entity: str, value: str) -> None:
        if words := stems(text):
            self._phrase(words, entity, value)

    def _respelt(self, values: set[str]) -> None:
        """Other spellings of option values, where they are of one value alone: 8 x 10 may be inches or feet."""
        ways: dict[tuple[str, ...], set[str]] = {}
        for value in values:
            for way in spellings(stems(value)) if stems(value) else ():
                ways.setdefault(way, set()).add(value)
        for way, meant in ways.items():
            if len(meant) == 1 and way not in self.phrases:
                self._phrase(way, "option", *meant)

    def _phrase(self, words: tuple[str, ...], entity: str, value: str) -> None:
        self.phrases[words] = (entity, value)
        if len(words) > 1:  # "desk lamp" is also written "desklamp", "cotton t-shirt" also "cotton tshirt"
            self.phrases.setdefault(("".join(words),), (entity, value))
            letter = next((place for place, word in enumerate(words[:-1]) if len(word) == 1), None)
            if letter is not None:
                joined = (*words[:letter], words[letter] + words[letter + 1], *words[letter + 2 :])
                self.phrases.setdefault(joined, (entity, value))
        self.longest = max(self.longest, len(words))

    def find(self, text: str) -> Iterator[Found]:
        """The longest phrases first come, left to right."""
        tokens = [self._token(match) for match in WORD.finditer(text)]
        at = 0
        while at < len(tokens):
            for length in range(min(self.longest, len(tokens) - at), 0, -1):
                part = tokens[at : at + length]
                hit = self.phrases.get(tuple(token.stem for token in part))
                if hit and not (hit[0] == "option" and self._doubtful(part, tokens, at)):
                    yield Found(hit[0], hit[1], part[0].start, part[-1].end)
                    break
            else:
                length = 1
            at += length

    def _token(self, match: re.Match[str]) -> Token:
        word = match.group()
        same = stem(word)
        if self.speller and (same,) not in self.phrases and word.isalpha():
            same = stem(self.speller.word(word.lower()))
        return Token(word, same, match.start(), match.end())

    def _is_product(self, word: str) -> bool:
        return self.phrases.get((word,), ("", ""))[0] == "product"

    def _doubtful(self, part: list[Token], tokens: list[Token], at: int) -> bool:
        """Letters, numbers and everyday words are option values only in the right company."""
        text = part[0].text
        if len(part) > 1 or not (len(text) < 3 or text.isdigit() or text.lower() in EVERYDAY):
            return False
        beside = {token.stem for token in tokens[max(at - 2, 0) : at + 2] if token is not part[0]}
        if beside & self.option_names or len(tokens) <= 2 or any(self._is_product(word) for word in beside):
            return False
        shouted = sum(token.text.isupper() for token in tokens) > len(tokens) / 2
        return not (text.isalpha() and text.isupper() and text != "I" and not shouted)


class VocabularyFile:
    """The vocabulary as the file has it now. A missing or broken file means: no product words, never an error."""

    def __init__(self, path: Path, common: frozenset[str]) -> None:
        self.path, self.common = path, common
        self.seen: tuple[int, int] | None = None
        self.vocabulary = Vocabulary()

    def current(self) -> Vocabulary:
        try:
            status = os.stat(self.path)
        except OSError:
            self.seen, self.vocabulary = None, Vocabulary()
            return self.vocabulary
        if (status.st_mtime_ns, status.st_size) != self.seen:
            self.seen = (status.st_mtime_ns, status.st_size)
            self.vocabulary = self._read()
        return self.vocabulary

    def _read(self) -> Vocabulary:
        try:
            return Vocabulary.of(json.loads(self.path.read_text(encoding="utf-8")), self.common)
        except (OSError, ValueError, AttributeError, TypeError):
            return self.vocabulary  # a half-written file: keep the old words until it changes again
