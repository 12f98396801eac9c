"""A message as a text: what goes out, and which option an answer means."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.rules import texting


@dataclass(frozen=True)
class Option:
    label: str


YES, NO, PERSON = Option("Yes, cancel it"), Option("No, keep it"), Option("Talk to a person")
THREE = [YES, NO, PERSON]


def test_options_become_a_numbered_list() -> None:
    text = texting.render("Shall I cancel it?", [option.label for option in THREE])
    assert text == "Shall I cancel it?\n\nReply 1: Yes, cancel it\n2: No, keep it\n3: Talk to a person"


def test_a_message_without_options_is_its_text() -> None:
    assert texting.render("  It’s on its way.  ", []) == "It's on its way."


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1", YES), ("1.", YES), ("#2", NO), ("(3)", PERSON), ("one", YES), ("Two", NO), ("the second one", NO),
        ("the first", YES), ("2nd", NO), ("last one", PERSON), ("option 3", PERSON), ("Reply 2", NO), ("I'll take 2", NO),
        ("1 please", YES), ("1\ufe0f\u20e3", YES), ("２", NO), ("٢", NO), ("yes", YES), ("No", NO), ("YES!", YES),
        ("talk to a person", PERSON), ("Talk to a persn", PERSON), ("tlak to a person", PERSON), ("no,keep it", NO),
        ("“Yes, cancel it”", YES), (" 3 ", PERSON),
    ],
)  # fmt: skip
def test_an_answer_finds_its_option(said: str, meant: Option) -> None:
    assert texting.resolve(said, THREE) == meant


@pytest.mark.parametrize(
    "said",
    [
        "4",
        "0",
        "12",
        "1 2",
        "2024",
        "",
        "   ",
        "cancel",
        "why?",
        "one of my orders is late",
        "#W1234567",
        "10001",
        "-",
        "no thanks two one",
    ],
)
def test_other_words_choose_nothing(said: str) -> None:
    assert texting.resolve(said, THREE) is None


def test_nothing_is_chosen_where_nothing_is_offered() -> None:
    assert texting.resolve("1", []) is None


def test_near_misses_never_cross_a_digit_or_a_first_letter() -> None:
    sizes = [Option("Size 37 in green"), Option("Size 38 in green")]
    assert texting.resolve("size 38 in gren", sizes) == sizes[1]
    assert texting.resolve("size 39 in green", sizes) is None
    assert texting.resolve("delivered", [Option("Undelivered")]) is None


def test_two_equally_near_labels_choose_nothing() -> None:
    assert texting.resolve("blue shire", [Option("Blue shirt"), Option("Blue shirk")]) is None


def test_an_exact_label_beats_a_number() -> None:
    assert texting.resolve("2", [Option("3"), Option("1"), Option("2")]) == Option("2")


@given(st.text(max_size=4000), st.lists(st.text(min_size=1, max_size=60), max_size=6))
def test_one_body_is_never_too_long_and_keeps_every_option(text: str, labels: list[str]) -> None:
    body = texting.render(text, labels)
    assert texting.length(body) <= texting.LONGEST
    for number, label in enumerate(labels[1:], start=2):
        assert f"\n{number}: {texting.fold(label).strip()}" in body


def test_a_text_that_must_be_cut_says_so_and_tears_nothing_apart() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    body = texting.render(family * 300, ["Yes"])
    assert texting.length(body) <= texting.LONGEST
    words = body.partition("\n\n")[0]
    assert words.endswith("...")
    assert words.removesuffix("...").replace(family, "") == ""


def test_too_long_is_known_before_sending() -> None:
    assert not texting.too_long("a" * 1600)
    assert texting.too_long("a" * 1601)
    assert texting.too_long("\U0001f600" * 801)


@given(st.integers(1, 10), st.integers(1, 10))
def test_numbers_choose_exactly_what_they_count(offered: int, number: int) -> None:
    options = [Option(f"Choice {chr(64 + n) * 4}") for n in range(1, offered + 1)]
    chosen = texting.resolve(str(number), options)
    assert chosen == (options[number - 1] if number <= offered else None)
