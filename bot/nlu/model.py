"""The intent model, with no Rasa in it: sentence vectors and terms, a logistic regression, nearest examples."""

import json
import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse

from bot.nlu.terms import Terms
from bot.nlu.typos import Speller
from shop.text.encoder import Encoder, Vectors

BACKGROUND = "__background__"
# Full convergence takes 160 steps and moves no score by more than a thousandth.
STEPS = 60
# Intents of a text that get a score. The examples of all of them are more than the processor's caches hold.
LIKELIEST = 10

Labels = npt.NDArray[np.str_]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Settings:
    """How to learn. `strength`: the inverse of regularisation; `terms`: weight of words and characters beside vectors."""

    strength: float = 30.0
    terms: float = 0.5
    # A background text closer than this to a training text may be a wish of this bot's: it is left out.
    background_nearest: float = 0.6
    # Groups of intents that are one wish in different circumstances. Not knowing which of them is no reason to doubt
    # that it is one of them: the likeliest has the probability of all.
    kin: tuple[tuple[str, ...], ...] = ()


def spoken(intent: str) -> str:
    """An intent's name as words: whoever named it said in short what it is about, so it is one more example."""
    return intent.replace("_", " ").replace("/", " ").lower()


class IntentModel:
    """Scores texts against intents. A score is sqrt(probability x cosine to the intent's nearest example)."""

    def __init__(self, encoder: Encoder, settings: Settings) -> None:
        self.encoder = encoder
        self.settings = settings

    def fit(
        self,
        texts: Sequence[str],
        labels: Labels,
        vectors: Vectors,
        background: Sequence[str] = (),
        background_vectors: Vectors | None = None,
    ) -> "IntentModel":
        names = sorted(set(labels.tolist()))
        said = [spoken(name) for name in names]
        texts, labels = [*texts, *said], np.concatenate([labels, names])
        vectors = np.vstack([vectors, self.encoder.encode(said)])
        order = np.argsort(labels, kind="stable")
        self.texts, self.labels, self.vectors = [texts[i] for i in order], labels[order], vectors[order]
        self.families = [Terms.of("words", texts), Terms.of("characters", texts)]
        known, given, y = self.texts, self.vectors, self.labels
        if background_vectors is not None and len(background):
            far = (background_vectors @ self.vectors.T).max(axis=1) < self.settings.background_nearest
            known = known + [text for text, keep in zip(background, far, strict=True) if keep]
            given = np.vstack([given, background_vectors[far]])
            y = np.concatenate([y, np.full(int(far.sum()), BACKGROUND)])
        self._learn(given, [family.matrix(known) * self.settings.terms for family in self.families], y)
        return self._ready()

    def _learn(self, vectors: Vectors, terms: list[scipy.sparse.csr_matrix], y: Labels) -> None:
        """Logistic regression in the space of the examples: far fewer dimensions than terms, and the same optimum."""
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.linear_model import LogisticRegression  # only training needs it

        gram = vectors @ vectors.T + sum(family @ family.T for family in terms).toarray()
        root = scipy.linalg.cholesky(gram + 1e-4 * np.eye(len(gram), dtype=np.float32), lower=True)
        counts = Counter(y.tolist())
        weights = np.array([len(y) / len(counts) / counts[label] for label in y])
        regression = LogisticRegression(C=self.settings.strength, max_iter=STEPS, tol=1e-3)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            regression.fit(root, y, sample_weight=weights)
        shares = scipy.linalg.solve_triangular(root, regression.coef_.T.astype(np.float32), lower=True, trans="T")
        coefficients = np.vstack([vectors.T @ shares, *(family.T @ shares for family in terms)])
        offsets = regression.intercept_
        if len(regression.classes_) == 2:  # two classes come as one row: the second against the first
            coefficients, offsets = (
                np.hstack([-coefficients / 2, coefficients / 2]),
                np.append(-offsets / 2, offsets / 2),
            )
        self.classes = regression.classes_
        self.coefficients = np.ascontiguousarray(coefficients, dtype=np.float32)
        self.offsets = offsets.astype(np.float32)

    def _ready(self) -> "IntentModel":
        self.speller = Speller(self.texts, self.encoder.words())
        self.columns = np.flatnonzero(self.classes != BACKGROUND)
        self.intents = self.classes[self.columns]
        self.starts = np.append(np.searchsorted(self.labels, self.intents), len(self.labels))
        self.kin = [np.flatnonzero(np.isin(self.intents, group)) for group in self.settings.kin]
        return self

    def probabilities(self, texts: Sequence[str], vectors: Vectors) -> Scores:
        width = vectors.shape[1]
        out = vectors @ self.coefficients[:width] + self.offsets
        for row, text in enumerate(texts):
            start = width
            for family in self.families:
                places, values = family.row(text)
                out[row] += (values * np.float32(self.settings.terms)) @ self.coefficients[start + places]
                start += len(family.places)
        out = np.exp(out - out.max(axis=1, keepdims=True))
        result: Scores = out / out.sum(axis=1, keepdims=True)
        return result

    def nearest(self, vector: Vectors, intent: int) -> float:
        """The cosine to the nearest example of an intent, whose examples lie side by side."""
        examples = self.vectors[self.starts[intent] : self.starts[intent + 1]]
        return min(max(float((examples @ vector).max()), 0.0), 1.0)

    def scores(self, texts: Sequence[str]) -> Scores:
        """[texts, intents], each between 0 and 1; they do not add up to one. Those of unlikely intents are 0."""
        spelt = [self.speller(text) for text in texts]
        vectors = self.encoder.encode(spelt)
        chances = self.probabilities(spelt, vectors)[:, self.columns]
        for group in (group for group in self.kin if len(group) > 1):
            chances[np.arange(len(texts)), group[chances[:, group].argmax(axis=1)]] = chances[:, group].sum(axis=1)
        result = np.zeros_like(chances)
        for row, intents in enumerate(np.argsort(-chances, axis=1)[:, :LIKELIEST].tolist()):
            for intent in intents:
                result[row, intent] = math.sqrt(chances[row, intent] * self.nearest(vectors[row], intent))
        return result

    def save(self, folder: Path) -> None:
        np.savez(folder / "intents.npz", vectors=self.vectors, coefficients=self.coefficients, offsets=self.offsets)
        words = {
            "settings": asdict(self.settings),
            "texts": self.texts,
            "labels": self.labels.tolist(),
            "classes": self.classes.tolist(),
            "terms": {family.kind: family.weights for family in self.families},
        }
        (folder / "intents.json").write_text(json.dumps(words), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder) -> "IntentModel":
        words = json.loads((folder / "intents.json").read_text(encoding="utf-8"))
        numbers = np.load(folder / "intents.npz", allow_pickle=False)
        kin = tuple(tuple(group) for group in words["settings"].pop("kin"))
        model = cls(encoder, Settings(**words["settings"], kin=kin))
        model.texts, model.labels, model.classes = words["texts"], np.array(words["labels"]), np.array(words["classes"])
        model.vectors, model.coefficients, model.offsets = (numbers[k] for k in ("vectors", "coefficients", "offsets"))
        model.families = [Terms(kind, weights) for kind, weights in words["terms"].items()]
        return model._ready()
