"""Receipts: what was done, one for each plan that was carried out."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shop import customers, wording
from shop.ground import clock, jobs
from shop.records import PlanRow, ReceiptRow

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is read for another


@dataclass(frozen=True)
class Outcome:
    """What an operation did. `more` is told in the e-mail alone, with {number} for the receipt's; the rest is as in `Receipt`."""

    lines: tuple[str, ...]
    changes: tuple[dict[str, Any], ...]
    rule: str
    amounts: tuple[dict[str, Any], ...] = ()
    more: str = ""


@dataclass(frozen=True)
class Receipt:
    """`amounts` is the money that moved: [{kind, amount_minor, currency, method_id, method}]; `changes` what was before and
    after: [{what, before, after}]; `rule` the policy in words. Of the account: no order."""

    number: str
    plan_id: str
    conversation_id: str
    customer_id: str
    operation: str
    order_id: str | None
    message_id: str
    by: str
    lines: tuple[str, ...]
    amounts: tuple[dict[str, Any], ...]
    at: datetime
    changes: tuple[dict[str, Any], ...] = ()
    rule: str = ""

    @property
    def text(self) -> str:
        """All of it in plain words."""
        return wording.say("receipt", number=self.number, lines=" ".join(self.lines))

    @property
    def card(self) -> dict[str, Any]:
        """The receipt as clients draw it."""
        return {
            "kind": "receipt",
            "number": self.number,
            "operation": self.operation,
            "order": self.order_id,
            "lines": list(self.lines),
            "changes": list(self.changes),
            "amounts": list(self.amounts),
            "rule": self.rule,
            "at": clock.iso(self.at),
        }


def shown(receipt: Receipt) -> dict[str, Any]:
    """The receipt as the console lists it."""
    return {**receipt.card, "text": receipt.text, "by": receipt.by}


def of_message(session: Session, conversation_id: str, message_id: str) -> list[Receipt]:
    """What the customer's message `message_id` of this conversation had done."""
    where = (ReceiptRow.message_id == message_id, ReceiptRow.conversation_id == conversation_id)
    return _read(session, select(ReceiptRow).where(*where))


def of_conversation(session: Session, conversation_id: str) -> list[Receipt]:
    """Everything that was done in this conversation."""
    return _read(session, select(ReceiptRow).where(ReceiptRow.conversation_id == conversation_id))


def of_customer(session: Session, customer_id: str, limit: int) -> list[Receipt]:
    """The latest that was done for this customer in any conversation, the newest first."""
    query = select(ReceiptRow).where(ReceiptRow.customer_id == customer_id)
    newest = query.order_by(ReceiptRow.at.desc(), ReceiptRow.number).limit(limit)
    return [_seen(row) for row in session.scalars(newest)]


def of_plan(session: Session, plan_id: str) -> Receipt | None:
    """The receipt of a plan that was carried out."""
    return next(iter(_read(session, select(ReceiptRow).where(ReceiptRow.plan_id == plan_id))), None)


def write(session: Session, plan: PlanRow, message_id: str, outcome: Outcome, by: str, now: datetime) -> Receipt:
    """Write the receipt of a plan, and owe its e-mail in the same transaction."""
    row = ReceiptRow(
        number=_number(),
        plan_id=plan.id,
        conversation_id=plan.conversation_id,
        customer_id=plan.customer_id,
        operation=plan.operation,
        order_id=plan.order_id,
        message_id=message_id,
        by=by,
        lines=list(outcome.lines),
        amounts=list(outcome.amounts),
        changes=list(outcome.changes),
        rule=outcome.rule,
        at=now,
    )
    session.add(row)
    session.flush()
    receipt = _seen(row)
    _owe_mail(session, receipt, outcome.more)
    return receipt


def _owe_mail(session: Session, receipt: Receipt, more: str) -> None:
    customer = customers.get(session, receipt.customer_id)
    facts = {"number": receipt.number, "order": receipt.order_id, "name": customer.first_name}
    mail = {
        "to": customer.email,
        "subject": wording.say("mail_subject" if receipt.order_id else "mail_subject_account", **facts),
        "text": wording.say("mail_body", lines="\n".join(receipt.lines), more=_more(more, receipt), **facts),
    }
    jobs.owe(session, "send_mail", f"mail:{customer.email}", mail, key=f"receipt:{receipt.number}")


def _more(more: str, receipt: Receipt) -> str:
    return f"\n{more.replace('{number}', receipt.number).strip()}\n" if more else ""


def _number() -> str:
    signs = "".join(secrets.choice(SIGNS) for _ in range(8))
    return f"R-{signs[:4]}-{signs[4:]}"


def _read(session: Session, query: Select[ReceiptRow]) -> list[Receipt]:
    return [_seen(row) for row in session.scalars(query.order_by(ReceiptRow.at, ReceiptRow.number))]


def _seen(row: ReceiptRow) -> Receipt:
    return Receipt(
        row.number,
        row.plan_id,
        row.conversation_id,
        row.customer_id,
        row.operation,
        row.order_id,
        row.message_id,
        row.by,
        tuple(row.lines),
        tuple(row.amounts),
        row.at,
        tuple(row.changes),
        row.rule,
    )
