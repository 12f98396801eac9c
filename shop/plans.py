"""Plans: what will happen if the customer says yes, written down before they are asked.

A plan is never changed once made. It holds for the policy's minutes, only in the conversation and for the customer it
was made for, and only while its order stays at the version it was made from.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shop import policy, wording
from shop.ground import clock
from shop.ground.errors import Conflict, NotFound
from shop.identity import Identity
from shop.orders import Order
from shop.records import PlanRow


@dataclass(frozen=True)
class Plan:
    """`lines` say in plain words what will happen; `payload` is the same for the machine. Of the account: no order."""

    id: str
    operation: str
    order_id: str | None
    lines: tuple[str, ...]
    payload: dict[str, Any]
    expires_at: datetime

    @property
    def card(self) -> dict[str, Any]:
        """The plan as clients draw it."""
        return {
            "kind": "plan",
            "id": self.id,
            "operation": self.operation,
            "order": self.order_id,
            "lines": list(self.lines),
            "expires_at": clock.iso(self.expires_at),
        }


def make(
    session: Session,
    who: Identity,
    operation: str,
    order: Order | None,
    message_id: str,
    lines: Sequence[str],
    payload: dict[str, Any],
    now: datetime,
) -> Plan:
    """Write a plan for an order as it is now, or for the account. The same message makes it once, however often it is run."""
    row = PlanRow(
        id=secrets.token_urlsafe(12),
        conversation_id=who.conversation_id,
        customer_id=who.customer_id,
        operation=operation,
        order_id=order.id if order else None,
        order_version=order.version if order else 0,
        message_id=message_id,
        lines=list(lines),
        payload=payload,
        hash="",
        made_at=now,
        expires_at=now + policy.current().plan_lifetime,
    )
    row.hash = _seal(row)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return made_by(session, who, operation, row.order_id, message_id)
    return _seen(row)


def made_by(session: Session, who: Identity, operation: str, order_id: str | None, message_id: str) -> Plan:
    """The plan that this message made; `NotFound` when it made none in this conversation."""
    row = session.scalar(
        select(PlanRow).where(
            PlanRow.message_id == message_id,
            PlanRow.operation == operation,
            PlanRow.order_id.is_not_distinct_from(order_id),
            PlanRow.conversation_id == who.conversation_id,
            PlanRow.customer_id == who.customer_id,
        )
    )
    if row is None:
        raise NotFound(wording.say("plan_gone"))
    return _seen(row)


def drop(session: Session, who: Identity, plan_id: str, now: datetime) -> None:
    """The customer said no. A plan that is not theirs, or not there, is left alone without a word."""
    session.execute(
        update(PlanRow)
        .where(PlanRow.id == plan_id, PlanRow.conversation_id == who.conversation_id, PlanRow.dropped_at.is_(None))
        .values(dropped_at=now)
    )


def locked(session: Session, who: Identity, plan_id: str) -> PlanRow:
    """The plan, if it was made in this conversation for this customer, as a row that others wait for."""
    row = session.scalar(
        select(PlanRow)
        .where(
            PlanRow.id == plan_id,
            PlanRow.conversation_id == who.conversation_id,
            PlanRow.customer_id == who.customer_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(wording.say("plan_gone"), code="plan_gone")
    return row


def check_open(row: PlanRow, now: datetime) -> None:
    """`Conflict` when the plan may not be carried out any more."""
    if row.dropped_at is not None or row.hash != _seal(row):
        raise Conflict(wording.say("plan_gone"), code="plan_gone")
    if now >= row.expires_at:
        raise Conflict(wording.say("plan_expired", minutes=policy.current().plan_minutes), code="plan_expired")


def _seal(row: PlanRow) -> str:
    what = [row.customer_id, row.operation, row.order_id, row.order_version, row.lines, row.payload]
    sealed = json.dumps(what, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(sealed.encode()).hexdigest()


def _seen(row: PlanRow) -> Plan:
    return Plan(row.id, row.operation, row.order_id, tuple(row.lines), dict(row.payload), row.expires_at)
