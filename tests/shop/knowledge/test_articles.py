"""A folder of articles comes in whole: versions rise with the words, what is gone is withdrawn and may come back."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ground.db import Database
from shop.knowledge import articles, files, vectors
from shop.knowledge.tables import ArticleRow, VectorRow
from shop.text.encoder import encoder
from tests.shop.knowledge.conftest import Write
from tests.shop.small import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def session(db: Database) -> Session:
    with db.transaction() as opened:
        yield opened


def versions(session: Session) -> dict[str, int]:
    return {article.slug: article.version for article in articles.current(session)}


def test_the_version_rises_with_the_words(session: Session, write: Write) -> None:
    assert articles.none(session)
    write("one")
    first = articles.load(session, files.read(write("two")), NOW)
    assert first.added == ["one", "two"] and versions(session) == {"one": 1, "two": 1}
    second = articles.load(session, files.read(write("two", "Other words.")), LATER)
    assert (second.added, second.changed, second.unchanged) == ([], ["two"], ["one"])
    assert versions(session) == {"one": 1, "two": 2}
    assert session.get_one(ArticleRow, ("one", "en")).updated_at == NOW
    assert session.get_one(ArticleRow, ("two", "en")).updated_at == LATER
    articles.load(session, files.read(write("two", "Other words.", more="asked: [what is it]\n")), LATER)
    assert versions(session) == {"one": 1, "two": 2}
    assert [article.asked for article in articles.current(session)] == [(), ("what is it",)]


def test_what_is_gone_is_withdrawn_and_may_come_back(session: Session, write: Write) -> None:
    write("one")
    both = files.read(write("two"))
    articles.load(session, both, NOW)
    assert articles.load(session, both[:1], LATER).withdrawn == ["two"]
    assert versions(session) == {"one": 1}
    assert articles.find(session, "two") is not None and not articles.none(session)
    assert articles.load(session, both[:1], LATER).withdrawn == []
    assert articles.load(session, both, LATER).changed == ["two"]
    assert versions(session) == {"one": 1, "two": 1}


def test_languages_are_apart(session: Session, write: Write) -> None:
    write("one")
    articles.load(session, files.read(write("one.es", title="Uno")), NOW)
    assert [article.title for article in articles.current(session, "es")] == ["Uno"]
    assert versions(session) == {"one": 1}


@pytest.mark.parametrize(
    "change",
    [
        lambda drafts, write: drafts[:1],
        lambda drafts, write: files.read(write("two", "Other words.")),
        lambda drafts, write: files.read(write("three")),
        lambda drafts, write: files.read(write("two", more="asked: [what is it]\n")),
    ],
    ids=["withdrawn", "reworded", "added", "asked"],
)
def test_every_change_is_another_stamp(
    session: Session, write: Write, change: Callable[[list[files.Draft], Write], list[files.Draft]]
) -> None:
    write("one")
    drafts = files.read(write("two"))
    articles.load(session, drafts, NOW)
    before = articles.stamp(session)
    articles.load(session, drafts, LATER)
    assert articles.stamp(session) == before
    articles.load(session, change(drafts, write), LATER)
    assert articles.stamp(session) != before


def test_vectors_are_kept_by_their_texts(session: Session) -> None:
    made = vectors.of(session, encoder(), ["one text", "another"])
    vectors.keep(session, made)
    again = vectors.of(session, encoder(), ["another", "a third", "one text"])
    assert all(np.array_equal(again[text], made[text]) for text in made)
    vectors.keep(session, {text: again[text] for text in ("another", "a third")})
    kept = set(session.scalars(select(VectorRow.digest)))
    assert kept == {vectors.digest("another"), vectors.digest("a third")}
