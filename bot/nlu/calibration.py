"""Chooses the score below which the bot says that it did not understand, from the training data alone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.nlu.model import IntentModel, Labels
from shop.text.encoder import Vectors

FOLDS = 3
# Texts of one intent whose cosine distance is below this say the same: they stay in one fold.
SAME = 0.35

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Fold:
    """Which rows to learn from, which to ask about, and which of those belong to an intent left out."""

    learn: Rows
    ask: Rows
    foreign: npt.NDArray[np.bool_]


def folds(vectors: Vectors, labels: Labels, seed: int = 42) -> Iterator[Fold]:
    """Near-duplicates stay together, and a third of the intents is left out in turn, as if never heard of.

    Plain cross-validation misleads: customers do not write near-duplicates of our examples.
    """
    random = np.random.default_rng(seed)
    intents = random.permutation(sorted(set(labels.tolist())))
    left_out = {intent: place % FOLDS for place, intent in enumerate(intents)}
    fold = np.zeros(len(labels), np.int64)
    for intent in intents:
        rows = np.flatnonzero(labels == intent)
        fold[rows] = _spread(_groups(vectors[rows]), int(random.integers(FOLDS)))
    group = np.array([left_out[label] for label in labels.tolist()])
    for number in range(FOLDS):
        learn = np.flatnonzero((group != number) & (fold != number))
        known = set(labels[learn].tolist())
        asked = [
            row for row in range(len(labels)) if group[row] == number or (fold[row] == number and labels[row] in known)
        ]
        ask = np.array(asked, np.int64)
        yield Fold(learn, ask, group[ask] == number)


def _groups(vectors: Vectors) -> Rows:
    from sklearn.cluster import AgglomerativeClustering

    if len(vectors) < 2:
        return np.zeros(len(vectors), np.int64)
    clustering = AgglomerativeClustering(n_clusters=None, affinity="cosine", linkage="average", distance_threshold=SAME)
    groups: Rows = clustering.fit_predict(vectors)
    return groups


def _spread(groups: Rows, first: int) -> Rows:
    """Deals groups to folds, the largest first, each to the fold that has least."""
    sizes = np.bincount(groups)
    held = [0] * FOLDS
    fold_of = np.zeros(len(sizes), np.int64)
    for group in np.argsort(-sizes, kind="stable"):
        fold = min(range(FOLDS), key=lambda f: (held[f], (f + first) % FOLDS))
        held[fold] += int(sizes[group])
        fold_of[group] = fold
    result: Rows = fold_of[groups]
    return result


@dataclass(frozen=True)
class Calibration:
    """The threshold, and how cross-validation did at it."""

    threshold: float
    accuracy: float


Learner = Callable[[Rows], IntentModel]


def calibrate(learn: Learner, texts: Sequence[str], labels: Labels, vectors: Vectors) -> Calibration:
    """The threshold with the most right answers plus refusals of strangers, each counted as a share of its kind."""
    best, right, foreign = [], [], []
    for fold in folds(vectors, labels):
        model = learn(fold.learn)
        scores = model.scores([texts[row] for row in fold.ask])
        best.append(scores.max(axis=1))
        right.append((model.intents[scores.argmax(axis=1)] == labels[fold.ask]) & ~fold.foreign)
        foreign.append(fold.foreign)
    score, ok, out = np.concatenate(best), np.concatenate(right), np.concatenate(foreign)
    own = max(int((~out).sum()), 1)
    grid = np.round(np.arange(0.2, 0.9, 0.01), 2)
    merits = [(ok & (score >= t)).sum() / own + (out & (score < t)).sum() / max(int(out.sum()), 1) for t in grid]
    return Calibration(float(grid[int(np.argmax(merits))]), float(ok.sum() / own))
