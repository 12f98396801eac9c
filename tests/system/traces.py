"""What a request may have left behind in the shop's database: counted before and after."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from handoff.models import AgentSession, Consent, Conversation, Delivery, DeliveryEvent
from shop.ground.jobs import Job
from tests.system.product import eventually
from tests.system.shopping import Shop


@dataclass(frozen=True)
class Left:
    """How much there is of everything that a request could leave behind, and which jobs."""

    rows: list[int]
    jobs: frozenset[int]


def left(shop: Shop) -> Left:
    """Once nothing that was said before is on its way any more; jobs that are due later may still be settled meanwhile."""
    eventually(lambda: shop.read(_under_way) == 0, what="a quiet moment")
    tables = (Conversation, Consent, DeliveryEvent, AgentSession)
    rows = [shop.read(lambda session, table=table: _count(session, select(table))) for table in tables]
    return Left([shop.messages(), *rows], frozenset(shop.read(lambda session: session.scalars(select(Job.id)).all())))


def nothing_new(shop: Shop, before: Left) -> None:
    now = left(shop)
    assert now.rows == before.rows
    assert now.jobs <= before.jobs


def _under_way(session: Session) -> int:
    kinds = ("ask_bot", "deliver", "send_mail", "send_code")
    texts = select(Delivery).where(Delivery.state.in_(("queued", "sending", "sent", "uncertain")))
    return _count(session, select(Job).where(Job.kind.in_(kinds), Job.failed_at.is_(None))) + _count(session, texts)


def _count(session: Session, rows: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(rows.subquery())) or 0
