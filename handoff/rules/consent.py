"""Whether a number may be texted: Twilio's keywords, and an append-only ledger in which the newest row counts.

Only single words are keywords, as Twilio has it. "Yes" opts a stopped number in again; said by anybody else it is an answer.
"""

import unicodedata
from typing import Literal

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from handoff.models import Consent
from handoff.rules import numbers
from shop.ground import clock

Wish = Literal["stop", "start", "help"]

_STOP = frozenset({"stop", "unsubscribe", "end", "quit", "stopall", "revoke", "optout", "cancel"})
_START = frozenset({"start", "unstop"})
_START_IF_STOPPED = frozenset({"yes"})
_HELP = frozenset({"help", "info"})
_REPORTED: dict[str, Wish] = {"STOP": "stop", "START": "start", "HELP": "help"}


def stopped(session: Session, number: str) -> bool:
    """Did this number opt out, and not in again since?"""
    return _newest(session, number) == "stop"


def wish(session: Session, number: str, text: str, reported: str = "") -> Wish | None:
    """What a text asks of the carrier rather than of us. `reported` is Twilio's own finding, its `OptOutType`."""
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if word in _START_IF_STOPPED:
        return "start" if stopped(session, number) else None
    found = _REPORTED.get(reported.strip().upper())
    if found is not None:
        return found
    if word in _STOP:
        return "stop"
    if word in _START:
        return "start"
    return "help" if word in _HELP else None


def stop_of(session: Session, number: str) -> Consent | None:
    """The opt-out that counts now."""
    newest = session.scalar(select(Consent).where(Consent.number == number).order_by(Consent.id.desc()).limit(1))
    return newest if newest is not None and newest.kind == "stop" else None


def agreed(session: Session, number: str, scope: str) -> bool:
    """Did the number agree to this since it last opted out? What nobody asked for needs it, an answer does not."""
    stop = select(func.max(Consent.id)).where(Consent.number == number, Consent.kind == "stop").scalar_subquery()
    since = Consent.id > func.coalesce(stop, 0)
    return bool(session.scalar(select(exists().where(Consent.number == number, Consent.scope == scope, since))))


def record(
    session: Session,
    number: str,
    kind: Literal["stop", "start"],
    *,
    wording: str,
    source: str,
    scope: str = "all",
    how: str = "keyword",
) -> bool:
    """Add to the ledger. What is already so is not written again: False."""
    if agreed(session, number, scope) if kind == "start" and scope != "all" else _newest(session, number) == kind:
        return False
    row = Consent(number=number, kind=kind, wording=wording[:1600], source=source, scope=scope, how=how, at=clock.now())
    session.add(row)
    if kind == "stop":
        numbers.expire(session, number, "opted_out")
    session.flush()
    return True


def _newest(session: Session, number: str) -> str | None:
    newest = select(Consent.kind).where(Consent.number == number).order_by(Consent.id.desc()).limit(1)
    return session.scalar(newest)
