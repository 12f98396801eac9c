"""What the console's stub answers about replies that go out later."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.browser.console_beside import FILES

if TYPE_CHECKING:
    from tests.browser.console_stub import ConsoleStub, Conversation

Json = dict[str, Any]
ROUTE = re.compile(r"/api/console/conversations/([^/]+)/later(?:/([^/]+)/(change|send|drop))?")


def answer(stub: ConsoleStub, path: str, body: Json) -> tuple[int, Any] | None:
    """None where it is none of these."""
    found = ROUTE.fullmatch(path)
    if not found or found[1] not in stub.conversations:
        return None
    row = stub.conversations[found[1]]
    waiting = row.more.setdefault("later", [])
    done = _planned(row, waiting, body) if found[2] is None else _decided(stub, row, waiting, found[2], found[3], body)
    stub.tell(row.id)
    return done


def _planned(row: Conversation, waiting: list[Json], body: Json) -> tuple[int, Json]:
    made = {"id": f"l{len(waiting) + 1}", "version": 1, "text": body["text"], "at": body["at"], "by": "Dana Kim"}
    attached = [FILES[file] for file in body.get("files", [])]
    waiting.append({**made, "files": attached, "held_back": False, "why": None, "can": ["send", "change", "drop"]})
    row.state = "parked" if body["park"] else row.state
    return 201, made


def _decided(
    stub: ConsoleStub, row: Conversation, waiting: list[Json], reply: str, what: str, body: Json
) -> tuple[int, Json]:
    one = next(each for each in waiting if each["id"] == reply)
    if what == "change":
        one |= {"text": body["text"], "at": body["at"], "version": one["version"] + 1, "held_back": False, "why": None}
        return 200, one
    waiting.remove(one)
    return (200, {"seq": stub.say(row.id, one["text"], "agent", "Dana Kim")}) if what == "send" else (204, {})
