"""A text arrives: it becomes a message of its number's conversation, and what it asks of the carrier is written down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states, wording
from handoff.models import Address, Message, TextIn
from handoff.rules import attachments, consent, files, inbox, loops, outbox, sessions, wishes

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True)
class Arrived:
    """A text as the carrier brought it. `sid` is unique for ever."""

    sid: str
    number: str
    body: str
    media: tuple[dict[str, str], ...] = ()  # url and content_type
    opt_out_type: str = ""


def receive(
    session: Session, text: Arrived, reopen: timedelta, key: bytes = b"", most: int = loops.MOST
) -> inbox.Accepted:
    """Take the text in, once. STOP, START and HELP are kept and answered by the carrier: nobody else is asked to."""
    words = text.body.replace("\x00", "").strip()
    wish = consent.wish(session, text.number, words, text.opt_out_type)
    in_words = wish is None and wishes.to_be_left_alone(words)
    address = sessions.open_by_phone(session, text.number)
    round_and_round = loops.going_round(session, address, words, most)
    mute = wish is not None or in_words or round_and_round
    inbound = inbox.Inbound("sms", text.sid, words or _in_words(text), meta=_meta(text), mute=mute)
    accepted = inbox.accept(session, address, inbound, reopen, key)
    if accepted.created and text.media:
        attachments.owe(session, accepted.conversation, accepted.seq, [dict(item) for item in text.media])
    if accepted.created and wish == "stop":
        consent.record(session, text.number, "stop", wording=words, source=f"sms:{text.sid}")
    elif accepted.created and wish == "start":
        _start(session, accepted.conversation, text, words)
    elif accepted.created and in_words:
        _stop_in_words(session, accepted.conversation, text, words)
    elif accepted.created and round_and_round and wish is None:
        loops.tell_once(session, states.lock(session, accepted.conversation))
    return accepted


def _stop_in_words(session: Session, conversation_id: str, text: Arrived, words: str) -> None:
    """The carrier knows of keywords alone: here we say ourselves, once, that it is done."""
    if consent.record(session, text.number, "stop", wording=words, source=f"sms:{text.sid}", how="words"):
        conversation = states.lock(session, conversation_id)
        outbox.last_word(session, conversation, outbox.tell(session, conversation, "sms_stopped"))


def _start(session: Session, conversation_id: str, text: Arrived, words: str) -> None:
    """The carrier answers where it had stopped our texts itself; of a stop in other words it knows nothing, so here we do."""
    before = consent.stop_of(session, text.number)
    again = consent.record(session, text.number, "start", wording=words, source=f"sms:{text.sid}")
    if again and before is not None and before.how == "words":
        outbox.tell(session, states.lock(session, conversation_id), "sms_started")


def is_number(text: str) -> bool:
    """Short codes and named senders are machines: no conversation comes of them."""
    return _E164.fullmatch(text) is not None


def unknown(session: Session, sids: Sequence[str]) -> set[str]:
    """Those of these texts that never came through the door."""
    found: set[str] = set()
    for start in range(0, len(sids), 500):
        keys = {f"sms:{sid}": sid for sid in sids[start : start + 500]}
        known = set(session.scalars(select(Message.key).where(Message.key.in_(keys))))
        known |= {f"sms:{sid}" for sid in session.scalars(select(TextIn.sid).where(TextIn.sid.in_(keys.values())))}
        found |= {sid for key, sid in keys.items() if key not in known}
    return found


def newest(session: Session) -> datetime | None:
    """When the last text came."""
    texts = select(func.max(Address.last_used_at)).where(Address.kind == "sms")
    return session.scalar(texts)


def _in_words(text: Arrived) -> str:
    """A text without words is still a message."""
    if not text.media:
        return wording.say("sms_empty")
    return files.in_words(len(text.media))


def _meta(text: Arrived) -> dict[str, Any] | None:
    wordless = files.WORDLESS if not text.body.replace("\x00", "").strip() else {}
    return {"media": [dict(item) for item in text.media], **wordless} if text.media else None
