"""Chooses the score below which the bot says that it did not understand, from the training data alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.nlu.model import IntentModel, Labels

FOLDS = 3
OUT_OF_SCOPE = "out_of_scope"

Rows = npt.NDArray[np.int64]
# Learns from these rows of the examples and these rows of the background.
Learner = Callable[[Rows, Rows], IntentModel]


@dataclass(frozen=True)
class Calibration:
    """The threshold, and how cross-validation did at it: right intents, strangers refused, own wishes refused."""

    threshold: float
    accuracy: float
    strangers_refused: float
    own_refused: float


def calibrate(learn: Learner, texts: list[str], labels: Labels, background: list[str], seed: int = 42) -> Calibration:
    """The threshold with the most right answers plus refused strangers, each as a share of its kind.

    Strangers are the background and the examples of out_of_scope, each asked by a model that has not learned it.
    """
    random = np.random.default_rng(seed)
    fold, strange_fold = _deal(labels, random), _deal(np.full(len(background), OUT_OF_SCOPE), random)
    everything, truth = [*texts, *background], np.concatenate([labels, np.full(len(background), OUT_OF_SCOPE)])
    place = np.concatenate([fold, strange_fold])
    score, right = np.zeros(len(truth)), np.zeros(len(truth), bool)
    for number in range(FOLDS):
        model = learn(np.flatnonzero(fold != number), np.flatnonzero(strange_fold != number))
        asked = np.flatnonzero(place == number)
        scores = model.scores([everything[row] for row in asked])
        guess = model.intents[scores.argmax(axis=1)]
        score[asked] = np.where(guess == OUT_OF_SCOPE, 0, scores.max(axis=1))
        right[asked] = guess == truth[asked]
    return _best(score, right, truth == OUT_OF_SCOPE)


def _deal(labels: Labels, random: np.random.Generator) -> Rows:
    """Each intent's examples are dealt evenly to the folds."""
    fold = np.zeros(len(labels), np.int64)
    for label in sorted(set(labels.tolist())):
        rows = random.permutation(np.flatnonzero(labels == label))
        fold[rows] = (np.arange(len(rows)) + random.integers(FOLDS)) % FOLDS
    return fold


def _best(score: npt.NDArray[np.float64], right: npt.NDArray[np.bool_], strange: npt.NDArray[np.bool_]) -> Calibration:
    own, strangers = max(int((~strange).sum()), 1), max(int(strange.sum()), 1)
    grid = np.round(np.arange(0.2, 0.9, 0.01), 2)
    kept = np.array([(right & ~strange & (score >= t)).sum() / own for t in grid])
    refused = np.array([(strange & (score < t)).sum() / strangers for t in grid])
    threshold = float(grid[int(np.argmax(kept + refused))])
    return Calibration(
        threshold=threshold,
        accuracy=float((right & ~strange).sum() / own),
        strangers_refused=float((strange & (score < threshold)).sum() / strangers),
        own_refused=float((~strange & (score < threshold)).sum() / own),
    )
