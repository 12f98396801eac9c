"""Files of a conversation: what may be kept, and what is shown of it. The bytes are on the shelf before a row says so."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation, File
from handoff.rules import filetypes, links
from shop.ground.errors import BadInput, NotFound, TooLarge

LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 100


@dataclass(frozen=True)
class Stored:
    """What lies on the shelf already."""

    sha256: str
    type: str
    bytes: int


def check(data: bytes) -> str:
    """The type of bytes that may be kept. Raises `TooLarge`, or `BadInput` for a type that we do not take."""
    if len(data) > LARGEST:
        raise TooLarge(f"A file may have {LARGEST // 1024 // 1024} MB at the most.")
    kind = filetypes.of(data)
    if kind is None:
        raise BadInput("Only pictures, PDF, video and sound are taken.", code="file_type")
    return kind


def keep(
    session: Session,
    conversation: Conversation,
    stored: Stored,
    name: str,
    *,
    seq: int | None = None,
    position: int = 0,
    key: str | None = None,
) -> File:
    """Note that a file belongs to a conversation, and to a message where it came with one. With a `key` that is known
    already the first row comes back."""
    known = session.scalar(select(File).where(File.key == key)) if key else None
    if known is not None:
        return known
    file = File(
        conversation_id=conversation.id,
        seq=seq,
        sha256=stored.sha256,
        type=stored.type,
        name=called(name, stored.type),
        bytes=stored.bytes,
        position=position,
        key=key,
    )
    session.add(file)
    session.flush()
    states.touch(session, conversation)
    return file


def called(name: str, kind: str) -> str:
    """A name that is one: no folders, no control characters, and the ending of what it is."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(char for char in last if char.isprintable() and char not in '"<>|:*?').strip(". ")
    ending = filetypes.ENDINGS[kind]
    stem = plain[: -len(ending)] if plain.lower().endswith(ending) else plain
    return (stem[: LONGEST_NAME - len(ending)] or "file") + ending


def find(session: Session, file_id: str) -> File:
    """Raises `NotFound`."""
    file = session.get(File, file_id)
    if file is None:
        raise NotFound("There is no such file.")
    return file


def of_messages(session: Session, conversation_id: str, seqs: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The files of these messages as the API shows them, each with a link that is good for ten minutes."""
    if not seqs:
        return {}
    found: dict[int, list[dict[str, Any]]] = {}
    where = (File.conversation_id == conversation_id, File.seq.in_(seqs))
    for file in session.scalars(select(File).where(*where).order_by(File.seq, File.position, File.at)):
        shown = {
            "id": file.id,
            "name": file.name,
            "type": file.type,
            "bytes": file.bytes,
            "url": links.to_file(file.id),
        }
        found.setdefault(file.seq or 0, []).append(shown)
    return found
