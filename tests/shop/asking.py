"""Codes to test with: a key, a plan that waits for one, and the way from the question to the code in the customer's hand."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from shop import codes
from shop.claims import Claim
from shop.codes import Challenge, Issued, Verdict
from shop.records import PlanRow
from tests.shop.small import NOW

KEY = b"k" * 32
ADA = Claim(email=" ADA@example.com ")
NOBODY = Claim(email="nobody@example.com")
INDEX = "search_words"  # of all messages, on SQLite: it cannot be read, only asked


def holding(session: Session, code: str) -> list[str]:
    """The tables that hold a code somewhere; a hash may have its digits by chance."""
    tables = inspect(session.connection()).get_table_names()
    found = [table for table in tables if table != INDEX and _holds(session, table, code)]
    asked = text(f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH :code")
    return [*found, INDEX] if INDEX in tables and session.execute(asked, {"code": code}).all() else found


def _holds(session: Session, table: str, code: str) -> bool:
    rows = session.execute(text(f'SELECT * FROM "{table}"')).mappings()
    return any(code in str(value) for row in rows for name, value in row.items() if name != "code_hash")


def plan(session: Session, plan_id: str = "plan", customer: str = "ada", conversation: str = "c1") -> str:
    """A plan that was shown and waits for its yes."""
    session.add(
        PlanRow(
            id=plan_id, conversation_id=conversation, customer_id=customer, operation="address", order_id="#W1000001",
            order_version=1, message_id=f"{conversation}:{plan_id}", lines=[], payload={}, hash="", made_at=NOW,
            expires_at=NOW + timedelta(minutes=10),
        )
    )  # fmt: skip
    session.flush()
    return plan_id


def announced(
    session: Session, challenge: Challenge, now: datetime = NOW, in_use: Collection[str] = (), conversation: str = "c1"
) -> Issued | None:
    """The customer is told, and the code is made."""
    codes.announce(session, challenge.id, conversation, now)
    return codes.issue_code(session, KEY, challenge.id, now, in_use)


def claimed(
    session: Session, claim: Claim = ADA, message: str = "c1:1", conversation: str = "c1", now: datetime = NOW
) -> Issued | None:
    """A claim, and the code that is sent for it; None when nothing is."""
    challenge = codes.open_for_claim(session, conversation, claim, message, now)
    return announced(session, challenge, now, conversation=conversation)


def says(session: Session, digits: str, now: datetime = NOW, conversation: str = "c1") -> Verdict | None:
    return codes.check(session, KEY, conversation, digits, now)


def wrong(code: str) -> str:
    """Six digits that are another code."""
    return f"{(int(code) + 1) % 1_000_000:06}"
