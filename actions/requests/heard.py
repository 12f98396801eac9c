"""What a message told about items beside what was asked: kept until its turn comes, and heard only once."""

import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from itertools import pairwise
from typing import Any

from actions.requests.flow import Scene
from actions.requests.message import Message
from shop.orders import Line
from shop.picking.items import Items
from shop.picking.mentions import Mention

VARIANTS = "variants"
_STORE = "items"  # no field has this name: it outlives a change of the lines
_EACH = re.compile(
    r"\b(?:the\s+)?(?:one|other|another|first|second|third)(?:\s+one)?(?=\s+(?:in|with|to|for|as|into|should|shall)\b)",
    re.I,
)


def store(scene: Scene) -> dict[str, Any]:
    return scene.draft(_STORE)


def draft(scene: Scene, field: str) -> dict[str, Any]:
    """What a field has heard of its value so far."""
    found: dict[str, Any] = store(scene).setdefault(field, {})
    return found


def of_line(scene: Scene, line_id: int) -> dict[str, Any]:
    """What is known of one line: `variant` (chosen), `wish` (a message), `near` (variants to choose from)."""
    found: dict[str, Any] = store(scene).setdefault(str(line_id), {})
    return found


def already(scene: Scene, field: str) -> bool:
    """Whether this turn's message was heard for the field: Rasa's form goes through it more than once."""
    return bool(store(scene).get(f"heard {field}") == scene.message_id)


def mark(scene: Scene, field: str) -> None:
    store(scene)[f"heard {field}"] = scene.message_id


def keep_wishes(scene: Scene, message: Message, found: Items) -> None:
    """Note down what was said of items in passing: "the mug in white" while the question is which items."""
    keep_wish(scene, message, [*found.wishes, *(found.line_ids if found.loose else ())])


def keep_wish(scene: Scene, message: Message, line_ids: Iterable[int]) -> None:
    for line_id in line_ids:
        of_line(scene, line_id)["wish"] = asdict(message)


def wish(scene: Scene, line_id: int, keep: bool = False) -> Message | None:
    """What was said of the line before its turn came; given out once, unless it is only looked at."""
    known = of_line(scene, line_id)
    told = known.get("wish") if keep else known.pop("wish", None)
    if told is None:
        return None
    return Message(**{**told, "mentions": tuple(Mention(**mention) for mention in told["mentions"])})


def about(message: Message, line: Line, found: Items, alike: bool) -> Message:
    """The part of a message that is about one line, where another line of the same product is spoken of too."""
    own = found.wishes.get(line.id)
    if not own or not alike:
        return message
    return cut(message, min(mention.start for mention in own), max(mention.end for mention in own))


def cut(message: Message, start: int, end: int) -> Message:
    """The message with everything else blanked out, so that places stay."""
    text = " " * start + message.text[start:end] + " " * (len(message.text) - end)
    return replace(message, text=text, mentions=tuple(m for m in message.mentions if start <= m.start and m.end <= end))


def without(message: Message, start: int, end: int) -> Message:
    """The message with this blanked out."""
    text = message.text[:start] + " " * (end - start) + message.text[end:]
    return replace(message, text=text, mentions=tuple(m for m in message.mentions if m.end <= start or end <= m.start))


def parts(message: Message, number: int) -> list[Message]:
    """ "One in oak and one in beech" for two of the same: a part for each; else the whole for all."""
    starts = [match.start() for match in _EACH.finditer(message.text)]
    if number < 2 or len(starts) != number:
        return [message] * number
    return [cut(message, start, end) for start, end in pairwise([*starts, len(message.text)])]
