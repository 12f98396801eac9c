"""What the search finds. Apart from it, because it loads the encoder and this does not."""

from dataclasses import dataclass

from shop.knowledge.articles import Article


@dataclass(frozen=True)
class Hit:
    """An article that may answer the question: its best passage, and what it would be quoted with."""

    article: Article
    passage: str
    quote: tuple[str, ...]
    score: float
