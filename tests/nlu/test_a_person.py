"""A person can be asked for in any words: of those in `a_person.txt` none is missed, however they are typed."""

from pathlib import Path

import pytest

pytest.importorskip("rasa")

from bot.nlu.trained import Recogniser

WAYS = (Path(__file__).parent / "a_person.txt").read_text(encoding="utf-8").splitlines()


def test_in_any_words(recogniser: Recogniser) -> None:
    assert len(WAYS) >= 40
    typed = [*WAYS, *(words.upper() for words in WAYS), *(f"{words}!" for words in WAYS)]
    found = dict(zip(typed, (parse["intent"]["name"] for parse in recogniser.ask(typed)), strict=True))
    assert {words: intent for words, intent in found.items() if intent != "ask_person"} == {}
