"""The articles of the shop: a folder of them comes in whole, what changed rises by a version, what is gone is withdrawn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop.knowledge.files import LOCALE, Draft, paragraphs
from shop.knowledge.tables import ArticleRow

Stamp = tuple[object, ...]


@dataclass(frozen=True)
class Article:
    """An article that customers may be shown."""

    slug: str
    locale: str
    version: int
    title: str
    category: str
    passages: tuple[str, ...]
    asked: tuple[str, ...]


@dataclass
class Loaded:
    """What a folder changed, by slug."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def load(session: Session, drafts: Iterable[Draft], now: datetime) -> Loaded:
    """Make these the articles there are."""
    rows = {(row.slug, row.locale): row for row in session.scalars(select(ArticleRow))}
    done = Loaded()
    for draft in drafts:
        row = rows.pop((draft.slug, draft.locale), None)
        if row is None:
            session.add(_new(draft, now))
            done.added.append(draft.slug)
        else:
            (done.changed if _update(row, draft, now) else done.unchanged).append(draft.slug)
    for row in rows.values():
        if row.withdrawn_at is None:
            row.withdrawn_at = row.updated_at = now
            done.withdrawn.append(row.slug)
    session.flush()
    return done


def none(session: Session) -> bool:
    """Whether there has never been an article."""
    return session.scalar(select(ArticleRow.slug).limit(1)) is None


def drafted(draft: Draft) -> Article:
    """The article that a draft will be; no version of it is there yet."""
    passages = tuple(paragraphs(draft.body))
    return Article(draft.slug, draft.locale, 0, draft.title, draft.category, passages, draft.asked)


def current(session: Session, locale: str = LOCALE) -> list[Article]:
    """The articles that are not withdrawn, by slug."""
    rows = select(ArticleRow).where(ArticleRow.locale == locale, ArticleRow.withdrawn_at.is_(None))
    return [_article(row) for row in session.scalars(rows.order_by(ArticleRow.slug))]


def find(session: Session, slug: str, locale: str = LOCALE) -> Article | None:
    """The article, also when it was withdrawn meanwhile."""
    row = session.get(ArticleRow, (slug, locale))
    return _article(row) if row else None


def stamp(session: Session) -> Stamp:
    """Another value after every change of any article; rows are never deleted."""
    counted = select(
        func.count(), func.sum(ArticleRow.version), func.count(ArticleRow.withdrawn_at), func.max(ArticleRow.updated_at)
    )
    return tuple(session.execute(counted.select_from(ArticleRow)).one())


def texts(articles: Sequence[Article]) -> list[str]:
    """Every text that the search needs a vector of."""
    found: dict[str, None] = {}
    for article in articles:
        found |= dict.fromkeys([*questions(article), whole(article), *headed(article)])
    return list(found)


def questions(article: Article) -> list[str]:
    """What the article answers, in words of customers; its title is one of them."""
    return [article.title, *article.asked]


def whole(article: Article) -> str:
    return f"{article.title}. {' '.join(article.passages)}"


def headed(article: Article) -> list[str]:
    """Each passage under the title: alone it often does not say what it is about."""
    return [f"{article.title}. {passage}" for passage in article.passages]


def _new(draft: Draft, now: datetime) -> ArticleRow:
    fields = {"title": draft.title, "category": draft.category, "body": draft.body, "asked": list(draft.asked)}
    return ArticleRow(slug=draft.slug, locale=draft.locale, version=1, updated_at=now, withdrawn_at=None, **fields)


def _update(row: ArticleRow, draft: Draft, now: datetime) -> bool:
    """Whether anything changed. New questions to find it by are no new version of what customers read."""
    reworded = (row.title, row.category, row.body) != (draft.title, draft.category, draft.body)
    if not reworded and list(row.asked) == list(draft.asked) and row.withdrawn_at is None:
        return False
    row.version += reworded
    row.title, row.category, row.body, row.asked = draft.title, draft.category, draft.body, list(draft.asked)
    row.withdrawn_at, row.updated_at = None, now
    return True


def _article(row: ArticleRow) -> Article:
    passages = tuple(paragraphs(row.body))
    return Article(row.slug, row.locale, row.version, row.title, row.category, passages, tuple(row.asked))
