"""When a file goes: its row first, in one transaction with the debt of its bytes. A crash in between leaves work, not litter."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Conversation, File
from shop.ground import clock, jobs

DROP = "drop_file"
WAITS = "later:"  # so begin the keys of files that go out with a reply at its time
UNSENT_FOR = timedelta(days=1)
LOOK_AFTER = timedelta(hours=1)  # whoever lays bytes down has written so by then, or never will
A_BITE = 100
AT_REST = ("bot", "closed")  # with a person's conversation its files stay, however old they are


def look_later(session: Session, sha256: str) -> None:
    """Bytes are about to be laid down: look, some time later, whether anybody wrote down that they are theirs."""
    jobs.owe(session, DROP, f"bytes:{sha256}", {"sha256": sha256}, due_at=clock.now() + LOOK_AFTER)


def drop_unsent(session: Session, file_id: str) -> None:
    """A day has gone: a file whose message never came goes, unless the message is to go out later."""
    file = session.get(File, file_id, with_for_update=True)
    if file is not None and file.seq is None and not (file.key or "").startswith(WAITS):
        gone(session, [file])


def drop_old(session: Session, kept: timedelta) -> bool:
    """A bite of the files that came too long ago. False: there are no more."""
    too_old = (File.at <= clock.now() - kept, Conversation.state.in_(AT_REST))
    found = select(File).join(Conversation, Conversation.id == File.conversation_id).where(*too_old).order_by(File.at)
    bite = session.scalars(found.limit(A_BITE).with_for_update(of=File, skip_locked=True)).all()
    gone(session, bite)
    return len(bite) == A_BITE


def forget(session: Session, conversation_id: str) -> None:
    """Take all files out of a conversation."""
    gone(session, session.scalars(select(File).where(File.conversation_id == conversation_id)).all())


def gone(session: Session, files: Sequence[File]) -> None:
    """Their rows go now, their bytes as soon as that is committed, unless other files have the same."""
    for file in files:
        session.delete(file)
    session.flush()
    for sha256 in sorted({file.sha256 for file in files}):
        jobs.owe(session, DROP, f"bytes:{sha256}", {"sha256": sha256})


def wanted(session: Session, sha256: str) -> bool:
    """Does any file have these bytes?"""
    return session.scalar(select(File.id).where(File.sha256 == sha256).limit(1)) is not None
