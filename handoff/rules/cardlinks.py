"""The short link behind a card's text message: to one message, signed, good for a week.

It opens what the text said and nothing else: whoever holds it has proved no more than whoever reads the text.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handoff.models import Message
from handoff.rules import links
from shop.ground import clock
from shop.ground.errors import NotFound

LASTS = timedelta(days=7)
KINDS = ("order", "plan", "receipt")
# Their lines hold an address, which a forwarded link must not show: the text itself has it.
HIDDEN = ("address", "account")
_SIGNED = 10  # bytes: 80 bits of a keyed hash, against guesses that are counted
_WHAT = struct.Struct(">QI")  # the message, and until when: hours since 1970


@dataclass(frozen=True)
class Page:
    """What is shown. `hidden`: its lines stand in the text message alone."""

    card: dict[str, Any]
    at: datetime
    until: datetime
    hidden: bool


def to(message: Message) -> str | None:
    """The link to a message's card, if it has one that is worth a page."""
    if not message.card or message.card.get("kind") not in KINDS or not links.base():
        return None
    hours = int((clock.now() + LASTS).timestamp()) // 3600
    what = _WHAT.pack(message.id, hours)
    return f"{links.base()}/c/{_text(what[3:] + _signatures(what)[-1])}"


def of(session: Session, token: str) -> Page:
    """Raises `NotFound` for a link that is not ours, or has expired (code `expired`)."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        what = b"\0" * 3 + raw[: _WHAT.size - 3]
        message_id, hours = _WHAT.unpack(what)
    except (ValueError, binascii.Error, struct.error):
        raise _nothing() from None
    if not any(hmac.compare_digest(raw[_WHAT.size - 3 :], signature) for signature in _signatures(what)):
        raise _nothing()
    until = datetime.fromtimestamp(hours * 3600, UTC)
    if clock.now() >= until:
        raise NotFound("This link has expired.", code="expired")
    message = session.get(Message, message_id)
    if message is None or not message.card or message.card.get("kind") not in KINDS:
        raise _nothing()
    return Page(message.card, message.at, until, message.card.get("operation") in HIDDEN)


def _signatures(what: bytes) -> list[bytes]:
    """With each secret that counts, ours the last."""
    return [hmac.new(secret, what, hashlib.sha256).digest()[:_SIGNED] for secret in links.secrets_for("card")]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _nothing() -> NotFound:
    return NotFound("There is no such page.")
