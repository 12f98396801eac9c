"""The help articles, as the office reads and rewrites them: what is saved is a new version, found from the next question on."""

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.rules import audit
from shop.ground import clock
from shop.ground.errors import BadInput, Conflict, NotFound
from shop.knowledge import files, votes
from shop.knowledge.tables import ArticleRow

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LOCALE = re.compile(r"[a-z]{2}")


def every(session: Session) -> list[dict[str, Any]]:
    """All of them by slug, with what customers said of the present version; those taken back last."""
    said = {(tally.slug, tally.locale): (tally.helped, tally.not_helped) for tally in votes.tallies(session)}
    rows = session.scalars(
        select(ArticleRow).order_by(ArticleRow.withdrawn_at.is_not(None), ArticleRow.slug, ArticleRow.locale)
    )
    return [
        {
            "slug": row.slug,
            "locale": row.locale,
            "version": row.version,
            "title": row.title,
            "category": row.category,
            "withdrawn": row.withdrawn_at is not None,
            "updated_at": clock.iso(row.updated_at),
            "helped": said.get((row.slug, row.locale), (0, 0))[0],
            "not_helped": said.get((row.slug, row.locale), (0, 0))[1],
        }
        for row in rows
    ]


def one(session: Session, slug: str, locale: str) -> dict[str, Any]:
    row = session.get(ArticleRow, (slug, locale))
    if row is None:
        raise NotFound("There is no such article.")
    return {
        "slug": row.slug,
        "locale": row.locale,
        "version": row.version,
        "title": row.title,
        "category": row.category,
        "body": row.body,
        "asked": list(row.asked),
        "withdrawn": row.withdrawn_at is not None,
        "updated_at": clock.iso(row.updated_at),
    }


def write(
    session: Session, by: str, slug: str, locale: str, seen: str, title: str, category: str, body: str, asked: list[str]
) -> dict[str, Any]:
    """A new version, or a new article where `seen` is empty: else it is the moment of the last change that was seen."""
    title, category = " ".join(title.split()), " ".join(category.split())
    body, asked = body.replace("\r\n", "\n").strip(), [" ".join(one.split()) for one in asked if one.strip()]
    _check(slug, locale, title, category, body)
    row = session.scalar(
        select(ArticleRow).where(ArticleRow.slug == slug, ArticleRow.locale == locale).with_for_update()
    )
    if (clock.iso(row.updated_at) if row else "") != seen:
        why = (
            "Somebody else has changed this article since you opened it."
            if seen
            else "There is such an article already."
        )
        raise Conflict(why, code="stale")
    now = clock.now()
    if row is None:
        row = ArticleRow(slug=slug, locale=locale, version=0, title="", category="", body="", asked=[], updated_at=now)
        session.add(row)
    reworded = (row.title, row.category, row.body) != (title, category, body)
    row.version += reworded
    row.title, row.category, row.body, row.asked = title, category, body, asked
    row.updated_at, row.withdrawn_at = now, None
    session.flush()
    audit.note(session, by, "article_written", f"{slug}.{locale}", version=row.version)
    return one(session, slug, locale)


def withdraw(session: Session, by: str, slug: str, locale: str, seen: str) -> dict[str, Any]:
    """Nobody is shown it any more; writing it anew brings it back."""
    row = session.get(ArticleRow, (slug, locale), with_for_update=True)
    if row is None:
        raise NotFound("There is no such article.")
    if clock.iso(row.updated_at) != seen or row.withdrawn_at is not None:
        raise Conflict("Somebody else has changed this article since you opened it.", code="stale")
    row.withdrawn_at = row.updated_at = clock.now()
    session.flush()
    audit.note(session, by, "article_withdrawn", f"{slug}.{locale}")
    return one(session, slug, locale)


def _check(slug: str, locale: str, title: str, category: str, body: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise BadInput("The short name is made of small letters, figures and hyphens.", code="slug")
    if not _LOCALE.fullmatch(locale):
        raise BadInput("The language is two letters, such as en.", code="locale")
    for field, given in (("title", title), ("category", category), ("body", body)):
        if not given:
            raise BadInput(f"The {'text' if field == 'body' else field} is missing.", code=field)
    if len(title) > files.TITLE_MOST:
        raise BadInput(f"A title has at most {files.TITLE_MOST} characters.", code="title")
    for number, passage in enumerate(files.paragraphs(body), 1):
        if len(passage) > files.PASSAGE_MOST:
            raise BadInput(f"Paragraph {number} is longer than {files.PASSAGE_MOST:,} characters.", code="body")
