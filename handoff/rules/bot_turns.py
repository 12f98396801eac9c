"""What the bot made of a message, kept for the people who take over: cut to size, and without codes."""

import json
from typing import Any

from sqlalchemy.orm import Session

from handoff.models import BotTurn
from handoff.rules import bot_words, spoken
from shop.ground.jobs import Claimed

OTHERS, ENTITIES, LONGEST = 2, 8, 80
REQUEST = 3000  # characters; of a longer one only its name and its question are kept
ESSENTIAL = ("operation", "order", "at", "ended")

Json = dict[str, Any]


def keep(
    session: Session,
    job: Claimed,
    understood: Json | None = None,
    request: Json | None = None,
    failed: str | None = None,
) -> None:
    """Note it down with the message that the job was about, in the transaction that settles the turn."""
    where = {"conversation_id": job.payload["conversation"], "seq": job.payload["seq"]}
    known = _understood(understood) if understood and understood.get("intent") else {}
    session.add(BotTurn(**where, understood=known, request=_request(request), failed=failed))


def _understood(told: Json) -> Json:
    found = [one for one in told.get("entities") or [] if bot_words.shown("entities", one.get("entity"))]
    return {
        **_likely(told),
        "others": [_likely(one) for one in (told.get("others") or [])[:OTHERS]],
        "entities": [{"entity": one["entity"], "value": _plain(one.get("value"))} for one in found[:ENTITIES]],
    }


def _likely(one: Json) -> Json:
    return {"intent": str(one.get("intent"))[:LONGEST], "confidence": min(1.0, max(0.0, float(one["confidence"])))}


def _plain(value: object) -> str:
    words = str(value)[:LONGEST]
    return spoken.masked(words) if spoken.code(words) else words


def _request(told: Json | None) -> Json | None:
    if told is None or not told.get("operation"):
        return None
    if len(json.dumps(told, default=str)) <= REQUEST:
        return told
    return {name: str(told[name])[:LONGEST] for name in ESSENTIAL if told.get(name)}
