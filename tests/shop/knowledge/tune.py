"""How the weights and thresholds of the search were chosen: `.venv/bin/python -m tests.shop.knowledge.tune`.

Only tuning.yml is read. Weights: each fold of the questions is measured with what is best on the others. Thresholds:
what is answered above them, of questions that have an answer and of those that have none.
"""

import itertools
import random
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from handoff.entry import migrate
from shop.ground import clock
from shop.ground.db import Database
from shop.knowledge import articles, evaluation, files, search
from shop.knowledge.index import WEIGHTS, Index
from tests.conftest import development

HERE = Path(__file__).parent
ARTICLES = HERE.parents[2] / "shop" / "demo" / "articles"
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)  # of the whole article, beside 1 for the nearest question
WORDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.2)
FOLDS, REPEATS = 5, 20

Numbers = npt.NDArray[np.float64]
Weights = tuple[float, ...]


def demo_index(folder: Path) -> Index:
    """Over the demo's articles, in a database of its own."""
    settings = development(folder)
    migrate.upgrade(settings)
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            articles.load(session, files.read(ARTICLES), clock.now())
            return search.index(session)
    finally:
        database.close()


def ranks(views: Numbers, right: npt.NDArray[np.bool_], weights: Weights) -> Numbers:
    """How many wrong articles stand before the best right one, by question."""
    scores = np.einsum("qva,v->qa", views, np.array(weights))
    best = np.where(right, scores, -np.inf).max(axis=1)
    return (scores > best[:, None]).sum(axis=1).astype(float)


def folds(size: int) -> Iterable[tuple[list[int], list[int]]]:
    """Questions to choose by, and questions to measure with."""
    order = random.Random(1)
    for _ in range(REPEATS):
        places = order.sample(range(size), size)
        for fold in range(FOLDS):
            yield [place for place in range(size) if place not in places[fold::FOLDS]], places[fold::FOLDS]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = demo_index(Path(folder))
    questions = evaluation.read(HERE / "tuning.yml")
    known, strange = [q for q in questions if q.answers], [q for q in questions if not q.answers]
    views = np.array([index.views(question.text)[1] for question in known])
    right = np.array([[article.slug in question.answers for article in index.articles] for question in known])
    grid = [(1.0, whole, words) for whole, words in itertools.product(STEPS, WORDS)]
    ranked = {weights: ranks(views, right, weights) for weights in grid}
    chosen: Counter[Weights] = Counter()
    measured = []
    for learn, test in folds(len(known)):
        best = max(grid, key=lambda weights: float((1 / (1 + ranked[weights][learn])).mean()))
        chosen[best] += 1
        measured.append([(ranked[best][test] < depth).mean() for depth in (1, 3)])
    at_1, at_3 = np.mean(measured, axis=0)
    print(f"Questions, articles, words: chosen most often {chosen.most_common(3)}")
    print(f"Recall of what was chosen without them: at 1 {at_1:.1%}, at 3 {at_3:.1%}")
    for name, weights in {"vectors alone": (1.0, 0.75, 0.0), "words alone": (0.0, 0.0, 1.0), "ours": WEIGHTS}.items():
        rank = ranks(views, right, weights)
        print(f"{name:<14} at 1 {(rank < 1).mean():.1%}, at 3 {(rank < 3).mean():.1%}")
    scores = np.einsum("qva,v->qa", views, np.array(WEIGHTS))
    top, good = scores.max(axis=1), right[np.arange(len(known)), scores.argmax(axis=1)]
    away = np.array([max(np.dot(WEIGHTS, index.views(question.text)[1])) for question in strange])
    print("threshold  right  wrong  strangers answered")
    for threshold in np.arange(0.34, 0.6, 0.02):
        shares = ((top >= threshold) & good).mean(), ((top >= threshold) & ~good).mean(), (away >= threshold).mean()
        print(f"{threshold:9.2f}  " + "  ".join(f"{share:.1%}" for share in shares))


if __name__ == "__main__":
    main()
