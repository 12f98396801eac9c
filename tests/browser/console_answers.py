"""What the console's stub answers to each call."""

from __future__ import annotations

import re
from typing import Any

from tests.browser.console_stub import ME, ConsoleStub, Conversation, Json, iso

DEMO = [
    {"name": "Dana Kim", "email": "dana@shop.example", "role": "agent", "password": "demo-dana"},
    {"name": "Luis Ortega", "email": "luis@shop.example", "role": "agent", "password": "demo-luis"},
]
PAGE = 500
ROUTE = re.compile(r"/api/console/conversations/([^/]+)(?:/([a-z-]+))?")
ALLOWED = {"offered": ["accept", "decline"], "waiting": ["claim"], "held": ["reply", "hand-back", "close"]}


class Refused(Exception):
    """An error answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


def answer(stub: ConsoleStub, path: str, query: dict[str, list[str]], body: Json) -> tuple[int, Any]:
    with stub.lock:
        if path == "/demo/agents" and stub.demo:
            return 200, DEMO
        if path == "/api/console/login":
            return _login(stub, body)
        if not stub.signed_in:
            raise Refused(401, "unauthorised", "Sign in first.")
        if path == "/api/console/logout":
            stub.signed_in = False
            return 200, {}
        if path == "/api/console/me":
            return 200, {"agent": ME, "presence": stub.presence}
        if path == "/api/console/presence":
            stub.presence = body["status"]
            return 200, {"presence": stub.presence}
        if path == "/api/console/queue":
            return 200, _queue(stub)
        found = ROUTE.fullmatch(path)
        if not found or found[1] not in stub.conversations:
            raise Refused(404, "not_found", "There is no such conversation.")
        row, verb = stub.conversations[found[1]], found[2]
        if verb is None:
            return 200, _conversation(stub, row, int(query.get("after", ["0"])[0]))
        return _reply(stub, row, body) if verb == "reply" else _change(stub, row, verb, body)


def _login(stub: ConsoleStub, body: Json) -> tuple[int, Json]:
    if not any(body == {"email": agent["email"], "password": agent["password"]} for agent in DEMO):
        raise Refused(401, "unauthorised", "E-mail and password do not match.")
    stub.signed_in, stub.presence = True, "online"
    return 200, {"agent": ME}


def _queue(stub: ConsoleStub) -> Json:
    lists: dict[str, list[Json]] = {"mine": [], "dedicated": [], "general": []}
    for row in stub.conversations.values():
        if row.state in ("held", "parked") and row.holder == ME:
            lists["mine"].append(_item(stub, row))
        elif row.state in ("waiting", "offered"):
            lists[row.queue].append(_item(stub, row))
    return {**lists, "presence": stub.presence, "now": iso(stub.now())}


def _item(stub: ConsoleStub, row: Conversation) -> Json:
    last = row.messages[-1] if row.messages else None
    return {
        "id": row.id,
        "customer": row.customer and {"id": row.customer["id"], "name": row.customer["name"]},
        "tier": row.customer and row.customer["tier"],
        "state": row.state,
        "channel": row.channel,
        "topic": row.topic,
        "waiting_since": iso(row.waiting_since),
        "offer_expires_at": iso(row.offer_expires_at),
        "held_by": row.holder and row.holder["id"],
        "preview": last["text"][:120] if last else "",
        "last_at": last["at"] if last else None,
        "unanswered": bool(last and last["author"]["kind"] == "customer"),
        "version": row.version,
    }


def _conversation(stub: ConsoleStub, row: Conversation, after: int) -> Json:
    mine = row.state != "held" or row.holder == ME
    return {
        **_item(stub, row),
        "customer": row.customer,
        "proof": {"level": "none", "at": None},
        "reason": "customer_asked",
        "facts": {},
        "holder": row.holder,
        "offered_to": ME["id"] if row.state == "offered" else None,
        "messages": [message for message in row.messages if message["seq"] > after][:PAGE],
        "receipts": [],
        "orders": [],
        "can": ALLOWED.get(row.state, []) if mine else [],
        **row.more,
    }


def _reply(stub: ConsoleStub, row: Conversation, body: Json) -> tuple[int, Json]:
    if row.state != "held" or row.holder != ME:
        raise Refused(409, "conflict", "You are not the one who answers this conversation.")
    if body["client_id"] not in row.client_ids:
        row.client_ids[body["client_id"]] = stub.say(row.id, body["text"], "agent", ME["name"])
    return 201, {"seq": row.client_ids[body["client_id"]]}


def _change(stub: ConsoleStub, row: Conversation, verb: str, body: Json) -> tuple[int, Json]:
    held_elsewhere = row.state == "held" and row.holder != ME
    if held_elsewhere or verb not in ALLOWED.get(row.state, []) or body["version"] != row.version:
        raise Refused(409, "conflict", "The conversation has changed since you looked.")
    to = {"accept": "held", "claim": "held", "decline": "waiting", "hand-back": "bot", "close": "closed"}[verb]
    stub.assign(row.id, to, ME if to == "held" else None)
    return 200, {"id": row.id, "state": row.state, "version": row.version}
