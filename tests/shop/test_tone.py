"""What is written in anger, and what only looks like it."""

import pytest

from shop import tone


@pytest.mark.parametrize(
    "text",
    [
        *("where the f*** is my order", "FUCKING HELL", "wtf", "this sh*t again", "what the hell is going on"),
        *("you stupid bot", "this is ridiculous!!", "Useless.", "I'm fed up with this", "waste of time", "damn it"),
        *("I want to talk to my lawyer", "you are a bunch of idiots", "what a rip-off"),
    ],
)
def test_strong(text: str) -> None:
    assert tone.strong(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "where is my order",
            "hello",
            "the shell lamp",
            "tell me a joke",
            "a scampi dish",
            "my class is at 5",
            "Dick Shipman, 02110",
        ),
        *("f* or m size", "I use it less", "the glass arrived", "12 Hellman Street", "sh"),
    ],
)
def test_not_strong(text: str) -> None:
    assert not tone.strong(text)
