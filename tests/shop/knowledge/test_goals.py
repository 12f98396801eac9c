"""The search finds what it should, by questions it was not made with; and the articles say what the policy says."""

import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy.orm import Session

from shop import policy
from shop.ground.settings import Settings
from shop.knowledge import articles, evaluation, files
from tests.shop.knowledge.conftest import DEMO, ROOT

HELD, TUNING = (Path(__file__).with_name(f"{name}.yml") for name in ("heldout", "tuning"))


def plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def texts(path: Path) -> list[str]:
    return [plain(question.text) for question in evaluation.read(path)]


def trained() -> set[str]:
    """What recognition learns from, without marks of entities."""
    found = set()
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        for entry in yaml.safe_load(path.read_text())["nlu"]:
            lines = str(entry.get("examples", "")).splitlines()
            found |= {plain(re.sub(r"\[([^]]*)\](\([^)]*\)|\{[^}]*\})", r"\1", line[2:])) for line in lines}
    return found


def test_the_goals_are_kept(demo: Session) -> None:
    report = evaluation.measure(demo, evaluation.read(HELD))
    assert report.questions >= 150 and report.strangers >= 50
    assert report.recall_at_1 >= 0.85, report.missed
    assert report.recall_at_3 >= 0.95
    assert report.strangers_answered <= 0.10
    assert report.strangers_certain <= 0.02
    assert report.answered_right >= 0.75 and report.answered_wrong <= 0.10


def test_held_out_questions_are_used_for_nothing_else() -> None:
    held, tuning = texts(HELD), texts(TUNING)
    asked = {plain(question) for draft in files.read(DEMO) for question in (*draft.asked, draft.title)}
    assert len(held) == len(set(held)) and len(tuning) == len(set(tuning))
    assert set(held) & (set(tuning) | trained() | asked) == set()
    assert len([question for question in evaluation.read(TUNING) if question.answers]) >= 100


@pytest.mark.parametrize("path", [HELD, TUNING], ids=["held out", "tuning"])
def test_every_article_is_asked_for_and_no_other(path: Path) -> None:
    named = {slug for question in evaluation.read(path) for slug in question.answers}
    assert named == {draft.slug for draft in files.read(DEMO)}


@pytest.fixture
def said(demo: Session) -> dict[str, str]:
    return {article.slug: " ".join(article.passages) for article in articles.current(demo)}


def test_the_articles_say_what_the_policy_says(said: dict[str, str], settings: Settings) -> None:
    policy.start(settings)
    rules = policy.current()
    days = rules.return_window_days
    assert f"{days['standard']} days" in said["return-window"]
    for slug in ("return-window", "loyalty"):
        assert f"{days['silver']}" in said[slug] and f"{days['gold']}" in said[slug]
    assert rules.refund_days["credit_card"] == rules.refund_days["paypal"] == "5 to 7 business days"
    assert "takes 5 to 7 business days" in said["refund-time"] and "gift card is there at once" in said["refund-time"]
    assert rules.codes.lifetime_minutes == 10 and "ten minutes" in said["one-time-codes"]
    assert rules.fresh_contact_days == 7 and "seven days" in said["change-email"]
    assert rules.stale_tracking_days == 5 and "five days" in said["tracking"]
    assert rules.return_address.split(", ", 1)[1].removesuffix(", USA") in said["stores"]
    for slug in ("return-window", "exchange", "change-items"):
        assert "once" in said[slug]
    for slug in ("cancel-an-order", "change-address", "change-items", "payment-methods"):
        assert "pending" in said[slug]


def test_the_spelling_is_american(said: dict[str, str]) -> None:
    british = r"\b(colou?rs?(?<!color)(?<!colors)|organisation|cheques?|instalments?|centre|grey|catalogue)\b"
    assert {slug for slug, text in said.items() if re.search(british, text, re.I)} == set()
