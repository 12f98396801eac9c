"""The field `address`: a postal address, in one go or piece by piece."""

import re
from typing import Any

from actions.requests.flow import Asked, Field, Scene, Took, Unclear
from actions.requests.message import Message
from actions.turn import Said
from shop import wording
from shop.models import Address

PARTS = {"address1": "street", "address2": "unit", "city": "city", "state": "state", "zip": "zip"}
NEEDED = ("address1", "city", "state", "zip")
UNIT = re.compile(r"\b(?:flat|apt|apartment|suite|ste|unit|room)\b\.?\s*#?\s*\w{1,6}\b", re.IGNORECASE)
# What a bare answer to a question for one part looks like, where recognition saw nothing in it.
BARE = {
    "address1": re.compile(r"\d+\w?\s+\S.{1,80}"),
    "city": re.compile(r"[^\W\d_][^\d,]{1,60}"),
    "state": re.compile(r"[A-Za-z]{2}"),
    "zip": re.compile(r"\d{5}(?:-?\d{4})?"),
}
NO_ANSWER = frozenset({"affirm", "deny", "stop", "correct", "resume", "goodbye", "thank", "greet"})


def field(ask: str, ask_rest: str) -> Field:
    """`ask` and `ask_rest` {missing} are responses: the whole address, and what it still lacks."""

    def hear(scene: Scene, message: Message) -> Took | Unclear | None:
        told = _told(message)
        known = scene.known.get("address") or scene.draft("address")
        if not told and scene.request.asked == "address":
            told = _bare(message, _missing(known))
        if not told:
            return None
        parts = {**({} if told.keys() >= {"address1", "zip"} else known), **told}
        if "address1" in told and "address2" not in told:
            parts.pop("address2", None)
        if not _missing(parts):
            return Took(parts)
        scene.request.drafts["address"] = parts
        return Unclear()

    def question(scene: Scene) -> Asked:
        draft = scene.draft("address")
        if not draft:
            return Asked(Said(ask))
        missing = wording.listed([wording.say(f"address_needs_{part}") for part in _missing(draft)])
        return Asked(Said(ask_rest, {"missing": missing}))

    return Field("address", hear, question, takes=frozenset(PARTS.values()))


def address(known: dict[str, Any]) -> Address:
    """The known address; the country is that of the old one."""
    return Address(**{part: str(known.get(part) or "") for part in PARTS}, country="")


def _told(message: Message) -> dict[str, str]:
    told = {part: value for part, entity in PARTS.items() if (value := message.value(entity))}
    unit = UNIT.search(message.text)
    if unit and told and "address2" not in told:
        told["address2"] = unit[0]
    return told


def _bare(message: Message, missing: list[str]) -> dict[str, str]:
    """The text itself, where it answers the question for the one part that is missing, or for the first."""
    text = message.text.strip().rstrip(".")
    if message.intent in NO_ANSWER or not missing or not BARE[missing[0]].fullmatch(text):
        return {}
    return {missing[0]: text.upper() if missing[0] == "state" else text}


def _missing(parts: dict[str, Any]) -> list[str]:
    return [part for part in NEEDED if not parts.get(part)]
