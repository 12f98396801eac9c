"""TF-IDF of words (one and two) and of characters (two to five, within words)."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import scipy.sparse

TOKEN = re.compile(r"\w+")

Floats = npt.NDArray[np.float32]


def words(text: str) -> list[str]:
    found = TOKEN.findall(text.lower())
    return found + [f"{a} {b}" for a, b in pairwise(found)]


def characters(text: str) -> list[str]:
    padded = [f" {word} " for word in text.lower().split()]
    return [word[i : i + n] for word in padded for n in range(2, 6) for i in range(max(len(word) - n, 0) + 1)]


class Terms:
    """One family of terms with their weights. A row has length one, or is empty."""

    def __init__(self, kind: str, weights: dict[str, float]) -> None:
        self.kind = kind
        self.split = words if kind == "words" else characters
        self.weights = weights
        self.places = {term: place for place, term in enumerate(weights)}
        self.idf = np.fromiter(weights.values(), np.float32, len(weights))

    @classmethod
    def of(cls, kind: str, texts: Sequence[str]) -> "Terms":
        split = words if kind == "words" else characters
        seen = Counter(term for text in texts for term in set(split(text)))
        weights = {term: 1 + math.log((1 + len(texts)) / (1 + count)) for term, count in sorted(seen.items())}
        return cls(kind, weights)

    def row(self, text: str) -> tuple[npt.NDArray[np.int64], Floats]:
        """The places and values of the terms of a text that training has seen."""
        counts = Counter(place for term in self.split(text) if (place := self.places.get(term)) is not None)
        places = np.fromiter(counts.keys(), np.int64, len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[places]
        return places, values / max(float(np.linalg.norm(values)), 1e-12)

    def matrix(self, texts: Iterable[str]) -> scipy.sparse.csr_matrix:
        rows = [self.row(text) for text in texts]
        starts = np.cumsum([0, *(len(places) for places, _ in rows)])
        places = np.concatenate([places for places, _ in rows]) if rows else np.zeros(0, np.int64)
        values = np.concatenate([values for _, values in rows]) if rows else np.zeros(0, np.float32)
        return scipy.sparse.csr_matrix((values, places, starts), shape=(len(rows), len(self.places)))
