"""The measures of intent recognition that know about "none of these" (HINT3, EMNLP 2020 Insights)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# What the reported thresholds were: a prediction scoring less counts as "out of scope".
THRESHOLDS = tuple(round(t / 100, 2) for t in range(101))


@dataclass(frozen=True)
class Judged:
    """Truth and best guess of many sentences; `out` is the label of what is out of scope."""

    truth: npt.NDArray[np.str_]
    guess: npt.NDArray[np.str_]
    score: npt.NDArray[np.float64]
    out: str

    @classmethod
    def of(cls, truth: Sequence[str], guess: Sequence[str], score: Sequence[float], out: str) -> "Judged":
        return cls(np.array(truth, dtype=str), np.array(guess, dtype=str), np.array(score, dtype=float), out)

    @property
    def own(self) -> npt.NDArray[np.bool_]:
        own: npt.NDArray[np.bool_] = self.truth != self.out
        return own

    def answers(self, threshold: float) -> npt.NDArray[np.str_]:
        return np.where(self.score < threshold, self.out, self.guess)

    def in_scope_accuracy(self, threshold: float = 0.0) -> float:
        """Share of in-scope sentences whose intent is found."""
        return float((self.answers(threshold) == self.truth)[self.own].mean())

    def refused(self, threshold: float) -> tuple[float, float]:
        """Share of strangers refused (recall), share of own wishes refused (false rejection)."""
        no = self.answers(threshold) == self.out
        return float(no[~self.own].mean()) if (~self.own).any() else 1.0, float(no[self.own].mean())

    def mcc(self, threshold: float) -> float:
        """Matthews correlation over all labels, out of scope being one of them."""
        from sklearn.metrics import matthews_corrcoef

        return float(matthews_corrcoef(self.truth, self.answers(threshold)))

    def best_mcc(self) -> tuple[float, float]:
        """The best correlation over THRESHOLDS, and where."""
        return max((self.mcc(t), t) for t in THRESHOLDS)

    def confusions(self, threshold: float) -> list[tuple[str, str, int]]:
        """(truth, answer, how often) of what went wrong, the commonest first."""
        answers = self.answers(threshold)
        pairs, counts = np.unique(
            np.array([self.truth[answers != self.truth], answers[answers != self.truth]]), axis=1, return_counts=True
        )
        found = [(str(a), str(b), int(n)) for (a, b), n in zip(pairs.T, counts, strict=True)]
        return sorted(found, key=lambda item: (-item[2], item[0], item[1]))
