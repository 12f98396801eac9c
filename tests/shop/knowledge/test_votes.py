"""Whether an article helped: counted once a conversation, for the version that was read."""

import pytest
from sqlalchemy.orm import Session

from shop.ground.db import Database
from shop.knowledge import articles, files, votes
from tests.shop.knowledge.conftest import Write
from tests.shop.small import NOW


@pytest.fixture
def session(db: Database, write: Write) -> Session:
    with db.transaction() as opened:
        write("one")
        articles.load(opened, files.read(write("two")), NOW)
        yield opened


def counted(session: Session) -> list[tuple[str, int, int]]:
    return [(one.slug, one.helped, one.not_helped) for one in votes.tallies(session)]


def test_the_last_word_of_a_conversation_counts(session: Session) -> None:
    for message_id, helped in (("m1", False), ("m1", False), ("m2", True)):
        votes.note(session, "one", 1, "c1", message_id, helped, NOW)
    assert counted(session) == [("two", 0, 0), ("one", 1, 0)]
    votes.note(session, "two", 1, "c1", "m3", False, NOW)
    votes.note(session, "two", 1, "c2", "m1", False, NOW)
    assert counted(session) == [("two", 0, 2), ("one", 1, 0)]


def test_new_words_begin_anew(session: Session, write: Write) -> None:
    votes.note(session, "one", 1, "c1", "m1", False, NOW)
    articles.load(session, files.read(write("one", "Better words.")), NOW)
    assert ("one", 0, 0) in counted(session)
    votes.note(session, "one", 2, "c1", "m2", True, NOW)
    assert ("one", 1, 0) in counted(session)
