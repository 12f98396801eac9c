"""The index over the articles of one language: their vectors and words, and what a question scores with each."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from shop.knowledge import articles as articles_
from shop.knowledge.articles import Article
from shop.knowledge.hit import Hit
from shop.knowledge.words import Scores, Words
from shop.text.encoder import Encoder, Vectors

# How the three views of an article make one score; chosen by cross-validation (tests/shop/knowledge/tune.py).
WEIGHTS = (0.5, 0.4, 0.1)  # the nearest of its questions, the whole article, the words in common
# Which passage is quoted: its vector and its words; an article says what matters most first.
PASSAGE_WORDS, FIRST = 0.15, 0.05
CLOSE, LEAD = 0.06, 0.1  # so near to the best, the second passage is quoted as well; and the first, which leads to it
MOST_CHARACTERS = 400  # of a question; more is a letter


class Index:
    """Made once for each state of the articles, and never changed: any number of threads may ask it."""

    def __init__(self, articles: Sequence[Article], vectors: dict[str, Vectors], encoder: Encoder | None) -> None:
        self.articles, self.encoder = list(articles), encoder
        asked = [(place, text) for place, one in enumerate(articles) for text in articles_.questions(one)]
        passages = [(place, text) for place, one in enumerate(articles) for text in articles_.headed(one)]
        self.asked = _Grouped(asked, vectors)
        self.passages = _Grouped(passages, vectors)
        self.whole = np.stack([vectors[articles_.whole(one)] for one in articles]) if articles else _NOTHING
        self.words = Words([_all_words(one) for one in articles])
        self.passage_words = Words([text for _, text in passages])

    def views(self, question: str) -> tuple[Vectors, tuple[Scores, ...]]:
        """The question's vector, and how near each article is to it: by its questions, as a whole, by words."""
        assert self.encoder is not None
        vector = self.encoder.encode([question])[0]
        return vector, (self.asked.best(vector, len(self.articles)), self.whole @ vector, self.words.scores(question))

    def hits(self, question: str, limit: int) -> list[Hit]:
        """The best articles, the best first."""
        question = question[:MOST_CHARACTERS]
        if not self.articles or not question.strip():
            return []
        vector, views = self.views(question)
        scores = sum(weight * view for weight, view in zip(WEIGHTS, views, strict=True))
        best = np.argsort(-np.asarray(scores), kind="stable")[:limit]
        near = self.passages.vectors @ vector + PASSAGE_WORDS * self.passage_words.scores(question)
        return [self._hit(int(place), near, float(np.asarray(scores)[place])) for place in best]

    def _hit(self, place: int, near: Scores, score: float) -> Hit:
        article = self.articles[place]
        own = near[self.passages.owners == place].copy()
        own[0] += FIRST
        order = np.argsort(-own, kind="stable")
        best = own[order[0]]
        quoted = {int(one) for one in order[:2] if best - own[one] < CLOSE} | ({0} if best - own[0] < LEAD else set())
        quote = tuple(article.passages[one] for one in sorted(quoted))
        return Hit(article, article.passages[int(order[0])], quote, score)


class _Grouped:
    """Vectors of several texts an article."""

    def __init__(self, texts: Sequence[tuple[int, str]], vectors: dict[str, Vectors]) -> None:
        self.owners: npt.NDArray[np.int64] = np.array([owner for owner, _ in texts], np.int64)
        self.vectors = np.stack([vectors[text] for _, text in texts]) if texts else _NOTHING

    def best(self, vector: Vectors, groups: int) -> Scores:
        """The nearest of each group."""
        best = np.full(groups, -1.0)
        np.maximum.at(best, self.owners, self.vectors @ vector)
        return best


_NOTHING: Vectors = np.zeros((0, 0), np.float32)


def _all_words(article: Article) -> str:
    """What an article is found by; its title counts twice."""
    return " ".join([article.title, article.title, *article.passages, *article.asked])
