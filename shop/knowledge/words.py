"""Full-text search in memory: words cut to their stems, texts ranked by BM25."""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]

K1, B = 1.2, 0.75
_EVERYWHERE = (
    "a an the is are was were be been do does did i you we it my your our of to in on at for and or if can could will"
    " would has have had me us this that there what how when where who why which with from by as so not no"
)
STOP = frozenset(_EVERYWHERE.split())
_WORD = re.compile(r"[a-z0-9$]+")
_ENDINGS = ("ing", "ed")


def stems(text: str) -> list[str]:
    """The words that say something, without their endings: "returned items" is what "returns of an item" is."""
    words = _WORD.findall(text.lower().replace("'", "").replace("’", ""))
    return [stem(word) for word in words if word not in STOP]


def stem(word: str) -> str:
    """Not a word of any dictionary, but the same one for most forms of a word."""
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith("sses"):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    word = _without_ending(word)
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _without_ending(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            cut = word[: -len(ending)]
            return cut[:-1] if cut[-1] == cut[-2] and cut[-1] not in "lsz" else cut
    return word


class Words:
    """BM25 over some texts, as the share of the most that a text could reach: 1 is every word, often and nowhere else."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [Counter(stems(text)) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        mean = sum(lengths) / len(lengths) if any(lengths) else 1.0
        spread = Counter(word for count in counts for word in count)
        self.size = len(texts)
        self.weight = {word: self._rarity(many) for word, many in spread.items()}
        self.places: dict[str, list[tuple[int, float]]] = {word: [] for word in spread}
        for place, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            for word, many in count.items():
                often = many * (K1 + 1) / (many + K1 * (1 - B + B * length / mean))
                self.places[word].append((place, self.weight[word] * often))

    def scores(self, text: str) -> Scores:
        """One for each text, 0 to 1. Words that no text has count against all of them."""
        scores = np.zeros(self.size)
        words = set(stems(text))
        for word in words:
            for place, score in self.places.get(word, ()):
                scores[place] += score
        most = sum(self.weight.get(word, self._rarity(0)) for word in words) * (K1 + 1)
        return scores / most if most else scores

    def _rarity(self, many: int) -> float:
        return math.log(1 + (self.size - many + 0.5) / (many + 0.5))
