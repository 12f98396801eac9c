"""A reply that goes out later: at its time, through the door of every reply, once; held back as soon as anything came between."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.jobs import timers
from handoff.models import Address, Agent, Conversation, Delivery, File, LaterReply
from handoff.routing import holding, parking, requests
from handoff.rules import aging, board, consent, files, later, later_shown, listed
from handoff.rules.files import Stored
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, Forbidden, NotFound
from tests.conftest import Clock
from tests.handoff import world

HOUR = timedelta(hours=1)
NEW_YORK = "+12125550001"
Change = Callable[[Session, Conversation, Agent], object]


def _held(session: Session) -> tuple[Conversation, Agent]:
    """Alice holds a conversation with a visitor."""
    visitor = world.visitor(session)
    alice = world.agent(session, "Alice")
    world.writes(session, visitor, "hello")
    world.taps(session, visitor, "person")
    conversation = world.conversation(session, visitor.conversation)
    holding.accept(session, conversation, world.locked(session, alice))
    return conversation, world.locked(session, alice)


def _texting(session: Session) -> tuple[Conversation, Agent]:
    """The same by text, from New York."""
    accepted = world.texts(session, NEW_YORK, "person")
    alice = world.agent(session, "Alice")
    conversation = world.conversation(session, accepted.conversation)
    requests.person(session, conversation, requests.Wish())
    holding.accept(session, conversation, world.locked(session, alice))
    return conversation, world.locked(session, alice)


def _plan(
    session: Session, clock: Clock, conversation: Conversation, agent: Agent, *, park: bool = False, key: str = "k"
) -> LaterReply:
    return later.plan(session, conversation, agent, "Any news?", clock.time + HOUR, key, park=park)


def _its_time(session: Session, clock: Clock, agent: str = "alice") -> None:
    clock.advance(HOUR.total_seconds())
    world.stays(session, agent)
    world.run_timers(session)
    session.expire_all()


def _sent(session: Session, conversation: Conversation) -> list[str]:
    return [message.text for message in world.said(session, conversation.id) if message.kind == "agent"]


def test_it_goes_out_once_at_its_time_and_looks_like_any_reply(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = _held(session)
        reply = _plan(session, clock, conversation, alice)
        assert _plan(session, clock, conversation, alice).id == reply.id  # sent again: planned once
        [shown] = board.conversation(session, "alice", conversation.id)["later"]
        assert (shown["text"], shown["by"], shown["why"], shown["can"]) == (
            "Any news?",
            "Alice",
            None,
            ["send", "change", "drop"],
        )
        clock.advance(59 * 60)
        world.run_timers(session)
        assert _sent(session, conversation) == []
        clock.advance(60)
        world.run_timers(session)
        assert _sent(session, conversation) == ["Any news?"]
        # A timer that rings again, as after a crash between two commits, finds that it is said.
        timers.settle(session, later.DUE, {"reply": reply.id, "version": 1})
        assert _sent(session, conversation) == ["Any news?"]
        [message] = [one for one in world.said(session, conversation.id) if one.kind == "agent"]
        session.refresh(reply)
        assert (reply.state, reply.seq, message.agent_id, message.name) == ("sent", message.seq, "alice", "Alice")
        assert conversation.last_reply_seq == message.seq
        assert board.conversation(session, "alice", conversation.id)["later"] == []


def test_it_outlives_a_restart(db: Database, clock: Clock) -> None:
    """Owed in the transaction that planned it; claimed by a process that died, it is done by the next."""
    with db.transaction() as session:
        conversation, alice = _held(session)
        _plan(session, clock, conversation, alice)
    clock.advance(HOUR.total_seconds())
    with db.transaction() as session:
        assert jobs.claim(session, 30, (later.DUE,)) is not None
    clock.advance(31)
    with db.transaction() as session:
        world.stays(session, "alice")
        world.run_timers(session)
        assert _sent(session, world.conversation(session, conversation.id)) == ["Any news?"]


def test_what_is_parked_with_it_stays_parked_when_it_goes_out(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = _held(session)
        _plan(session, clock, conversation, alice, park=True)
        assert (conversation.state, conversation.parked_for) == ("parked", parking.CUSTOMER)
        _its_time(session, clock)
        assert _sent(session, conversation) == ["Any news?"]
        assert world.conversation(session, conversation.id).state == "parked"


def test_its_files_wait_with_it_and_go_with_it(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = _held(session)
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
        _its_time(session, clock)
        said = [one for one in world.said(session, conversation.id) if one.kind == "agent"]
        assert files.sent_with(session, conversation.id, said[0].seq) == [label, bill]
        assert files.sent_with(session, conversation.id, said[1].seq) == [more]
        assert (said[0].meta, said[1].text, ours.seq) == (files.WORDLESS, "And more", said[1].seq)


def test_who_sends_it_in_their_own_name_sends_its_files(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = _held(session)
        paper = Stored("0" * 64, "application/pdf", 9)
        bill = files.stage(session, conversation, files.of_agent("alice"), paper, "bill").id
        reply = later.plan(session, conversation, alice, "The bill", clock.time + HOUR, "k", brought=[bill])
        _is_taken_over(session, conversation, alice)
        seq = later.send_now(session, conversation, world.locked(session, "ben"), reply.id, reply.version)
        assert files.sent_with(session, conversation.id, seq) == [bill]


def _customer_writes(session: Session, conversation: Conversation, alice: Agent) -> None:
    conversation.last_seq += 1
    conversation.last_customer_seq = conversation.last_seq


def _closes(session: Session, conversation: Conversation, alice: Agent) -> None:
    holding.close(session, conversation, alice)


def _hands_back(session: Session, conversation: Conversation, alice: Agent) -> None:
    holding.hand_back(session, conversation, alice)


def _passes_on(session: Session, conversation: Conversation, alice: Agent) -> None:
    world.agent(session, "Ben")
    holding.pass_on(session, conversation, alice, to="ben", queue="", note="")
    holding.accept(session, conversation, world.locked(session, "ben"))


def _is_taken_over(session: Session, conversation: Conversation, alice: Agent) -> None:
    ben = session.get_one(Agent, world.agent(session, "Ben"))
    ben.role = "supervisor"
    holding.take_over(session, conversation, ben)


@pytest.mark.parametrize(
    ("happens", "why", "may"),
    [
        (_customer_writes, "customer_wrote", ["send", "change", "drop"]),
        (_closes, "closed", ["drop"]),
        (_hands_back, "bot", ["drop"]),
        (_passes_on, "passed_on", ["drop"]),
        (_is_taken_over, "passed_on", ["drop"]),
    ],
)
def test_what_came_between_holds_it_back_and_who_planned_it_is_told(
    db: Database, clock: Clock, happens: Change, why: str, may: list[str]
) -> None:
    with db.transaction() as session:
        conversation, alice = _held(session)
        _plan(session, clock, conversation, alice)
        happens(session, conversation, alice)
        session.flush()
        [shown] = later_shown.of(session, conversation, alice)
        assert (shown["held_back"], shown["why"]) == (False, why)  # told at once: it will be
        before = listed.versions(session, "alice").get(conversation.id)
        _its_time(session, clock)
        conversation = world.conversation(session, conversation.id)
        assert _sent(session, conversation) == []
        [shown] = later_shown.of(session, conversation, session.get_one(Agent, "alice"))
        assert (shown["held_back"], shown["why"], shown["can"]) == (True, why, may)
        assert [(one["conversation"], one["why"]) for one in later_shown.held_back(session, "alice")] == [
            (conversation.id, why)
        ]
        assert listed.versions(session, "alice")[conversation.id] != before  # the page hears of it


def test_who_has_it_now_sees_it_and_sends_it_in_their_own_name_or_drops_it(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = _held(session)
        first, second = (_plan(session, clock, conversation, alice, key=key) for key in "ab")
        _is_taken_over(session, conversation, alice)
        _its_time(session, clock)
        conversation, ben = world.conversation(session, conversation.id), world.locked(session, "ben")
        assert len(later_shown.held_back(session, "ben")) == 2
        seq = later.send_now(session, conversation, ben, first.id, first.version)
        assert later.send_now(session, conversation, ben, first.id, first.version) == seq  # the answer was lost
        [message] = [one for one in world.said(session, conversation.id) if one.kind == "agent"]
        assert (message.seq, message.name) == (seq, "Ben")
        world.agent(session, "Cleo")
        with pytest.raises(Forbidden):
            later.drop(session, conversation, world.locked(session, "cleo"), second.id, second.version)
        later.drop(session, conversation, world.locked(session, "alice"), second.id, second.version)
        assert later_shown.held_back(session, "ben") == later_shown.held_back(session, "alice") == []
        with pytest.raises(Conflict):
            later.drop(session, conversation, ben, second.id, second.version)


def test_changed_it_counts_anew_from_what_the_customer_had_written_by_then(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = _held(session)
        reply = _plan(session, clock, conversation, alice)
        _customer_writes(session, conversation, alice)
        later.change(session, conversation, alice, reply.id, 1, "So, any news?", clock.time + 2 * HOUR)
        with pytest.raises(Conflict):
            later.change(session, conversation, alice, reply.id, 1, "Again", clock.time + HOUR)
        _its_time(session, clock)
        assert _sent(session, conversation) == []
        _its_time(session, clock)
        assert _sent(session, conversation) == ["So, any news?"]


def test_nobody_is_texted_at_night_nor_after_a_stop(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = _texting(session)
        night = datetime(2026, 6, 16, 2, 0, tzinfo=UTC)  # 22:00 in New York
        reply = later.plan(session, conversation, alice, "Good news", night, "k")
        assert reply.due_at == datetime(2026, 6, 16, 12, 0, tzinfo=UTC)  # 8:00 there
        clock.time = reply.due_at
        world.stays(session, "alice")
        before = len(session.scalars(select(Delivery)).all())
        world.run_timers(session)
        assert len(session.scalars(select(Delivery)).all()) == before + 1
        held = later.plan(session, conversation, alice, "One more", clock.time + HOUR, "l")
        consent.record(session, NEW_YORK, "stop", wording="STOP", source="sms")
        _its_time(session, clock)
        session.refresh(held)
        assert (held.state, held.why) == ("held_back", "stopped")
        assert _sent(session, conversation) == ["Good news"]


def test_what_cannot_be_planned(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, alice = _held(session)
        soon, late = clock.time + timedelta(seconds=5), clock.time + timedelta(days=31)
        for text, at in [("", clock.time + HOUR), ("x", soon), ("x", late), ("Hi {customer.name}", clock.time + HOUR)]:
            with pytest.raises(BadInput):
                later.plan(session, conversation, alice, text, at, "wrong")
        ben = world.locked(session, world.agent(session, "Ben"))
        with pytest.raises(Conflict):
            _plan(session, clock, conversation, ben)
        for n in range(later.MOST):
            _plan(session, clock, conversation, alice, key=f"k{n}")
        with pytest.raises(BadInput):
            _plan(session, clock, conversation, alice, key="one too many")
        with pytest.raises(NotFound):
            later.drop(session, conversation, alice, "none", 1)
        conversation.channel = "sms"
        with pytest.raises(BadInput):
            later.plan(session, conversation, alice, "x" * 1601, clock.time + HOUR, "long")


@pytest.mark.parametrize(
    ("zone", "now", "evening", "morning"),
    [
        ("Europe/Madrid", "2026-06-15T12:00", "2026-06-15T16:00", "2026-06-16T07:00"),
        ("Europe/Madrid", "2026-06-15T15:30", None, "2026-06-16T07:00"),
        ("Asia/Tokyo", "2026-06-15T16:00", "2026-06-16T09:00", "2026-06-17T00:00"),
        ("America/New_York", "2026-03-07T23:30", None, "2026-03-08T13:00"),  # the clocks go forward in that night
    ],
)
def test_evening_and_morning_are_the_customer_s(
    sqlite_db: Database, clock: Clock, zone: str, now: str, evening: str | None, morning: str
) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = _held(session)
        session.get_one(Address, conversation.address_id).zone = zone
        clock.time = datetime.fromisoformat(f"{now}:00+00:00")
        told = later_shown.times(session, conversation)
        assert (told["zone"], told["theirs"]) == (zone, True)
        assert told["evening"] == (evening and f"{evening}:00.000Z")
        assert told["morning"] == f"{morning}:00.000Z"


def test_where_nobody_knows_where_they_are_it_is_the_shop_s_time(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = _held(session)
        address = session.get_one(Address, conversation.address_id)
        for unknown in (None, "Nowhere/At all"):
            address.zone = unknown
            assert later_shown.times(session, conversation)["theirs"] is False
        by_text = world.texts(session, NEW_YORK, "hello").conversation
        assert later_shown.zone_of(session, world.conversation(session, by_text)) == ZoneInfo("America/New_York")
