"""The record of what people on staff changed: written in the same transaction, read by supervisors and admins."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Audit
from shop.ground import clock

SHOWN = 200


def note(session: Session, by: str, action: str, subject: str, **detail: Any) -> None:
    """`by`: an agent's id as `agent:<id>`, or `command line`. Never a password, a code or a secret in `detail`."""
    session.add(Audit(by=by, action=action, subject=subject, detail=detail))
    session.flush()


def latest(session: Session) -> list[dict[str, Any]]:
    """The newest first."""
    names = {f"agent:{row.id}": row.name for row in session.execute(select(Agent.id, Agent.name))}
    rows = session.scalars(select(Audit).order_by(Audit.id.desc()).limit(SHOWN))
    return [
        {
            "at": clock.iso(row.at),
            "by": names.get(row.by, row.by),
            "action": row.action,
            "subject": names.get(row.subject, row.subject),
            "detail": row.detail,
        }
        for row in rows
    ]
