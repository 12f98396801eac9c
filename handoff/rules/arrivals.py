"""A text arrives: it becomes a message of its number's conversation, and what it asks of the carrier is written down."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Message
from handoff.rules import consent, inbox, sessions
from shop.ground.errors import Conflict


@dataclass(frozen=True)
class Arrived:
    """A text as the carrier brought it. `sid` is unique for ever."""

    sid: str
    number: str
    body: str
    media: tuple[dict[str, str], ...] = ()  # url and content_type
    opt_out_type: str = ""


def receive(session: Session, text: Arrived, reopen: timedelta) -> inbox.Accepted:
    """Take the text in, once. STOP, START and HELP are kept and answered by the carrier: nobody else is asked to."""
    key = f"sms:{text.sid}"
    before = _known(session, key)
    if before is not None:
        return before
    words = text.body.replace("\x00", "").strip()
    wish = consent.wish(session, text.number, words, text.opt_out_type)
    address = sessions.open_by_phone(session, text.number)
    inbound = inbox.Inbound("sms", text.sid, words or _in_words(text), meta=_meta(text), mute=wish is not None)
    try:
        accepted = inbox.accept(session, address, inbound, reopen)
    except Conflict:
        # The same text was taken in while we waited for the conversation; as an option it reads otherwise by now.
        known = _known(session, key)
        if known is None:
            raise
        return known
    if accepted.created and wish in ("stop", "start"):
        consent.record(session, text.number, wish, wording=words, source=key)
    return accepted


def _known(session: Session, key: str) -> inbox.Accepted | None:
    message = session.scalar(select(Message).where(Message.key == key))
    return inbox.Accepted(message.conversation_id, message.seq, created=False) if message else None


def _in_words(text: Arrived) -> str:
    """A text without words is still a message."""
    if not text.media:
        return wording.say("sms_empty")
    return (
        wording.say("media_only_one") if len(text.media) == 1 else wording.say("media_only_many", count=len(text.media))
    )


def _meta(text: Arrived) -> dict[str, Any] | None:
    return {"media": [dict(item) for item in text.media]} if text.media else None
