"""The work of `rapport articles`: the folder, the database, and what a person at a terminal sees of it."""

import asyncio
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from handoff.entry import migrate
from handoff.entry.processes import text_environment
from handoff.entry.supervisor import CannotStart
from shop.ground import clock
from shop.ground.db import Database
from shop.ground.settings import Settings
from shop.knowledge import articles, evaluation, files, search, vectors, votes
from shop.knowledge.articles import Loaded
from shop.knowledge.evaluation import Report
from shop.knowledge.search import Hit
from shop.text.encoder import encoder
from shop.text.weights import WeightsError

T = TypeVar("T")
GOALS = {"recall_at_1": 0.85, "recall_at_3": 0.95}
FIGURES = {
    "recall_at_1": "recall at 1",
    "recall_at_3": "recall at 3",
    "answered_right": "answered, and rightly",
    "answered_wrong": "answered, but wrongly",
    "strangers_answered": "out of scope, but answered",
    "strangers_certain": "out of scope, but certain",
}


def load(settings: Settings, folder: Path) -> str:
    """Load the folder; returns what there is to say. Raises `BadArticles`, or `CannotStart` with the mend."""
    drafts = files.read(folder)
    texts = articles.texts([articles.drafted(draft) for draft in drafts])
    with _database(settings) as database:
        # Encoding takes seconds: nobody who writes has to wait for it.
        made = asyncio.run(database.read(lambda session: vectors.of(session, encoder(), texts)))
        with database.transaction() as session:
            done = articles.load(session, drafts, clock.now())
            vectors.keep(session, made)
    return _told(done)


def tallies(settings: Settings) -> list[votes.Tally]:
    with _database(settings) as database:
        return asyncio.run(database.read(votes.tallies))


def find(settings: Settings, question: str, as_json: bool) -> str:
    """The hits of a question, to be read or as JSON."""
    hits = _read(settings, lambda session: search.search(session, question))
    if as_json:
        return json.dumps([_row(hit) for hit in hits], indent=1, ensure_ascii=False)
    lines = [f"{hit.score:.2f}  {hit.article.slug}: {hit.article.title}\n      {' '.join(hit.quote)}" for hit in hits]
    return "\n".join([*lines, _verdict(hits)])


def measure(settings: Settings, path: Path, as_json: bool) -> str:
    """How well the questions of a file find their articles."""
    if not path.exists():
        raise CannotStart(f"There are no questions at {path}. Name a file with --questions.")
    try:
        questions = evaluation.read(path)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise CannotStart(f"{path} is not of the form of tests/shop/knowledge/heldout.yml ({error}).") from None
    report = _read(settings, lambda session: evaluation.measure(session, questions))
    return json.dumps(asdict(report), indent=1, ensure_ascii=False) if as_json else _shown(report)


def _shown(report: Report) -> str:
    figures = asdict(report)
    lines = [f"{report.questions} questions with an answer, {report.strangers} without."]
    for name, words in FIGURES.items():
        goal = f"  (goal {GOALS[name]:.0%})" if name in GOALS else ""
        lines.append(f"{words:<28}{figures[name]:>7.1%}{goal}")
    lines += (
        ["", "Not found first:", *(f"  {text}  ->  {slug}" for text, slug in report.missed)] if report.missed else []
    )
    return "\n".join(lines)


def _told(done: Loaded) -> str:
    changes = {"new": done.added, "changed": done.changed, "withdrawn": done.withdrawn}
    told = [f"{len(slugs)} {what}" for what, slugs in changes.items() if slugs]
    many = len(done.added) + len(done.changed) + len(done.unchanged)
    return f"{many} articles: {', '.join(told) if told else 'nothing has changed'}."


def _row(hit: Hit) -> dict[str, object]:
    article = hit.article
    fits = {"fits": hit.score >= search.FITS, "certain": hit.score >= search.CERTAIN}
    return {
        "slug": article.slug,
        "title": article.title,
        "score": round(hit.score, 4),
        **fits,
        "quote": list(hit.quote),
    }


def _verdict(hits: Sequence[Hit]) -> str:
    best = max((hit.score for hit in hits), default=0.0)
    if best >= search.CERTAIN:
        return "The bot answers with the first, even where it did not understand the question as one."
    if best >= search.FITS:
        return "The bot answers with the first."
    return "Nothing fits: the bot says that it has no sure answer, and offers a person."


def _read(settings: Settings, rule: Callable[..., T]) -> T:
    with _database(settings) as database:
        return asyncio.run(database.read(rule))


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    migrate.must_be_newest(settings)
    for name, value in text_environment(settings).items():
        os.environ.setdefault(name, value)  # what stands in .env alone
    database = Database(settings.database_url)
    try:
        yield database
    except WeightsError as missing:
        raise CannotStart(str(missing)) from None
    finally:
        database.close()
