"""The picture of a person on staff, which their customers see: put there by an admin or by themselves, replaced, taken away."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, AgentPicture
from handoff.rules import audit, filetypes, pictures
from shop.ground import clock
from shop.ground.errors import BadInput, NotFound, TooLarge

LARGEST = 1024 * 1024
TYPES = ("image/jpeg", "image/png")
AT = "/api/agents/"


@dataclass(frozen=True)
class Face:
    """What is kept of a picture."""

    sha256: str
    type: str
    data: bytes

    @property
    def name(self) -> str:
        return _name(self.sha256, self.type)


def read(data: bytes) -> Face:
    """What was brought, without where and by what it was taken. Raises `TooLarge`, or `BadInput` for what we do not take."""
    if len(data) > LARGEST:
        raise TooLarge("A picture may have 1 MB at the most.")
    kind = filetypes.of(data)
    if kind not in TYPES:
        raise BadInput("Only JPEG and PNG pictures are taken.", code="picture")
    clean = pictures.cleaned(kind, data)
    return Face(hashlib.sha256(clean).hexdigest(), kind, clean)


def put(session: Session, by: str, agent_id: str, face: Face) -> str:
    """It is theirs from now on, in place of the one before. Returns where it is. Raises `NotFound`."""
    _lock(session, agent_id)
    row = session.get(AgentPicture, agent_id)
    if row is None or row.sha256 != face.sha256:
        session.merge(AgentPicture(agent_id=agent_id, at=clock.now(), **vars(face)))
        audit.note(session, by, "picture_set", f"agent:{agent_id}", replaced=row is not None)
    return AT + face.name


def remove(session: Session, by: str, agent_id: str) -> None:
    """Their initials are shown again. Raises `NotFound`."""
    _lock(session, agent_id)
    row = session.get(AgentPicture, agent_id)
    if row is not None:
        session.delete(row)
        audit.note(session, by, "picture_removed", f"agent:{agent_id}")


def of(session: Session, agent_id: str) -> str | None:
    """Where their picture is, if they have one."""
    row = session.execute(_where.where(AgentPicture.agent_id == agent_id)).first()
    return AT + _name(row.sha256, row.type) if row else None


def every(session: Session, ids: Collection[str]) -> dict[str, str]:
    """The same of those of them who have one."""
    rows = session.execute(_where.where(AgentPicture.agent_id.in_(ids))) if ids else ()
    return {row.agent_id: AT + _name(row.sha256, row.type) for row in rows}


def find(session: Session, name: str) -> Face:
    """By the name that it is had by. Raises `NotFound`."""
    row = session.scalar(select(AgentPicture).where(AgentPicture.sha256 == name.partition(".")[0]).limit(1))
    if row is None or name != _name(row.sha256, row.type):
        raise NotFound("There is no such picture.")
    return Face(row.sha256, row.type, row.data)


def _lock(session: Session, agent_id: str) -> None:
    if session.scalar(select(Agent.id).where(Agent.id == agent_id).with_for_update()) is None:
        raise NotFound("There is no such agent.")


def _name(sha256: str, kind: str) -> str:
    return sha256 + filetypes.ENDINGS[kind]


_where = select(AgentPicture.agent_id, AgentPicture.sha256, AgentPicture.type)
