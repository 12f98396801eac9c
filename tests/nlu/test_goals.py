"""Recognition as shipped, on sentences it never saw. The goals stand in docs/understanding.md."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from bot.nlu.entities import find
from bot.nlu.report import Heldout, figures, judge, report
from bot.nlu.trained import Recogniser
from bot.nlu.vocabulary import Vocabulary

HELDOUT = Path(__file__).parent / "heldout"


def test_intents_and_strangers(model: Path) -> None:
    found = figures(judge(model, Heldout.read(HELDOUT)))
    assert found["intent_accuracy"] >= 0.95, found
    assert found["out_of_scope_recall"] >= 0.90, found
    assert found["false_rejection"] <= 0.05, found


def test_entities(vocabulary: Vocabulary) -> None:
    wanted, found, both = 0, 0, 0
    for line in yaml.safe_load((HELDOUT / "entities.yml").read_text()):
        expected = Counter(line["has"])
        got = Counter(f"{f.entity}={f.value}" for f in find(line["text"], vocabulary))
        wanted, found, both = wanted + expected.total(), found + got.total(), both + (expected & got).total()
    precision, recall = both / found, both / wanted
    assert 2 * precision * recall / (precision + recall) >= 0.95


def test_the_report_is_a_page_with_a_picture(model: Path, tmp_path: Path) -> None:
    result = report(model, HELDOUT, tmp_path)
    page = Path(result["page"]).read_text()
    assert "confusion.png" in page and "{" not in page.split("<body>")[1]
    assert Path(result["picture"]).read_bytes().startswith(b"\x89PNG")


ODD = [
    "",
    " ",
    "😀😀😀",
    "¿dónde está mi pedido?",
    "где мой заказ",
    "\u0000\ufffd",
    "a" * 4000,
    "where is my order " * 220,
    "'" * 500,
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_parsed(recogniser: Recogniser, text: str) -> None:
    (parse,) = recogniser.ask([text])
    assert parse["intent"]["name"] is not None
    assert 0 <= parse["intent"]["confidence"] <= 1


def test_nothing_said_is_not_understood(recogniser: Recogniser) -> None:
    for parse in recogniser.ask(["", "   "]):
        assert parse["intent"]["name"] == "nlu_fallback"


def test_slips_and_shorthand(recogniser: Recogniser) -> None:
    asked = {"wher is my pakage": "track_order", "cancle my ordr plz": "cancel_order", "tlk 2 a humn": "ask_person"}
    found = {text: parse["intent"]["name"] for text, parse in zip(asked, recogniser.ask(list(asked)), strict=True)}
    assert found == asked
