"""What a visitor hears who asks for something of theirs and is nobody yet: the one place that decides it."""

from typing import Any

from actions.turn import Answer, Said, Turn


def recognise(turn: Turn, topic: dict[str, Any]) -> Answer:
    """How they are recognised, and nothing of anybody."""
    return Answer([Said("utter_not_recognised")], topic)
