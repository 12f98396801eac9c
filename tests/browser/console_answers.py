"""What the console's stub answers to each call."""

from __future__ import annotations

import re
from typing import Any

from tests.browser import console_beside as beside
from tests.browser import console_later as later
from tests.browser import console_notes as notes
from tests.browser.console_stub import ME, ConsoleStub, Conversation, Json, iso

DEMO = [
    {"name": "Dana Kim", "email": "dana@shop.example", "role": "agent", "password": "demo-dana"},
    {"name": "Luis Ortega", "email": "luis@shop.example", "role": "agent", "password": "demo-luis"},
]
PAGE = 500
ROUTE = re.compile(r"/api/console/conversations/([^/]+)(?:/([a-z-]+))?")
ALLOWED = {
    "offered": ["accept", "decline"],
    "waiting": ["claim"],
    "held": ["reply", "transfer", "park", "hand-back", "close"],
    "parked": ["reply", "unpark", "transfer", "hand-back", "close"],
    "closed": [],
}
BECOMES = {
    "accept": "held", "claim": "held", "decline": "waiting", "hand-back": "bot", "close": "closed", "park": "parked",
    "unpark": "held", "take-over": "held", "take-back": "held", "transfer": "waiting", "seen": "held",
    "wrapped": "closed",
}  # fmt: skip
LISTS = ("mine", "dedicated", "general", "attention", "covered")
QUEUES = [{"name": "general", "title": "General questions"}, {"name": "payments", "title": "Payments and refunds"}]
COLLEAGUES = [
    {"id": "a2", "name": "Luis Ortega", "presence": "online", "away_reason": None, "can_be_asked": True},
    {"id": "a3", "name": "Priya Nair", "presence": "transfers", "away_reason": None, "can_be_asked": True},
    {"id": "a4", "name": "Tom Berg", "presence": "away", "away_reason": "Lunch", "can_be_asked": False},
]


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
            return 200, {"agent": ME, "presence": stub.presence, "away_reason": None}
        if path == "/api/console/presence":
            stub.presence, stub.away_reason = body["status"], body.get("reason") or None
            return 200, {"presence": stub.presence, "away_reason": stub.away_reason}
        if path == "/api/console/colleagues":
            here = [{**queue, "open": queue["name"] == "general", "here": 2} for queue in QUEUES]
            return 200, {"agents": COLLEAGUES, "queues": here}
        if path == "/api/console/queue":
            return 200, _queue(stub)
        if (found_beside := beside.answer(stub, path, body) or notes.answer(stub, path, body)) is not None:
            return found_beside
        if (found_later := later.answer(stub, path, body)) is not None:
            return found_later
        found = ROUTE.fullmatch(path)
        if not found or found[1] not in stub.conversations:
            raise Refused(404, "not_found", "There is no such conversation.")
        row, verb = stub.conversations[found[1]], found[2]
        if verb == "why":
            return 200, {"decisions": stub.decisions}
        if verb in (None, "said"):
            after, noted = (int(query.get(name, ["0"])[0]) for name in ("after", "notes_after"))
            whole = {**_conversation(stub, row, after), **notes.of(row, noted)}
            return 200, whole if verb is None else {name: whole[name] for name in ("messages", "notes", "marks")}
        return _reply(stub, row, body) if verb == "reply" else _change(stub, row, verb, body)


def _login(stub: ConsoleStub, body: Json) -> tuple[int, Json]:
    if not any(body == {"email": agent["email"], "password": agent["password"]} for agent in DEMO):
        raise Refused(401, "unauthorised", "E-mail and password do not match.")
    stub.signed_in, stub.presence = True, "online"
    return 200, {"agent": ME}


def _queue(stub: ConsoleStub) -> Json:
    lists: dict[str, list[Json]] = {name: [] for name in LISTS}
    for row in stub.conversations.values():
        if row.queue in ("attention", "covered") or (row.holder == ME and row.state in ("held", "parked")):
            lists[row.queue if row.queue in ("attention", "covered") else "mine"].append(_item(stub, row))
        elif row.state in ("waiting", "offered"):
            lists[row.queue].append(_item(stub, row))
    who = {"presence": stub.presence, "away_reason": stub.away_reason, "now": iso(stub.now())}
    return {**lists, "mentions": stub.mentions, "held_back": stub.held_back, "queues": QUEUES[: stub.queues], **who}


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
        "stage": None,
        "queue": row.queue,
        "wants": None,
        "representative": None,
        "returns_to": None,
        "offered": 0,
        "cover": False,
        "covered_by": None,
        "gave_up": False,
        "target": None,
        "parked_until": None,
        "parked_for": None,
        "wrap_until": None,
        **row.stands,
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
        "messages": [message for message in row.messages if message["seq"] > after or message.get("late")][:PAGE],
        "passed": None,
        "summary": [],
        "deputy": None,
        "receipts": [],
        "orders": [],
        "marks": {"customer": 0, "agent": 0},
        "writing": beside.writing(row),
        "closing": beside.CLOSING,
        "can": ALLOWED.get(row.state, []) if mine else [],
        **row.more,
    }


def _reply(stub: ConsoleStub, row: Conversation, body: Json) -> tuple[int, Json]:
    if row.state != "held" or row.holder != ME:
        raise Refused(409, "conflict", "You are not the one who answers this conversation.")
    if body["client_id"] not in row.client_ids:
        files = [beside.FILES[file] for file in body.get("files", [])]
        row.client_ids[body["client_id"]] = stub.say(
            row.id, body["text"], "agent", ME["name"], **({"files": files} if files else {})
        )
    return 201, {"seq": row.client_ids[body["client_id"]]}


def _change(stub: ConsoleStub, row: Conversation, verb: str, body: Json) -> tuple[int, Json]:
    may = row.more.get("can") or ([] if row.state == "held" and row.holder != ME else ALLOWED.get(row.state, []))
    if verb not in may or body["version"] != row.version:
        raise Refused(409, "conflict", "The conversation has changed since you looked.")
    to = BECOMES[verb]
    row.more.pop("can", None)
    stub.assign(row.id, to, ME if to in ("held", "parked") else None)
    return 200, {"id": row.id, "state": row.state, "version": row.version}
