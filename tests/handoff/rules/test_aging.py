"""Files that go with time: which, when, in which order, and that a crash at any point leaves neither a lie nor litter."""

import asyncio
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.channels import files as files_channel
from handoff.jobs import drop_file, sweep_files
from handoff.models import File
from handoff.routing import holding
from handoff.rules import aging, files, inbox, thread
from handoff.rules.files import Stored
from handoff.rules.inbox import Inbound
from handoff.tools.shelf import Shelf
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.errors import Conflict
from shop.ground.settings import Settings
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.picturing import png

KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Parts:
    db: Database
    settings: Settings
    shelf: Shelf


@pytest.fixture
def parts(db: Database, settings: Settings, clock: Clock, tmp_path: Path) -> Parts:
    return Parts(db, settings, Shelf(tmp_path / "files"))


def brings(session: Session, parts: Parts, data: bytes, n: int = 1) -> str:
    """Somebody new sends one file; their conversation."""
    visitor = world.visitor(session)
    place = world.address(session, visitor)
    conversation = world.conversation(session, visitor.conversation)
    stored = Stored(parts.shelf.put(data), "image/png", len(data))
    ids = tuple(files.stage(session, conversation, files.of_customer(place), stored, "a").id for _ in range(n))
    inbox.accept(session, place, Inbound("web", "c1", files=ids))
    return visitor.conversation


def held_by_a_person(session: Session, conversation_id: str) -> None:
    world.agent(session, "Alice")
    found = world.conversation(session, conversation_id)
    inbox.accept(session, found.address_id or 0, Inbound("web", "c2", option="person"))
    holding.accept(session, found, world.locked(session, "alice"))


def work(parts: Parts, *, round_first: bool = True) -> None:
    """The hour's round, and what it left to do."""

    async def play() -> None:
        if round_first:
            await sweep_files.run(parts)
        while (job := await parts.db.write(jobs.claim, 30, (aging.DROP,))) is not None:
            await drop_file.run(parts, job)

    asyncio.run(play())


def lying(parts: Parts) -> set[str]:
    """What lies there, litter included."""
    folder = parts.shelf.folder
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def there(db: Database) -> dict[str, str]:
    """The conversations that have files, and the hash of each."""
    with db.transaction() as session:
        return {row.conversation_id: row.sha256 for row in session.scalars(select(File))}


def shown(parts: Parts, conversation_id: str) -> dict[str, Any]:
    with parts.db.transaction() as session:
        return thread.messages(session, conversation_id, 0)[0]


def test_after_their_time_files_go_but_not_from_a_persons_hands_nor_bytes_that_others_have(
    parts: Parts, clock: Clock
) -> None:
    with parts.db.transaction() as session:
        old, shared, held = (brings(session, parts, data) for data in (b"old", b"shared", b"held"))
        held_by_a_person(session, held)
    clock.advance(days=300)
    with parts.db.transaction() as session:
        young = brings(session, parts, b"shared")
    clock.advance(days=64, hours=23)
    work(parts)
    assert set(there(parts.db)) == {old, shared, held, young}
    assert shown(parts, old)["wordless"]
    clock.advance(hours=1)
    work(parts)
    assert set(there(parts.db)) == {held, young}
    assert lying(parts) == set(there(parts.db).values())
    left = shown(parts, old)
    assert (left["text"], "files" in left, "wordless" in left) == ("(1 picture or file)", False, False)
    with parts.db.transaction() as session:
        holding.close(session, world.conversation(session, held), world.locked(session, "alice"))
    work(parts)
    assert set(there(parts.db)) == {young}
    clock.advance(days=300)
    work(parts)
    assert (there(parts.db), lying(parts)) == ({}, set())


def test_a_round_takes_many_in_bites(parts: Parts, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aging, "A_BITE", 3)
    with parts.db.transaction() as session:
        for n in range(4):
            brings(session, parts, b"%d" % n, n=2)
    clock.advance(days=366)
    for_ever = Parts(parts.db, parts.settings.model_copy(update={"files_kept_days": 0}), parts.shelf)
    work(for_ever)
    assert len(lying(parts)) == 4
    work(parts)
    assert (there(parts.db), lying(parts)) == ({}, set())


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("died", ["before the job", "with the bytes in hand"])
def test_a_crash_is_mended_and_who_has_the_bytes_again_has_them(
    parts: Parts, clock: Clock, died: str, again: bool
) -> None:
    with parts.db.transaction() as session:
        brings(session, parts, b"data")
    clock.advance(days=366)
    asyncio.run(sweep_files.run(parts))
    assert there(parts.db) == {}  # never a row without its bytes: it went first
    [digest] = lying(parts)
    if died == "with the bytes in hand":
        with parts.db.transaction() as session:
            assert jobs.claim(session, 30, (aging.DROP,)) is not None
        assert parts.shelf.take_down(digest) is not None
    if again:
        with parts.db.transaction() as session:
            conversation = world.conversation(session, world.visitor(session).conversation)
            files.keep(session, conversation, Stored(digest, "image/png", 4), "a")
    clock.advance(minutes=1)
    work(parts, round_first=False)
    assert lying(parts) == ({digest} if again else set())


def test_bytes_that_nobody_wrote_down_go_after_an_hour(parts: Parts, clock: Clock) -> None:
    def refuses(_session: Session, _stored: Stored) -> File:
        raise Conflict("That is as many files as this conversation takes today.", code="files_full")

    with pytest.raises(Conflict):
        asyncio.run(files_channel.kept(parts, png(), refuses))  # type: ignore[arg-type]
    assert len(lying(parts)) == 1
    clock.advance(minutes=59)
    work(parts)
    assert len(lying(parts)) == 1
    clock.advance(minutes=1)
    work(parts)
    assert lying(parts) == set()


def test_what_a_dead_process_was_writing_goes(parts: Parts) -> None:
    digest = parts.shelf.put(b"whole")
    making = parts.shelf.folder / ".making"
    for name, age_s in (("old", 7200), ("new", 0)):
        draft = making / f"{digest}.{name}"
        draft.write_bytes(b"who")
        os.utime(draft, (draft.stat().st_mtime - age_s,) * 2)
    work(parts)
    assert lying(parts) == {digest, f".making/{digest}.new"}
