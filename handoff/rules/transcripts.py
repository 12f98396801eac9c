"""A conversation on paper: as text, as a page to print, or by e-mail to the address on file; it says what the thread says."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Address, Conversation
from handoff.rules import thread
from shop import identity
from shop.ground import jobs
from shop.ground.errors import Conflict
from shop.identity import Proof
from shop.models import Customer

MOST = 4 * thread.PAGE  # the newest messages of a conversation
MAILED = 200_000  # characters: what a mail can hold, from the end
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "h1{font-size:1.3rem}dt{margin-top:1rem;font-weight:600;break-after:avoid}dt time{font-weight:400;color:#555}"
    "dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}.about{color:#555}@media print{body{margin:0}}"
)


@dataclass(frozen=True)
class Paper:
    """What is written, and how it is read: the zone and language are the reader's."""

    title: str
    about: str
    language: str
    said: list[tuple[str, str, str]]  # who, when, what

    @property
    def text(self) -> str:
        """Plain text, as in a mail."""
        parts = [f"{who}, {at}\n{words}" for who, at, words in self.said]
        return "\n\n".join([f"{self.title}\n{self.about}", *parts]) + "\n"

    @property
    def html(self) -> str:
        """A page that needs nothing but itself, to be printed."""
        said = "".join(
            f'<dt>{escape(who)} <time>{escape(at)}</time></dt><dd dir="auto">{escape(words)}</dd>'
            for who, at, words in self.said
        )
        return (
            f'<!doctype html><html lang="{escape(self.language)}"><head><meta charset="utf-8"><title>{escape(self.title)}</title>'
            f"<style>{STYLE}</style></head><body><h1>{escape(self.title)}</h1>"
            f'<p class="about">{escape(self.about)}</p><dl>{said}</dl></body></html>\n'
        )


def write(session: Session, address: Address, shop: str, at_home: ZoneInfo) -> Paper:
    """The conversation that this address leads to."""
    zone, language = _zone(address, at_home), _language(address)

    def say(key: str, **facts: object) -> str:
        return wording.say(f"transcript_{key}_{language}", **facts)

    messages = _newest(session, session.get_one(Conversation, address.conversation_id))
    said = [(_who(one, say("you")), _when(one["at"], zone), _what(one, say("file"))) for one in messages]
    return Paper(say("title", shop=shop), say("about", zone=zone.key), language, said)


def mail(session: Session, address: Address, shop: str, at_home: ZoneInfo) -> str:
    """Send it to the e-mail on file of whom this conversation is proved to be; returns a hint at where that is. Nobody can
    name another address. Raises `Conflict` where nobody is proved."""
    owner = identity.of(session, address.conversation_id)
    customer = session.get(Customer, owner.customer_id) if owner.customer_id and owner.level >= Proof.PHONE else None
    if customer is None or "@" not in customer.email:
        raise Conflict("Only who is signed in or confirmed by a code can have it by e-mail.", code="no_contact")
    paper = write(session, address, shop, at_home)
    job = {"to": customer.email, "subject": paper.title, "text": paper.text[-MAILED:]}
    jobs.owe(session, "send_mail", f"mail:{customer.email}", job)
    return hint(customer.email)


def hint(email: str) -> str:
    """Enough to know one's own by: m•••@example.com."""
    name, _, host = email.rpartition("@")
    return f"{name[:1]}•••@{host}"


def _newest(session: Session, conversation: Conversation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = max(0, conversation.last_seq - MOST)
    while page := thread.messages(session, conversation.id, after):
        found += page
        after = page[-1]["seq"]
    return found


def _who(message: dict[str, Any], you: str) -> str:
    author = message["author"]
    return you if author["kind"] == "customer" else str(author["name"])


def _when(at: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _what(message: dict[str, Any], file: str) -> str:
    names = [f"[{file}: {one['name']}]" for one in message.get("files", [])]
    return "\n".join([*([] if message.get("wordless") else [message["text"]]), *names]) or str(message["text"])


def _zone(address: Address, at_home: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(address.zone) if address.zone else at_home
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return at_home


def _language(address: Address) -> str:
    return "es" if (address.locale or "").lower().startswith("es") else "en"
