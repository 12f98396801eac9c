"""Questions find their articles, the index follows every change, and many threads may ask at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from shop.ground.db import Database
from shop.knowledge import articles, files, search
from shop.knowledge.words import Words, stem, stems
from tests.shop.knowledge.conftest import DEMO, Write
from tests.shop.small import NOW

BIKES = "We repair bicycles of every brand within two days."


def slugs(hits: list[search.Hit]) -> list[str]:
    return [hit.article.slug for hit in hits]


@pytest.mark.parametrize(
    ("question", "slug", "words"),
    [
        ("how long do i have to return something", "return-window", "30 days after delivery"),
        ("is the cutting board ok in the dishwasher", "care", "Cutting boards and knives are washed by hand."),
        ("do you ship to canada", "where-we-deliver", "Canada and Mexico included"),
        ("no printer here for my return label", "return-shipping", "Without a printer"),
        ("GIFT CARDS???", "gift-cards", "by e-mail within an hour"),
        ("whats ur return policy", "return-window", "30 days after delivery"),
        ("what are the shipping fees", "shipping-cost", "Standard delivery costs"),
        ("when will my card be charged", "when-charged", "when you place the order"),
    ],
)
def test_a_question_finds_the_passage(demo: Session, question: str, slug: str, words: str) -> None:
    best = search.fitting(demo, question)[0]
    assert best.article.slug == slug
    assert words in best.passage or words in " ".join(best.quote)
    assert best.passage in best.quote and 1 <= len(best.quote) <= 3


def test_hits_come_best_first_and_no_more_than_asked_for(demo: Session) -> None:
    hits = search.search(demo, "refund", 5)
    assert len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.score <= 1 for hit in hits)


@pytest.mark.parametrize("question", ["who won the game last night", "asdf qwer zxcv", "", "   ", "🙂", "привет"])
def test_what_no_article_answers_gets_none(demo: Session, question: str) -> None:
    assert search.fitting(demo, question) == []
    assert search.certain(demo, question) is None


def test_what_was_not_understood_needs_more(demo: Session) -> None:
    assert search.certain(demo, "do gift cards expire") is not None
    assert search.CERTAIN > search.FITS


def test_a_letter_is_answered_by_its_beginning(demo: Session) -> None:
    assert slugs(search.fitting(demo, "do gift cards expire? " + "thank you so much " * 220))[:1] == ["gift-cards"]


def test_without_articles_nothing_fits(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        assert search.search(session, "how do returns work") == []


def test_the_index_follows_every_change(db: Database, write: Write) -> None:
    with db.transaction() as session:
        articles.load(session, files.read(write("returns", "Send it back within 30 days.", "Returns")), NOW)
        assert slugs(search.search(session, "bike repair")) == ["returns"]
        kept = search.index(session)
        assert search.index(session) is kept
        later = NOW + timedelta(seconds=1)
        articles.load(session, files.read(write("bikes", BIKES, "Bicycles")), later)
        assert slugs(search.search(session, "bike repair")) == ["bikes", "returns"]
        articles.load(session, files.read(write("bikes", "We sell no bicycles.", "Bicycles")), later)
        assert search.search(session, "bike repair")[0].passage == "We sell no bicycles."
        articles.load(session, files.read(DEMO), later)
        assert "bikes" not in slugs(search.search(session, "bike repair", 60))


def test_many_threads_share_one_index(sqlite_db: Database, write: Write) -> None:
    with sqlite_db.transaction() as session:
        articles.load(session, files.read(write("bikes", BIKES, "Bicycles")), NOW)

    def ask(_: int) -> tuple[int, list[str]]:
        with sqlite_db.transaction() as session:
            return id(search.index(session)), slugs(search.search(session, "bike repair"))

    with ThreadPoolExecutor(8) as pool:
        answers = set(map(str, pool.map(ask, range(40))))
    assert len(answers) == 1


def test_stems_join_the_forms_of_a_word() -> None:
    for forms in (
        ("return", "returns", "returned", "returning"),
        ("delivery", "deliveries"),
        ("size", "sizes", "sized"),
    ):
        assert len({stem(form) for form in forms}) == 1, forms
    assert stem("address") == stem("addresses") and stem("shipping") == stem("ship")
    assert stems("Is the RETURN of it free?") == [stem("return"), stem("free")]


def test_rare_words_count_more_and_unknown_ones_against(demo: Session) -> None:
    words = Words(["the oak table", "the oak chair", "a lamp"])
    oak = words.scores("oak table")
    assert oak[0] > oak[1] > oak[2] == 0
    assert words.scores("oak table in the jungle")[0] < oak[0] <= 1
    assert list(words.scores("the of")) == [0, 0, 0]
