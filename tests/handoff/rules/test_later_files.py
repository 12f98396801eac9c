"""The files of a reply that goes out later."""

from datetime import timedelta

import pytest

from handoff.models import File
from handoff.rules import aging, files, later, later_shown
from handoff.rules.files import Stored
from shop.ground.db import Database
from shop.ground.errors import BadInput
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.rules.planned import HOUR, held, is_taken_over, its_time


def test_its_files_wait_with_it_and_go_with_it(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = held(session)
        paper, owner = Stored("0" * 64, "application/pdf", 9), files.of_agent("alice")
        bill, label, spare, more = (
            files.stage(session, conversation, owner, paper, name).id for name in ("bill", "label", "spare", "more")
        )
        at = clock.time + timedelta(hours=26)
        plain = later.plan(session, conversation, alice, "", at, "k", brought=[label, bill], park=True)
        asleep = later.plan(session, conversation, alice, "", at, "k", brought=[label, bill])
        assert asleep.id == plain.id  # sent again: planned once
        with pytest.raises(BadInput):
            later.plan(session, conversation, alice, "Again", at, "l", brought=[bill])  # it goes with the first
        dropped = later.plan(session, conversation, alice, "This too", at, "m", brought=[spare])
        ours = later.plan(session, conversation, alice, "And more", at, "n", brought=[more])
        later.drop(session, conversation, alice, dropped.id, dropped.version)
        assert session.get(File, spare) is None
        shown = later_shown.of(session, conversation, alice)
        assert [[file["name"] for file in one["files"]] for one in shown if one["id"] == plain.id] == [
            ["label.pdf", "bill.pdf"]
        ]
        clock.advance(25 * 60 * 60)
        for file in (bill, label, more):
            aging.drop_unsent(session, file)  # a day has gone
        its_time(session, clock)
        said = [one for one in world.said(session, conversation.id) if one.kind == "agent"]
        assert files.sent_with(session, conversation.id, said[0].seq) == [label, bill]
        assert files.sent_with(session, conversation.id, said[1].seq) == [more]
        assert (said[0].meta, said[1].text, ours.seq) == (files.WORDLESS, "And more", said[1].seq)


def test_who_sends_it_in_their_own_name_sends_its_files(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = held(session)
        paper = Stored("0" * 64, "application/pdf", 9)
        bill = files.stage(session, conversation, files.of_agent("alice"), paper, "bill").id
        reply = later.plan(session, conversation, alice, "The bill", clock.time + HOUR, "k", brought=[bill])
        is_taken_over(session, conversation, alice)
        seq = later.send_now(session, conversation, world.locked(session, "ben"), reply.id, reply.version)
        assert files.sent_with(session, conversation.id, seq) == [bill]
