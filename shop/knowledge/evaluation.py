"""How well questions find their articles: recall, and what is answered that no article answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from sqlalchemy.orm import Session

from shop.knowledge import search

DEEP = 3


@dataclass(frozen=True)
class Question:
    """A question and the slugs of the articles that answer it; none when no article does."""

    text: str
    answers: frozenset[str]


@dataclass(frozen=True)
class Report:
    """Shares of 1. The first four are of the questions that an article answers, the last two of the others."""

    questions: int
    strangers: int
    recall_at_1: float
    recall_at_3: float
    answered_right: float
    answered_wrong: float
    strangers_answered: float
    strangers_certain: float
    missed: tuple[tuple[str, str], ...]  # question and the article that came first instead


def read(path: Path) -> list[Question]:
    """Questions of a YAML file: `answered` by slugs with commas between them, and `unanswered`."""
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    known = [(text, slugs.split(", ")) for slugs, texts in written["answered"].items() for text in texts]
    return [
        Question(text, frozenset(slugs)) for text, slugs in [*known, *((text, ()) for text in written["unanswered"])]
    ]


def measure(session: Session, questions: Sequence[Question]) -> Report:
    """Put every question to the search."""
    found = [(question, search.search(session, question.text, DEEP)) for question in questions]
    known = [(question, hits) for question, hits in found if question.answers]
    strange = [hits for question, hits in found if not question.answers]
    first = [(hits[0].article.slug in one.answers, hits[0].score >= search.FITS) for one, hits in known if hits]
    return Report(
        questions=len(known),
        strangers=len(strange),
        recall_at_1=_share(sum(right for right, _ in first), len(known)),
        recall_at_3=_share(
            sum(any(hit.article.slug in one.answers for hit in hits) for one, hits in known), len(known)
        ),
        answered_right=_share(sum(right and fits for right, fits in first), len(known)),
        answered_wrong=_share(sum(fits and not right for right, fits in first), len(known)),
        strangers_answered=_share(sum(hits[0].score >= search.FITS for hits in strange if hits), len(strange)),
        strangers_certain=_share(sum(hits[0].score >= search.CERTAIN for hits in strange if hits), len(strange)),
        missed=tuple(
            (q.text, hits[0].article.slug) for q, hits in known if hits and hits[0].article.slug not in q.answers
        ),
    )


def _share(many: int, of: int) -> float:
    return round(many / of, 4) if of else 0.0
