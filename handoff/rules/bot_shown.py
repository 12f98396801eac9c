"""The bot's part in words, for agents alone: as what each message was understood, and how far the request is."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import BotTurn, Conversation, Message
from handoff.rules import bot_words
from shop import catalogue, customers, identity, order_words, orders, wording

TURNS = 60  # the newest; of what was said long before nobody asks
Json = dict[str, Any]


def beside(session: Session, conversation: Conversation) -> Json:
    """`turns` by the number of the customer's message; `request`: the last one, or None."""
    rows = _newest(session, conversation.id)
    return {"turns": _in_order(rows), "request": _last_request(session, conversation, [turn for turn, _ in rows])}


def turns(session: Session, conversation_id: str) -> list[Json]:
    """As what each message was understood, by its number."""
    return _in_order(_newest(session, conversation_id))


def line(session: Session, conversation: Conversation) -> str:
    """The last request and how it stands, in one line of the summary; empty where there was none."""
    found = _last_request(session, conversation, [turn for turn, _ in _newest(session, conversation.id)])
    return " · ".join((found["title"], found["standing"])) if found else ""


def _newest(session: Session, conversation_id: str) -> list[tuple[BotTurn, bool]]:
    """The newest first, each with whether the customer tapped what it answers."""
    rows = session.execute(
        select(BotTurn, Message.choice)
        .join(Message, (Message.conversation_id == BotTurn.conversation_id) & (Message.seq == BotTurn.seq))
        .where(BotTurn.conversation_id == conversation_id)
        .order_by(BotTurn.seq.desc())
        .limit(TURNS)
    )
    return [(row.BotTurn, row.choice is not None) for row in rows]


def _in_order(newest: list[tuple[BotTurn, bool]]) -> list[Json]:
    return [_turn(turn, tapped) for turn, tapped in reversed(newest)]


def _last_request(session: Session, conversation: Conversation, newest: list[BotTurn]) -> Json | None:
    told = next((turn.request for turn in newest if turn.request), None)
    return _request(session, conversation, told, newest[0].failed) if told else None


def _turn(row: BotTurn, tapped: bool) -> Json:
    known = row.understood
    return {
        "seq": row.seq,
        "understood": bot_words.of("intents", known["intent"]) if known else None,
        "percent": round(known["confidence"] * 100) if known else None,
        "tapped": tapped,
        "others": [
            {"understood": bot_words.of("intents", one["intent"]), "percent": round(one["confidence"] * 100)}
            for one in known.get("others", [])
        ],
        "spoke_of": [
            {"label": bot_words.of("entities", one["entity"]), "text": one["value"]}
            for one in known.get("entities", [])
        ],
        "failed": bot_words.standing(_failure(row.failed)) if row.failed else None,
    }


def _request(session: Session, conversation: Conversation, told: Json, failed: str | None) -> Json:
    trouble = bool(failed) or told.get("ended") == "refused"
    title = " ".join(part for part in (bot_words.of("operations", told["operation"]), told.get("order")) if part)
    return {
        "title": title,
        "standing": _standing(told),
        "trouble": bot_words.standing(f"{_failure(failed)}_last") if failed else None,
        "failed": trouble,
        "details": _details(session, conversation, told),
        "aside": [bot_words.of("operations", name) for name in told.get("aside") or []],
    }


def _failure(why: str | None) -> str:
    return "gone" if why == "bot_gone" else "failed"


def _standing(told: Json) -> str:
    step, why, ended = bot_words.of("steps", told.get("at") or ""), told.get("why"), told.get("ended")
    if ended == "refused":
        which = ("refused_why" if why else "refused") if step else "refused_plain"
        facts = {"step": step, "why": why or ""}
        return bot_words.standing(which, **facts)
    if ended:
        return bot_words.standing(ended)
    return bot_words.standing("asked", step=step) if step else bot_words.standing("open")


def _details(session: Session, conversation: Conversation, told: Json) -> list[dict[str, str]]:
    known, customer_id = told.get("known") or {}, identity.of(session, conversation.id).customer_id
    order = orders.find(session, customer_id, told["order"]) if customer_id and told.get("order") else None
    lines = {line.id: order_words.item(line) for line in order.lines} if order else {}
    methods = customers.methods(session, customer_id) if customer_id and "method" in known else []
    words: dict[str, Callable[[Any], str]] = {
        "lines": lambda value: "; ".join(lines[one] for one in value if one in lines),
        "variants": lambda value: "; ".join(_swaps(session, lines, value)),
        "method": lambda value: next((method.label for method in methods if method.id == value), ""),
        "address": lambda value: ", ".join(str(part) for part in value.values() if part),
        "orders": lambda value: ", ".join(value),
        "default": lambda value: "Yes" if value else "",
        "claim": lambda value: ", ".join(dict.fromkeys(bot_words.of("claims", part) for part in value)),
    }
    said = {name: words.get(name, str)(value) for name, value in known.items() if bot_words.shown("details", name)}
    return [{"label": bot_words.of("details", name), "text": text} for name, text in said.items() if text]


def _swaps(session: Session, lines: dict[int, str], wanted: dict[str, str]) -> list[str]:
    """Desk lamp (brass): black."""
    found = {line_id: catalogue.variant(session, variant_id) for line_id, variant_id in wanted.items()}
    return [
        f"{lines[int(line_id)]}: {wording.option_words(variant.options) or variant.name}"
        for line_id, variant in found.items()
        if variant is not None and int(line_id) in lines
    ]
