"""Canned replies: kept under shortcuts, filled with what is known of a conversation. What isn't known stays to be seen."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handoff.models import Address, Agent, Canned, Conversation
from handoff.routing import books, policy
from handoff.rules import audit
from handoff.rules.staff import Member
from shop import customers, identity, orders
from shop.ground import clock
from shop.ground.errors import BadInput, Conflict, Forbidden, NotFound

WRITERS = ("supervisor", "admin")
VARIABLES = (
    "customer.first_name",
    "customer.name",
    "agent.first_name",
    "agent.name",
    "representative.name",
    "order.id",
    "order.status",
)
_NAMED = re.compile(r"\{\s*([A-Za-z_]+\.[A-Za-z_]+)\s*\}")
_SHORTCUT = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2}")
LONGEST = 4000


def every(session: Session) -> list[dict[str, Any]]:
    """All of them, by shortcut."""
    return [_shown(row) for row in session.scalars(select(Canned).order_by(Canned.shortcut))]


def add(session: Session, who: Member, shortcut: str, title: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """A new one. `Conflict` when the shortcut is taken."""
    _may_write(who)
    row = Canned(shortcut="", title="", texts={})
    _write(session, row, who, shortcut, title, texts)
    audit.note(session, f"agent:{who.id}", "canned_added", row.shortcut)
    return _shown(row)


def change(
    session: Session, who: Member, canned_id: str, version: int, shortcut: str, title: str, texts: Mapping[str, str]
) -> dict[str, Any]:
    """Written anew. `Conflict` when somebody else wrote it meanwhile."""
    _may_write(who)
    row = _locked(session, canned_id)
    if row.version != version:
        raise Conflict("Somebody else has changed this reply since you opened it.")
    row.version += 1
    _write(session, row, who, shortcut, title, texts)
    audit.note(session, f"agent:{who.id}", "canned_changed", row.shortcut, version=row.version)
    return _shown(row)


def remove(session: Session, who: Member, canned_id: str) -> None:
    _may_write(who)
    row = _locked(session, canned_id)
    session.delete(row)
    audit.note(session, f"agent:{who.id}", "canned_removed", row.shortcut)


def values(session: Session, conversation: Conversation, agent: Agent) -> dict[str, str]:
    """What each variable stands for here; a variable of which nothing is known is left out."""
    customer_id = identity.of(session, conversation.id).customer_id
    known = {"agent.name": agent.name, "agent.first_name": _first(agent.name)}
    if customer_id:
        customer = customers.get(session, customer_id)
        representative = books.representative(session, customer_id)
        known |= {"customer.name": customer.name, "customer.first_name": customer.first_name}
        known |= {"representative.name": representative.name if representative else ""}
        known |= _order(session, conversation, customer_id)
    return {name: text for name, text in known.items() if text}


def language(session: Session, conversation: Conversation) -> str:
    """In which language the customer writes, as two letters; the team's when nobody said."""
    locale = session.scalar(select(Address.locale).where(Address.id == conversation.address_id))
    told = (conversation.facts or {}).get("language") or locale or policy.current().language
    return str(told).split("-")[0].lower()


def left_open(text: str) -> list[str]:
    """The variables that a text still holds: it is not for a customer's eyes yet."""
    return [name for name in dict.fromkeys(_NAMED.findall(text)) if name in VARIABLES]


def _order(session: Session, conversation: Conversation, customer_id: str) -> dict[str, str]:
    """The order that it is about: the one noted down, else the customer's only one."""
    theirs = {str(order["id"]): order for order in orders.summaries(session, customer_id)}
    noted = str((conversation.facts or {}).get("order_id") or "")
    order = theirs.get(noted) or (next(iter(theirs.values())) if len(theirs) == 1 else None)
    return {"order.id": str(order["id"]), "order.status": str(order["state"])} if order else {}


def _write(session: Session, row: Canned, who: Member, shortcut: str, title: str, texts: Mapping[str, str]) -> None:
    shortcut, title = shortcut.strip().removeprefix("/").lower(), title.strip()
    kept = {code.strip().lower(): text.strip() for code, text in texts.items() if text.strip()}
    _check(shortcut, title, kept)
    try:
        with session.begin_nested():
            row.shortcut, row.title, row.texts = shortcut, title, kept
            row.by, row.changed_at = who.id, clock.now()
            session.add(row)
    except IntegrityError:
        raise Conflict(f"/{shortcut} is taken by another reply.", code="shortcut_taken") from None


def _check(shortcut: str, title: str, texts: Mapping[str, str]) -> None:
    if not _SHORTCUT.fullmatch(shortcut):
        raise BadInput("A shortcut is made of letters, digits and hyphens, 40 at most.", code="bad_shortcut")
    if not title:
        raise BadInput("A reply needs a title.")
    if not texts or not all(_LANGUAGE.fullmatch(code) for code in texts):
        raise BadInput("A reply needs a text, each under a language of two letters, such as en.", code="no_text")
    for text in texts.values():
        if len(text) > LONGEST:
            raise BadInput(f"{LONGEST} characters are the most.")
        if unknown := [name for name in _NAMED.findall(text) if name not in VARIABLES]:
            raise BadInput(f"There is no variable {{{unknown[0]}}}.", code="unknown_variable")


def _may_write(who: Member) -> None:
    if who.role not in WRITERS:
        raise Forbidden("Supervisors write the canned replies.")


def _locked(session: Session, canned_id: str) -> Canned:
    row = session.scalar(select(Canned).where(Canned.id == canned_id).with_for_update())
    if row is None:
        raise NotFound("There is no such reply.")
    return row


def _first(name: str) -> str:
    return name.split()[0] if name.split() else ""


def _shown(row: Canned) -> dict[str, Any]:
    return {
        "id": row.id,
        "shortcut": row.shortcut,
        "title": row.title,
        "texts": row.texts,
        "version": row.version,
        "changed_at": clock.iso(row.changed_at),
    }
