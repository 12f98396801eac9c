"""What must hold after every step, and at the very moment of an offer, whatever a day brings."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Assignment, Conversation, Cover, Message, Offer, Wait
from shop.ground import clock, jobs
from tests.handoff.routing.eligible import Desk, Row, every, rows

OWN = ("representative", "deputy")
WAITING = ("waiting", "offered")
HELD = ("held", "parked")
_WAITS, _COVERS, _JOBS = every(Wait).order_by(Wait.id), every(Cover), every(jobs.Job)
_CHANGES = every(Assignment).order_by(Assignment.id)
_WRITTEN = select(func.count()).where(Message.kind == "customer")
_ENDED_SOMEHOW = every(Offer).where(Offer.ended_at.is_not(None), Offer.outcome.is_(None))


@dataclass
class Seen:
    """What was found after the step before: versions and states, who has what, and how many messages there should be."""

    written: int = 0
    versions: dict[str, tuple[int, str]] = field(default_factory=dict)
    assignment: int = 0
    offers: list[tuple[str, str]] = field(default_factory=list)  # agent, conversation
    held: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def offer_fits(session: Session, offer: Offer) -> None:
    """At the moment it is made: to somebody who can take it, and in front of nobody who should have had it first."""
    desk = Desk(session, without=offer.id)
    [conversation] = [each for each in desk.conversations if each.id == offer.conversation_id]
    assert desk.against(offer.agent_id, conversation) is None, (
        offer.agent_id,
        desk.against(offer.agent_id, conversation),
    )
    if conversation.stage in OWN:
        assert offer.agent_id == conversation.wants_id
        assert conversation.step_due_at is not None
        assert desk.now < conversation.step_due_at
        assert offer.expires_at <= conversation.step_due_at
    if (
        conversation.wants_id is None and conversation.representative_id != offer.agent_id
    ):  # her own are hers at any time
        assert desk.pushed(conversation)
        _nobody_is_passed_over(desk, offer, conversation)


def _nobody_is_passed_over(desk: Desk, offer: Offer, chosen: Row) -> None:
    """Who stands in front of it in line can't be offered to this agent."""
    for other in desk.conversations:
        if other.state != "waiting" or other.wants_id or other.id == chosen.id or not desk.pushed(other):
            continue
        assert other.rank_at is not None
        assert chosen.rank_at is not None
        if other.rank_at < chosen.rank_at:
            assert desk.against(offer.agent_id, other) is not None, f"{other.id} stood in front of {chosen.id}"


def everything(session: Session, seen: Seen, *, prompt: bool) -> None:
    """After each step. `prompt`: the worker runs, so whatever could be offered is."""
    desk = Desk(session)
    conversations = desk.conversations
    offers: dict[str, list[Row]] = defaultdict(list)
    for offer in desk.offers:
        if offer.ended_at is None:
            offers[offer.conversation_id].append(offer)
    waits: dict[str, list[Row]] = defaultdict(list)
    for wait in rows(session, _WAITS):
        waits[wait.conversation_id].append(wait)
    for row in conversations:
        _has_one_owner(row, offers[row.id])
        _is_somebody_s(row, offers[row.id])
        _agrees_with_its_waits(row, waits[row.id])
    _everything_is_written_down(session, conversations, seen)
    _somebody_owes_its_end(session, conversations)
    _books_and_covers_agree(session, desk)
    seen.offers = [(offer.agent_id, row.id) for row in conversations for offer in offers[row.id]]
    seen.held = [(row.held_by, row.id) for row in conversations if row.held_by]
    seen.waiting = [row.id for row in conversations if row.state in WAITING]
    assert rows(session, _WRITTEN) == [(seen.written,)]
    assert rows(session, _ENDED_SOMEHOW) == []
    if prompt:
        nobody_waits_for_a_free_agent(desk)


def _has_one_owner(row: Row, offers: list[Row]) -> None:
    assert (row.held_by is not None) == (row.state in HELD)
    assert bool(offers) == (row.state == "offered")
    assert (row.parked_until is not None) == (row.state == "parked")
    if row.state in WAITING:
        assert row.waiting_since is not None
        assert row.rank_at is not None
        assert row.rank_at <= row.waiting_since
        assert row.stage in (*OWN, "team", "transfer")
    if row.state in ("bot", "closed"):
        assert (row.queue, row.stage, row.wants_id, row.waiting_since) == (None, None, None, None)


def _is_somebody_s(row: Row, offers: list[Row]) -> None:
    """Who waits for one person waits for nobody else."""
    if row.stage in OWN and row.state in WAITING:
        assert row.wants_id is not None
        assert row.step_due_at is not None
        assert (row.wants_id == row.representative_id) == (row.stage == "representative")
    if row.wants_id:
        assert row.state in WAITING
        assert [offer.agent_id for offer in offers] in ([], [row.wants_id])
    if row.stage == "team" and row.state in WAITING:
        assert (row.wants_id, row.step_due_at) == (None, None)


def _agrees_with_its_waits(row: Row, waits: list[Row]) -> None:
    open_ones = [wait for wait in waits if wait.ended_at is None]
    assert len(open_ones) == (row.state in WAITING)
    for wait in open_ones:
        assert (wait.began_at, wait.representative_id) == (row.waiting_since, row.representative_id)
        assert wait.outcome is None
    for wait in waits:
        assert (wait.ended_at is None) == (wait.outcome is None)
        assert (wait.agent_id is not None) == (wait.outcome == "held")


def _everything_is_written_down(session: Session, conversations: list[Row], seen: Seen) -> None:
    """Each change has a row: versions without a gap, each from the state that the one before led to."""
    new: dict[str, list[Row]] = defaultdict(list)
    for row in rows(session, _CHANGES.where(Assignment.id > seen.assignment)):
        new[row.conversation_id].append(row)
        seen.assignment = row.id
    for conversation in conversations:
        version, state = seen.versions.get(conversation.id, (1, "bot"))
        for row in new[conversation.id]:
            assert row.from_state == state
            assert row.version == version + 1 or (row.version == version and row.to_state == state)  # a note
            assert row.version == version or row.to_state in states.NEXT[state]
            assert row.by
            assert row.reason
            version, state = row.version, row.to_state
        assert (version, state) == (conversation.version, conversation.state)
        seen.versions[conversation.id] = version, state


def _somebody_owes_its_end(session: Session, conversations: list[Row]) -> None:
    """Nothing is lost: no offer, no wait for one person, no transfer and no sleep goes on for ever."""
    owed = [job for job in rows(session, _JOBS) if job.failed_at is None]
    due = {(job.kind, job.payload.get("conversation"), job.payload.get("version")) for job in owed}
    kinds = {(kind, conversation) for kind, conversation, _ in due}
    for row in conversations:
        if row.state == "offered":
            assert ("offer_expired", row.id, row.version) in due
        if row.state == "waiting" and row.stage in OWN:
            assert ("step_due", row.id, row.version) in due
        if row.state in WAITING and row.stage == "transfer":
            assert ("transfer_due", row.id) in kinds
        if row.state == "parked":
            assert ("park_due", row.id, row.version) in due
        if row.state == "waiting" and row.stage == "team":
            timers = ("target_due", "overflow_due", "queue_opens", "relax_due", "promise_due")
            assert row.promised_at or row.breached_at or any((kind, row.id) in kinds for kind in timers)


def _books_and_covers_agree(session: Session, desk: Desk) -> None:
    current = (book for book in desk.books if book.since <= desk.now and (book.until is None or book.until > desk.now))
    books = [book.customer_id for book in current]
    assert len(books) == len(set(books))
    for cover in rows(session, _COVERS):
        assert cover.seen_at is not None or cover.agent_id != cover.representative_id


def nothing_is_late(session: Session) -> None:
    """The worker has settled what was due: no offer and no step stands longer than it should."""
    now = clock.now()
    assert not session.scalars(select(Offer.id).where(Offer.ended_at.is_(None), Offer.expires_at <= now)).all()
    own = Conversation.state.in_(WAITING), Conversation.stage.in_(OWN), Conversation.step_due_at <= now
    assert not session.scalars(select(Conversation.id).where(*own)).all()


def nobody_waits_for_a_free_agent(desk: Desk) -> None:
    """Whatever could be offered to somebody is offered: at the event that made it possible, not some time later."""
    for row in desk.conversations:
        if row.state == "waiting" and (row.wants_id or desk.pushed(row)):
            for agent_id in desk.agents:
                assert desk.against(agent_id, row) is not None, f"{row.id} waits while {agent_id} is free"
