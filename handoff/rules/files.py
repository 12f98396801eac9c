"""Files of a conversation: what may be kept, and what is shown of it. The bytes are on the shelf before a row says so."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states, wording
from handoff.models import Conversation, File
from handoff.rules import aging, filetypes, links, papers, pictures
from shop.ground import clock, jobs
from shop.ground.errors import BadInput, Conflict, NotFound, Refusal, TooLarge

LARGEST = 10 * 1024 * 1024
LONGEST_NAME = 100
IN_A_MESSAGE = 10
UNSENT = 30  # of one conversation; they are dropped after
A_DAY = 100 * 1024 * 1024  # of one conversation
WORDLESS = {"wordless": True}  # of a message: its words were not written, only its files were sent


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


def by_browser(data: bytes) -> tuple[str, bytes]:
    """What a browser sent: its type, and what of it is kept. Raises `TooLarge`, or `BadInput` for what we do not take."""
    kind = check(data)
    if kind not in filetypes.BY_BROWSER:
        raise BadInput("Only JPEG, PNG, GIF and WebP pictures and PDF are taken.", code="file_type")
    return kind, papers.cleaned(data) if kind == "application/pdf" else pictures.cleaned(kind, data)


def by_text(data: bytes) -> tuple[str, bytes]:
    """What a text brought: the same, but nobody can be asked to send it again, so that a damaged one is kept as it is."""
    kind = check(data)
    if kind not in filetypes.IMAGES:
        return kind, data
    try:
        return kind, pictures.cleaned(kind, data)
    except Refusal:
        return kind, data


def of_customer(address_id: int) -> str:
    """Who writes: a customer, from this address."""
    return f"chat:{address_id}"


def of_agent(agent_id: str) -> str:
    return f"agent:{agent_id}"


def of_later(reply_id: str) -> str:
    """They wait for the time of this reply."""
    return f"{aging.WAITS}{reply_id}"


def stage(session: Session, conversation: Conversation, owner: str, stored: Stored, name: str) -> File:
    """Note a file whose message is still being written by `owner`. Raises `Conflict` when there are too many."""
    since = clock.now() - timedelta(days=1)
    mine = File.conversation_id == conversation.id
    unsent = session.scalar(select(func.count()).where(mine, File.seq.is_(None))) or 0
    today = session.scalar(select(func.sum(File.bytes)).where(mine, File.at > since)) or 0
    if unsent >= UNSENT or today + stored.bytes > A_DAY:
        raise Conflict("That is as many files as this conversation takes today.", code="files_full")
    file = keep(session, conversation, stored, name)
    file.key = f"{owner}:{file.id}"
    due_at = clock.now() + aging.UNSENT_FOR
    jobs.owe(session, aging.DROP, f"file:{file.id}", {"file": file.id}, due_at=due_at)
    return file


def staged(session: Session, conversation_id: str, owner: str, ids: Sequence[str]) -> list[File]:
    """The files that a message of `owner` brings along, in their order. Raises `BadInput` for any that is not theirs, or
    was sent already."""
    if len(set(ids)) != len(ids) or len(ids) > IN_A_MESSAGE:
        raise BadInput(f"A message takes {IN_A_MESSAGE} files at the most, each once.", code="too_many_files")
    where = (File.conversation_id == conversation_id, File.id.in_(ids), File.seq.is_(None))
    found = {file.id: file for file in session.scalars(select(File).where(*where)) if file.key == f"{owner}:{file.id}"}
    if len(found) != len(ids):
        raise BadInput("One of these files is not here any more. Please add it again.", code="unknown_file")
    return [found[one] for one in ids]


def unsent(session: Session, conversation_id: str, owner: str) -> list[File]:
    """What `owner` has brought and not sent yet."""
    where = (File.conversation_id == conversation_id, File.seq.is_(None))
    found = session.scalars(select(File).where(*where).order_by(File.position, File.at))
    return [file for file in found if file.key == f"{owner}:{file.id}"]


def hand(files: Sequence[File], owner: str) -> None:
    """They are `owner`'s from now on, in this order."""
    for position, file in enumerate(files):
        file.key, file.position = f"{owner}:{file.id}", position


def attach(conversation: Conversation, seq: int, files: Sequence[File]) -> None:
    """They belong to this message from now on."""
    for position, file in enumerate(files):
        file.conversation_id, file.seq, file.position = conversation.id, seq, position


def in_words(count: int) -> str:
    """A message without words is still a message: for the bot, for phones, for who cannot see."""
    return wording.say("media_only_one") if count == 1 else wording.say("media_only_many", count=count)


def by_phone(text: str, files: Sequence[File]) -> str:
    """The words of a text message, and where each file can be had."""
    return "\n".join([*([text] if text else []), *(f"{file.name}: {links.to_phone(file.id)}" for file in files)])


def sent_with(session: Session, conversation_id: str, seq: int) -> list[str]:
    """The ids of a message's files, in their order."""
    where = (File.conversation_id == conversation_id, File.seq == seq)
    return list(session.scalars(select(File.id).where(*where).order_by(File.position, File.at)))


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
    own = next((one for one in (ending, *filetypes.ALSO.get(kind, ())) if plain.lower().endswith(one)), "")
    stem = plain.removesuffix(plain[len(plain) - len(own) :]) if own else plain
    return (stem[: LONGEST_NAME - len(ending)] or "file") + ending


def find(session: Session, file_id: str) -> File:
    """Raises `NotFound`."""
    file = session.get(File, file_id)
    if file is None:
        raise NotFound("There is no such file.")
    return file


def of_messages(session: Session, conversation_id: str, seqs: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The files of these messages, by number."""
    if not seqs:
        return {}
    found: dict[int, list[dict[str, Any]]] = {}
    where = (File.conversation_id == conversation_id, File.seq.in_(seqs))
    for file in session.scalars(select(File).where(*where).order_by(File.seq, File.position, File.at)):
        found.setdefault(file.seq or 0, []).append(shown(file))
    return found


def shown(file: File) -> dict[str, Any]:
    """As the API shows it, with a link that is good for ten minutes."""
    url = links.to_file(file.id)
    return {"id": file.id, "name": file.name, "type": file.type, "bytes": file.bytes, "url": url}
