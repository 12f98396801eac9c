"""Which policy a decision was made by: each policy that was ever in force is a row."""

from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from handoff.models import PolicyVersion
from handoff.routing import policy
from handoff.routing.policy import Policy
from shop.ground import clock

_known: "WeakKeyDictionary[Engine, tuple[Policy, int]]" = WeakKeyDictionary()
_NEW = "new policy version"  # in session.info: the row is this transaction's own, and goes with it if it fails


def current_id(session: Session) -> int:
    """The version of the policy in force; its row is made when nobody has gone by it before."""
    current, engine = policy.current(), session.get_bind().engine
    remembered = _known.get(engine)
    if remembered and remembered[0] is current:
        return remembered[1]
    digest = current.digest
    found = _find(session, digest)
    if found is None:
        found = _put(session, current, digest)
    elif session.info.get(_NEW) != digest:
        _known[engine] = current, found
    return found


def listed(session: Session) -> list[PolicyVersion]:
    """All versions, the newest first."""
    return list(session.scalars(select(PolicyVersion).order_by(PolicyVersion.id.desc())))


def _find(session: Session, digest: str) -> int | None:
    return session.scalar(select(PolicyVersion.id).where(PolicyVersion.digest == digest))


def _put(session: Session, current: Policy, digest: str) -> int:
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    row = {"digest": digest, "body": current.body, "at": clock.now()}
    session.execute(insert(PolicyVersion).values(row).on_conflict_do_nothing(index_elements=["digest"]))
    session.info[_NEW] = digest
    made = _find(session, digest)
    assert made is not None  # ours, or that of another process which was first
    return made
