"""Files that were brought and are not sent yet; what goes when nobody wants it; and a file to a phone."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handoff.jobs import drop_file
from handoff.models import Delivery, File
from handoff.routing import holding
from handoff.rules import aging, files, inbox, links, sessions
from handoff.rules.files import Stored
from handoff.rules.inbox import Inbound
from handoff.tools.shelf import Shelf
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict
from shop.ground.settings import Settings
from tests.conftest import Clock
from tests.handoff import world


@dataclass(frozen=True)
class Parts:
    db: Database
    shelf: Shelf


def run_due(parts: Parts) -> None:
    async def play() -> None:
        while (job := await parts.db.write(jobs.claim, 30, (aging.DROP,))) is not None:
            await drop_file.run(parts, job)

    asyncio.run(play())


def lying(shelf: Shelf) -> list[str]:
    """The hashes whose bytes are there; whatever else lies around would be litter."""
    return sorted(str(path.relative_to(shelf.folder)) for path in shelf.folder.rglob("*") if path.is_file())


def test_a_file_that_is_never_sent_goes_after_a_day_and_its_bytes_unless_somebody_has_them(
    db: Database, clock: Clock, tmp_path: Path
) -> None:
    parts = Parts(db, Shelf(tmp_path / "files"))
    both, alone = (Stored(parts.shelf.put(data), "image/png", 4) for data in (b"both", b"alone"))
    with db.transaction() as session:
        visitor = world.visitor(session)
        place = world.address(session, visitor)
        conversation = world.conversation(session, visitor.conversation)
        owner = files.of_customer(place)
        sent, unsent, single = (files.stage(session, conversation, owner, one, "a").id for one in (both, both, alone))
        inbox.accept(session, place, Inbound("web", "c1", files=(sent,)))
    clock.advance(days=1)
    run_due(parts)
    with db.transaction() as session:
        assert list(session.scalars(select(File.id))) == [sent]
        assert not session.get(File, unsent) and not session.get(File, single)
    assert lying(parts.shelf) == [both.sha256]
    with db.transaction() as session:
        aging.forget(session, visitor.conversation)
    run_due(parts)
    asyncio.run(drop_file.clear(parts, both.sha256))
    assert lying(parts.shelf) == []


def test_a_conversation_takes_so_many_files_and_a_message_so_many(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        visitor = world.visitor(session)
        place = world.address(session, visitor)
        conversation = world.conversation(session, visitor.conversation)
        owner = files.of_customer(place)
        stored = Stored("0" * 64, "image/png", files.LARGEST)
        ids = [files.stage(session, conversation, owner, stored, "a").id for _ in range(files.A_DAY // files.LARGEST)]
        with pytest.raises(Conflict):
            files.stage(session, conversation, owner, stored, "a")
        inbox.accept(session, place, Inbound("web", "c1", files=tuple(ids)))
        clock.advance(days=1, seconds=1)
        small = Stored("1" * 64, "image/png", 1)
        more = [files.stage(session, conversation, owner, small, "a").id for _ in range(files.UNSENT)]
        with pytest.raises(Conflict):
            files.stage(session, conversation, owner, small, "a")
        with pytest.raises(BadInput):
            inbox.accept(session, place, Inbound("web", "c2", files=tuple(more[: files.IN_A_MESSAGE + 1])))


def test_files_go_along_into_the_conversation_that_follows_a_closed_one(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        visitor = world.visitor(session)
        place = world.address(session, visitor)
        world.taps(session, visitor, "person")
        held = world.conversation(session, visitor.conversation)
        holding.accept(session, held, world.locked(session, "alice"))
        holding.close(session, held, world.locked(session, "alice"))
        stored = Stored("0" * 64, "image/png", 1)
        clock.advance(minutes=5)
        file = files.stage(session, held, files.of_customer(place), stored, "a").id
        accepted = inbox.accept(session, place, Inbound("web", "c1", files=(file,)), timedelta(0))
        assert accepted.conversation != visitor.conversation
        assert files.sent_with(session, accepted.conversation, accepted.seq) == [file]


def test_to_a_phone_a_file_goes_as_a_link_that_lasts_a_week(db: Database, clock: Clock, settings: Settings) -> None:
    links.start(settings)
    with db.transaction() as session:
        world.agent(session, "Alice")
        place = sessions.open_by_phone(session, "+12025550123")
        accepted = inbox.accept(session, place, Inbound("sms", "SM1", option="person"))
        held = world.conversation(session, accepted.conversation)
        holding.accept(session, held, world.locked(session, "alice"))
        owner = files.of_agent("alice")
        first, second = (
            files.stage(session, held, owner, Stored("0" * 64, "application/pdf", 9), name).id
            for name in ("label", "bill")
        )
        holding.reply(session, held, world.locked(session, "alice"), "Here you are", "k1", [first])
        holding.reply(session, held, world.locked(session, "alice"), "", "k2", [second])
        bodies = list(session.scalars(select(Delivery.body).where(Delivery.rank == 0).order_by(Delivery.id)))
        assert bodies[0].startswith("Here you are\nlabel.pdf: http") and bodies[1].startswith("bill.pdf: http")
        signed = bodies[0].rpartition("/")[2]
        clock.advance(days=6, hours=23)
        assert links.file_of(signed) == first
        third = files.stage(session, held, owner, Stored("0" * 64, "image/png", 9), "x").id
        with pytest.raises(BadInput) as refused:
            holding.reply(session, held, world.locked(session, "alice"), "x" * 1590, "k3", [third])
        assert refused.value.code == "too_long"
