"""What the console's stub knows of private notes: they are kept with the conversation, and mentions with the desk."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.browser.console_stub import ConsoleStub, Conversation

Json = dict[str, Any]
ME = {"id": "a1", "name": "Dana Kim"}
LUIS = {"id": "a2", "name": "Luis Ortega"}
PATH = re.compile(r"/api/console/conversations/([^/]+)/notes(/seen)?")
PAGE = 500


def answer(stub: ConsoleStub, path: str, body: Json) -> tuple[int, Any] | None:
    """None where it is none of these."""
    found = PATH.fullmatch(path)
    if not found or found[1] not in stub.conversations:
        return None
    if found[2]:
        for item in stub.mentions:
            item["unread"] = item["unread"] and not (item["id"] == found[1] and item["no"] <= body["no"])
        return 200, {}
    kept = stub.conversations[found[1]].notes
    before = next((one["no"] for one in kept if one.get("client_id") == body["client_id"]), None)
    no = before or note(stub, found[1], body["text"], ME, client_id=body["client_id"])
    return 201, {"no": no}


def note(stub: ConsoleStub, id: str, text: str, author: Json, **more: Any) -> int:
    """A colleague writes one."""
    from tests.browser.console_stub import iso

    with stub.lock:
        row = stub.conversations[id]
        no = len(row.notes) + 1
        named = [one for one in (ME, LUIS) if f"@{one['name']}" in text and one != author]
        kept = {"no": no, "after": len(row.messages), "author": author, "text": text, "mentions": named, "verb": None}
        row.notes.append({**kept, "at": iso(stub.now()), **more})
        for one in named:
            row.participants.append({**one, "by": author["name"], "at": iso(stub.now()), "read": False})
    stub.tell(id)
    return no


def mention(stub: ConsoleStub, id: str, text: str) -> int:
    """Luis mentions the agent at the desk."""
    with stub.lock:
        row = stub.conversations[id]
        no = len(row.notes) + 1
        who = row.customer and {"id": row.customer["id"], "name": row.customer["name"]}
        at = stub.now().isoformat()
        item = {
            "id": id,
            "customer": who,
            "channel": row.channel,
            "state": row.state,
            "by": LUIS,
            "no": no,
            "text": text,
        }
        stub.mentions.insert(0, {**item, "at": at, "unread": True})
    return note(stub, id, text, LUIS)


def of(row: Conversation, after: int) -> Json:
    """Of the open conversation."""
    shown = [one for one in row.notes if one["no"] > after][:PAGE]
    return {"notes": shown, "participants": row.participants, "along": bool(row.more.get("along"))}
