"""The shop's words in the bot's ears: read from a file, read again when it changes; and no pattern is slow."""

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.nlu.entities import find
from bot.nlu.typos import Speller, distance, expand
from bot.nlu.vocabulary import Vocabulary, VocabularyFile

COMMON = frozenset({"where", "please", "lamp", "house"})


def write(path: Path, products: list[str], at: int) -> None:
    path.write_text(json.dumps({"products": products, "options": {"size": ["S", "M"]}}))
    os.utime(path, (at, at))


def products(file: VocabularyFile, text: str) -> list[object]:
    return [found.value for found in find(text, file.current()) if found.entity == "product"]


def test_new_words_are_known_without_training(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.json"
    file = VocabularyFile(path, COMMON)
    assert products(file, "the desk lamp") == []
    write(path, ["Desk Lamp"], 1)
    assert products(file, "the desk lamps") == ["Desk Lamp"]
    write(path, ["Garden Gnome"], 2)
    assert products(file, "a desk lamp and a gnome") == ["Garden Gnome"]
    path.unlink()
    assert products(file, "gnome") == []


SAID = yaml.safe_load((Path(__file__).parent / "said.yml").read_text())


@pytest.mark.parametrize("line", SAID, ids=[line["text"] for line in SAID])
def test_what_is_said_in_the_flows(vocabulary: Vocabulary, line: dict[str, Any]) -> None:
    assert [f"{found.entity}={found.value}" for found in find(line["text"], vocabulary)] == line["has"]


def test_a_half_written_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "vocabulary.json"
    write(path, ["Desk Lamp"], 1)
    file = VocabularyFile(path, COMMON)
    file.current()
    for broken in ('{"products": ["Des', "[]", '{"products": 7}'):
        path.write_text(broken)
        assert products(file, "desk lamp") == ["Desk Lamp"]


def test_a_word_of_several_products_stays_a_word() -> None:
    words = Vocabulary.of({"products": ["Desk Lamp", "Floor Lamp"]}, COMMON)
    assert [f.value for f in find("my lamp, the floor lamp", words)] == ["lamp", "Floor Lamp"]


def test_letters_are_sizes_only_in_company(vocabulary: Vocabulary) -> None:
    def options(text: str) -> list[object]:
        return [f.value for f in find(text, vocabulary) if f.entity == "option"]

    assert options("I'm on my way, it's s") == []
    assert options("size m please, thanks a lot") == ["M"]
    assert options("the one in M would be better") == ["M"]


def test_places_are_those_of_the_text() -> None:
    text = "😀 it's  w1234567, OK?"
    (found,) = find(text, Vocabulary())
    assert text[found.start : found.end] == "w1234567"


@pytest.mark.parametrize(
    "piece", ["1", "a ", "12 main ", "order ", "no ", "#", "all ", "w1", "@a.", "'", "$1,", "2 mug "]
)
def test_no_text_is_slow(vocabulary: Vocabulary, piece: str) -> None:
    started = time.process_time()
    find((piece * 4000)[:4000], vocabulary)
    assert time.process_time() - started < 2


def test_distance_counts_a_swap_as_one() -> None:
    assert [distance("recieve", "receive", 2), distance("abc", "abd", 1), distance("abcdef", "uvwxyz", 2)] == [1, 1, 3]


def test_only_unknown_words_are_touched() -> None:
    speller = Speller(["where is my parcel", "my parcel please"], COMMON)
    assert speller("wher is my prcel at my house") == "where is my parcel at my house"
    assert speller("u r right") == "you are right"


def test_orders_are_all_alike_to_the_intent() -> None:
    assert expand("where is #W1234567") == expand("where is #W7654321")
