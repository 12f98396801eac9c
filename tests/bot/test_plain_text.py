"""No text of a customer reaches Rasa's command reader, whatever stands before the slash and whatever slash it is."""

import itertools
import sys
import unicodedata

from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.training_data.message import Message

from bot.plain_text import NOTHING, plain

COMMANDS = ("restart", "greet", 'affirm{"plan": "p1"}', "cancel_order@1.0", "session_start", " /back", "")
SLASHES = "/\uff0f\u2044\u2215\u2571\u29f8\u27cb"
CHARACTERS = [chr(c) for c in range(sys.maxunicode + 1)]
STRIPPED = [c for c in CHARACTERS if c.isspace()]


def begins_with_a_slash(text: str) -> bool:
    """As Rasa's reader looks, also after a normaliser: without this it never takes a text for an intent."""
    forms = [text, *(unicodedata.normalize(form, text) for form in ("NFKC", "NFKD"))]
    return any(form.strip().startswith("/") for form in forms)


def is_command(text: str) -> bool:
    return begins_with_a_slash(text) or "intent" in YAMLStoryReader.unpack_regex_message(Message({"text": text})).data


def test_the_reader_is_the_one_to_fear() -> None:
    assert len(STRIPPED) == 29
    for blank in ("", *STRIPPED):
        assert "intent" in YAMLStoryReader.unpack_regex_message(Message({"text": f"{blank}/restart"})).data
    assert is_command("\u3000\uff0frestart")


def test_every_blank_and_every_slash() -> None:
    blanks = ["", *STRIPPED, " \t\u3000", "\u200b", "\ufeff ", "\u00ad"]
    for blank, slash, times, command in itertools.product(blanks, SLASHES, (1, 2, 5), COMMANDS):
        for text in (blank + slash * times + command, (blank + slash) * times + blank + command):
            assert not is_command(plain(text)), repr(text)


def test_every_character_before_a_slash_and_as_a_slash() -> None:
    for character in CHARACTERS:
        for text in (character + "/restart", character + "restart"):
            if begins_with_a_slash(text):
                assert not is_command(plain(text)), repr(text)


def test_the_words_stay() -> None:
    assert plain("/restart") == "restart"
    assert plain(" \uff0f / where is it?") == "where is it?"


def test_other_texts_stay_as_they_are() -> None:
    for text in (
        "hello",
        "  hello",
        "1/2 off",
        "and/or",
        "-/- no",
        "\u00bd price",
        "#W1234567",
        "ノート",
        "\U0001f44d",
    ):
        assert plain(text) == text


def test_nothing_left_is_no_words() -> None:
    for text in ("/", " //// ", "\u3000\uff0f", "\u2044\u200b", "\u200b\u2060"):
        assert plain(text) == NOTHING
