"""What the console's stub answers beside the verbs: canned replies, signs, files, the customer's story, order operations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.browser.console_stub import ConsoleStub, Conversation

Json = dict[str, Any]

CLOSING: Json = {
    "codes": [{"name": "solved", "title": "Solved"}, {"name": "no_answer", "title": "The customer stopped answering"}],
    "tags": ["refund", "praise"],
    "required": False,
}
VARIABLES = ["customer.first_name", "agent.first_name", "order.id", "order.status"]
CANNED = [
    {"id": "k1", "shortcut": "bye", "title": "Goodbye", "texts": {"en": "Goodbye, {customer.first_name}."}},
    {
        "id": "k2", "shortcut": "hello", "title": "Greeting",
        "texts": {"en": "Hello {customer.first_name}, {agent.first_name} here.", "es": "Hola {customer.first_name}."},
    },
    {"id": "k3", "shortcut": "order", "title": "About the order", "texts": {"en": "Your order {order.id} is on its way."}},
]  # fmt: skip
PIXEL = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
FILES: dict[str, Json] = {}
STORY: Json = {
    "value": {"ever": "$1,240.00", "lately": "$310.00", "orders": 9, "first_at": None, "last_at": None},
    "past": [
        {
            "id": "past-1", "state": "closed", "channel": "web", "topic": "orders", "opened_at": "2026-03-04T09:00:00.000Z",
            "messages": 2, "preview": "Where is my lamp?", "closed_as": "Solved", "tags": ["delivery"],
        }
    ],
    "files": [
        {"id": "f9", "name": "lamp.png", "type": "image/png", "bytes": 51200, "url": PIXEL, "at": "2026-03-04T09:01:00.000Z",
         "conversation": "past-1"},
        {"id": "f8", "name": "invoice.pdf", "type": "application/pdf", "bytes": 2_400_000, "url": "/files/x",
         "at": "2026-03-04T09:02:00.000Z", "conversation": "past-1"},
    ],
}  # fmt: skip
_NINE = "2026-03-04T09:00:00.000Z"
PAST: Json = {"messages": [
    {"seq": 1, "author": {"kind": "customer", "name": None}, "text": "Where is my lamp?", "options": [], "at": _NINE},
    {"seq": 2, "author": {"kind": "agent", "name": "Luis Ortega"}, "text": "On its way.", "options": [], "at": _NINE},
], "notes": [
    {"no": 1, "after": 1, "author": {"id": "a2", "name": "Luis Ortega"}, "text": "The carrier lost one before.", "mentions": [],
     "verb": None, "at": _NINE},
], "turns": [
    {"seq": 1, "understood": "Where an order is", "percent": 91, "tapped": False, "others": [], "spoke_of": [], "failed": None},
]}  # fmt: skip
ORDER = {"id": "#W1", "status": "pending", "placed_at": None, "total": "$80.00", "items": [{"name": "Desk lamp"}]}
ERRANDS: Json = {
    "order": ORDER["id"],
    "allowed": ["cancel", "address", "payment", "items"],
    "refused": {
        "return": "I can't take it back yet: it has not arrived.",
        "exchange": "I can't exchange what has not arrived.",
    },
    "reasons": ["no longer needed", "ordered by mistake"],
    "address": {
        "address1": "1 Main St", "address2": "", "city": "Denver", "state": "CO", "zip": "80202", "country": "USA",
    },
    "methods": [{"id": "m1", "label": "Visa ending in 1234"}, {"id": "m2", "label": "PayPal"}],
    "lines": [
        {
            "id": 1, "label": "Desk lamp (brass)", "price": "$80.00",
            "variants": [{"id": "v2", "label": "black", "price": "$80.00"}],
        }
    ],
}  # fmt: skip
ONE = re.compile(
    r"/api/console/conversations/([^/]+)/(typing|looking|files|story|past|orders|plan|carry-out|drop)(?:/.+)?"
)


def writing(row: Conversation) -> Json:
    """What is known of the customer while writing."""
    name = row.customer["name"] if row.customer else ""
    known = {"agent.first_name": "Dana", **({"customer.first_name": name.split()[0]} if name else {})}
    return {"language": "en", "variables": known, "stopped_at": None}


def answer(stub: ConsoleStub, path: str, body: Json) -> tuple[int, Any] | None:
    """None where it is none of these."""
    if path == "/api/console/canned":
        return 200, {"canned": CANNED, "variables": VARIABLES}
    if path == "/api/console/book":
        return 200, stub.book
    found = ONE.fullmatch(path)
    if not found or found[1] not in stub.conversations:
        return None
    return _beside(stub, found[1], found[2], body)


def _beside(stub: ConsoleStub, id: str, what: str, body: Json) -> tuple[int, Any]:
    if what == "files":
        file = f"f{len(FILES) + 1}"
        FILES[file] = {"id": file, "name": body["name"], "type": "image/png", "bytes": body["bytes"], "url": PIXEL}
        return 201, {"file": file, "name": body["name"], "type": "image/png", "bytes": body["bytes"]}
    if what == "plan":
        lines = ["Order #W1 is cancelled: a desk lamp.", "$80.00 goes back to Visa ending in 1234."]
        return 201, {"id": "p1", "operation": body["operation"], "order": "#W1", "lines": lines, "expires_at": ""}
    if what == "carry-out":
        text = "Done, receipt R-AAAA-BBBB. Order #W1 is cancelled."
        stub.say(id, text, "agent", "Dana Kim", card={"kind": "receipt", "number": "R-AAAA-BBBB"})
        return 200, {"number": "R-AAAA-BBBB", "text": text}
    told = {"story": STORY, "past": PAST, "orders": ERRANDS}
    return 200, told.get(what, {})
