"""The notice that answers take longer: written by supervisors, shown before the chat and while somebody waits."""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from handoff.models import Conversation, Message
from handoff.rules import audit, fronts, plain, segments
from handoff.rules.fronts import Written
from shop.ground import clock
from shop.ground.errors import BadInput

LONGEST = 200
MOST = 4  # texts that one answer is cut into at the most for the notice's sake


def write(session: Session, by: str, seen: int, text: str, spanish: str, until: datetime | None) -> None:
    """From now on it is shown, until then where that is given. No text: it is taken away. `BadInput` names the field as
    its code."""
    body = {
        "text": plain.line(text, LONGEST, "text"),
        "spanish": plain.line(spanish, LONGEST, "spanish"),
        "until": clock.iso(until) if until else None,
    }
    if not body["text"]:
        if body["spanish"]:
            raise BadInput("The English words are missing: they are shown to whoever reads neither.", code="text")
        body = {"text": "", "spanish": "", "until": None}
    elif until is not None and until <= clock.now():
        raise BadInput("This time has passed. Choose a later one, or leave it open.", code="until")
    before = fronts.one(session, fronts.NOTICE).body
    fronts.write(session, fronts.NOTICE, seen, body)
    changed = {name: [before.get(name), value] for name, value in body.items() if before.get(name) != value}
    audit.note(session, by, "notice_written" if body["text"] else "notice_taken_away", "before the chat", **changed)


def kept(session: Session) -> dict[str, Any]:
    """For the office: what was written last, and whether it is shown now."""
    found = fronts.one(session, fronts.NOTICE)
    words = {"text": found.body.get("text", ""), "spanish": found.body.get("spanish", "")}
    until = found.body.get("until")
    return {"version": found.version, **words, "until": until, "shown": _current(found) is not None}


def shown(conversation: Conversation, found: Written) -> dict[str, str] | None:
    """For the widget: before the first word, once it is over, and while somebody waits."""
    unspoken = conversation.state == "bot" and not conversation.last_customer_seq
    return _current(found) if unspoken or conversation.state in ("waiting", "offered", "closed") else None


def by_text(session: Session, conversation: Conversation, said: str) -> str:
    """What goes with the first answer about waiting: by text message alone, once in a thread, and where it fits."""
    found = _current(fronts.one(session, fronts.NOTICE)) if conversation.channel == "sms" else None
    if found is None or _told(session, conversation.id, found):
        return ""
    theirs = str((conversation.facts or {}).get("language") or "").lower().startswith("es")
    wishes = [found["spanish"], found["text"]] if theirs else [found["text"]]
    return next((words for words in wishes if words and _fits(f"{said} {words}")), "")


def _fits(text: str) -> bool:
    return segments.count(segments.fold(text)).count <= MOST


def _current(found: Written) -> dict[str, str] | None:
    until = found.body.get("until")
    if not found.body.get("text") or (until and datetime.fromisoformat(until) <= clock.now()):
        return None
    return {"text": found.body["text"], "spanish": found.body["spanish"]}


def _told(session: Session, conversation_id: str, found: dict[str, str]) -> bool:
    """Was it said here before, in whatever language?"""
    where = Message.conversation_id == conversation_id, Message.kind == "system"
    return any(
        session.scalar(select(exists().where(*where, Message.text.contains(words, autoescape=True))))
        for words in found.values()
        if words
    )
