"""What recognition found in a message, and how words of goods are compared."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

WORD = re.compile(r"[^\W_]+(?:[.'][^\W_]+)*")


_ALIKE = {
    "extra small": "xs",
    "x small": "xs",
    "small": "s",
    "medium": "m",
    "large": "l",
    "extra large": "xl",
    "x large": "xl",
    "xlarge": "xl",
    "2xl": "xxl",
    "xx large": "xxl",
    "grey": "gray",
}


@dataclass(frozen=True)
class Mention:
    """One entity of a message. `start` and `end` are its place in the text; an option that was tapped has none (0, 0)."""

    entity: str
    value: str | int
    start: int = 0
    end: int = 0

    def said(self, text: str) -> str:
        """The customer's own word for it."""
        return text[self.start : self.end] or str(self.value)


Stems = tuple[str, ...]


def stem(word: str) -> str:
    """Plural and singular alike; no grammar, only enough for names of goods."""
    low = word.lower()
    if len(low) > 4 and low.endswith(("ches", "shes", "sses", "xes")):
        return low[:-2]
    if len(low) > 4 and low.endswith("ves"):
        return low[:-3] + "f"
    if len(low) > 4 and low.endswith("ies"):
        return low[:-3] + "y"
    if len(low) > 3 and low.endswith("s") and not low.endswith("ss"):
        low = low[:-1]
    return low[:-1] if len(low) > 3 and low.endswith("fe") else low


def stems(text: str) -> Stems:
    return tuple(stem(word) for word in WORD.findall(text))


def ends(words: Stems, told: Stems) -> bool:
    """Whether a name ends with these words: "lamp" names a desk lamp."""
    return words[-len(told) :] == told


def of(mentions: Iterable[Mention], *entities: str) -> list[Mention]:
    """The mentions of these kinds, in the order of the text."""
    return sorted((m for m in mentions if m.entity in entities), key=lambda m: (m.start, m.end))


def called(name: str, mention: Mention, text: str) -> bool:
    """Whether a thing of this name may be called so: by its last words ("lamp"), or by words that are all in it."""
    words = stems(name)
    return any(ends(words, told) or set(told) <= set(words) for told in _tellings(mention, text) if told)


def called_exactly(name: str, mention: Mention, text: str) -> bool:
    """Whether the name ends with these words: a mug is no mug rack."""
    return any(ends(stems(name), told) for told in _tellings(mention, text) if told)


def plain(value: object) -> str:
    """An option's value as it is compared: M is medium, grey is gray."""
    words = " ".join(stems(str(value)))
    return _ALIKE.get(words, words)


def spellings(value: object) -> set[str]:
    """All that a value may be called."""
    own = plain(value)
    return {str(value), own, *(words for words, alike in _ALIKE.items() if alike == own)}


def same(value: object, mention: Mention) -> bool:
    """Whether an option's value is the one spoken of."""
    return plain(value) == plain(mention.value)


def has_option(options: Iterable[object], mention: Mention) -> bool:
    return any(same(value, mention) for value in options)


def _tellings(mention: Mention, text: str) -> tuple[Stems, Stems]:
    """As the shop's vocabulary has it, and as the customer wrote it: an order keeps the name of its day."""
    return stems(str(mention.value)), stems(text[mention.start : mention.end])
