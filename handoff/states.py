"""Who answers a conversation, and the only way that this changes: compare, set, and write down why."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from handoff.models import Assignment, Conversation, Cover, Offer, Target, Wait
from shop.ground import clock, jobs
from shop.ground.db import ring
from shop.ground.errors import Conflict, NotFound

CONSOLE_BELL = "console"
RATING_DUE = "rating_due"
RATING_AFTER = timedelta(minutes=2)

# From each state, where a conversation can go. `offered`: open offers say to whom. `held`: by one agent. `parked`: held, but asleep.
NEXT: Mapping[str, frozenset[str]] = {
    "bot": frozenset({"waiting", "closed"}),
    "waiting": frozenset({"waiting", "offered", "held", "bot", "closed"}),  # waiting again: in another queue
    "offered": frozenset({"waiting", "offered", "held", "bot", "closed"}),  # offered again: to others as well
    "held": frozenset({"held", "bot", "waiting", "parked", "closed"}),  # held again: taken over
    "parked": frozenset({"held", "waiting", "bot", "closed"}),
    "closed": frozenset({"bot", "waiting"}),
}

# Columns that only mean something in some states; a change clears the others.
_ASKED: Mapping[str, Any] = dict.fromkeys(
    ("queue", "stage", "wants_id", "waiting_since", "rank_at", "representative_id", "promised_at", "waits_by")
)
_PARKED: Mapping[str, Any] = dict.fromkeys(("parked_until", "parked_for"))
_HELD: Mapping[str, Any] = {**_PARKED, **dict.fromkeys(("held_by", "returns_to", "idle_warned_at"))}
_OVER: Mapping[str, Any] = {
    **_ASKED,
    **_HELD,
    **dict.fromkeys(("step_due_at", "reply_due_at", "breached_at")),
    "needs": "",
}
_CLEARED: Mapping[str, Mapping[str, Any]] = {
    "bot": {**_OVER, "closed_at": None},
    "waiting": {**_PARKED, "held_by": None, "idle_warned_at": None, "closed_at": None},
    "offered": {**_PARKED, "held_by": None, "idle_warned_at": None},
    "held": {**_PARKED, "wants_id": None, "step_due_at": None, "returns_to": None},
    "parked": {"wants_id": None, "step_due_at": None, "idle_warned_at": None},
    "closed": _OVER,
}
_ENDS_THE_WAIT: Mapping[str, str] = {"held": "held", "bot": "abandoned", "closed": "closed"}

# Every event goes through these: they are built once, and go past the ORM, which would take several times as long.
_BY_ID = select(Conversation).where(Conversation.id == bindparam("id")).execution_options(populate_existing=True)
_LOCKED, _UNLESS_BUSY = _BY_ID.with_for_update(), _BY_ID.with_for_update(skip_locked=True)
_MOVE = update(Conversation).where(
    Conversation.id == bindparam("of"),
    Conversation.version == bindparam("seen"),
    Conversation.state == bindparam("was"),
)
_WRITE_DOWN = insert(Assignment)
_END_OFFERS = (
    update(Offer)
    .where(Offer.conversation_id == bindparam("of"), Offer.ended_at.is_(None))
    .values(outcome=case((Offer.agent_id == bindparam("taken_by"), "accepted"), else_="rescinded"))
)
_END_WAIT = update(Wait).where(Wait.conversation_id == bindparam("of"), Wait.ended_at.is_(None))
_END_TARGETS = update(Target).where(Target.conversation_id == bindparam("of"), Target.ended_at.is_(None))


def bell(conversation_id: str) -> str:
    """The bell of everybody who watches this conversation."""
    return f"conversation:{conversation_id}"


def lock(session: Session, conversation_id: str) -> Conversation:
    """The conversation with its row lock held until the transaction ends. Raises `NotFound`."""
    found = session.scalar(_LOCKED, {"id": conversation_id})
    if found is None:
        raise NotFound("There is no such conversation.")
    return found


def try_lock(session: Session, conversation_id: str) -> Conversation | None:
    """`lock`, unless somebody else has it in hand."""
    return session.scalar(_UNLESS_BUSY, {"id": conversation_id})


def expect(conversation: Conversation, version: int) -> None:
    """Raise `Conflict` unless the conversation is still what the caller saw."""
    if conversation.version != version:
        raise Conflict(f"The conversation has changed since you looked: it is now {conversation.state}.")


def change(
    session: Session,
    conversation: Conversation,
    to: str,
    *,
    by: str,
    why: str,
    agent_id: str | None = None,
    detail: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Move the conversation to `to`, or raise `Conflict` when it moved meanwhile or the way does not exist. Ends what is
    over with it: the open offers, and the wait."""
    before, seen, stage = conversation.state, conversation.version, conversation.stage
    if to not in NEXT[before]:
        raise Conflict(f"A conversation that is {before} cannot become {to}.")
    now = clock.now()
    session.flush()
    written = {**_CLEARED[to], **columns, "state": to, "version": seen + 1, "changed_at": now}
    moved = session.connection().execute(_MOVE, {"of": conversation.id, "seen": seen, "was": before, **written})
    if not moved.rowcount:
        raise Conflict("The conversation has changed meanwhile.")
    if before == "offered" and to != "offered":
        _end_offers(session, conversation.id, columns.get("held_by"), now)
    if before in ("waiting", "offered") and to in _ENDS_THE_WAIT:
        _end_wait(session, conversation.id, _ENDS_THE_WAIT[to], columns.get("held_by"), stage, now)
    if columns.get("held_by") and columns["held_by"] != conversation.held_by:
        _cover(session, conversation, columns["held_by"], now)
    if to in ("bot", "closed"):
        _end_targets(session, conversation.id, now)
    for name, value in written.items():
        set_committed_value(conversation, name, value)
    _write_down(session, conversation, before, agent_id=agent_id, by=by, reason=why, detail=detail)
    if to == "closed" and conversation.channel == "sms":
        owe_rating(session, conversation, now + RATING_AFTER)
    ring(session, bell(conversation.id), CONSOLE_BELL)


def owe_rating(session: Session, conversation: Conversation, due_at: datetime) -> None:
    """Ask later how it was, unless it goes on before."""
    at = {"conversation": conversation.id, "version": conversation.version}
    jobs.owe(session, RATING_DUE, f"rating:{conversation.id}", at, due_at=due_at)


def touch(session: Session, conversation: Conversation) -> None:
    """Something was said: same owner, but everybody who watches should look again."""
    conversation.changed_at = clock.now()
    ring(session, bell(conversation.id), CONSOLE_BELL)


def note(session: Session, conversation: Conversation, *, by: str, why: str, detail: dict[str, Any]) -> None:
    """Write down a decision that moves nothing: beside the changes, at the version that is."""
    session.flush()
    _write_down(session, conversation, conversation.state, by=by, reason=why, detail=detail)
    ring(session, bell(conversation.id), CONSOLE_BELL)


def _write_down(session: Session, conversation: Conversation, before: str, **columns: Any) -> None:
    step = {"conversation_id": conversation.id, "version": conversation.version, "agent_id": None, **columns}
    session.connection().execute(_WRITE_DOWN, {**step, "from_state": before, "to_state": conversation.state})


def _cover(session: Session, conversation: Conversation, agent_id: str, now: datetime) -> None:
    """Somebody takes the conversation of a representative's customer: she is to hear of it, unless it is she, or she passed
    it on herself."""
    whose = conversation.representative_id
    if whose is None or whose == conversation.returns_to:
        return
    theirs = Cover.conversation_id == conversation.id, Cover.representative_id == whose, Cover.seen_at.is_(None)
    if agent_id == whose:
        session.execute(update(Cover).where(*theirs).values(seen_at=now))
        return
    cover = session.scalar(select(Cover).where(*theirs)) or Cover(
        conversation_id=conversation.id, representative_id=whose
    )
    cover.agent_id, cover.stage, cover.at = agent_id, conversation.stage or "team", now
    session.add(cover)


def _end_offers(session: Session, conversation_id: str, taken_by: str | None, now: datetime) -> None:
    session.connection().execute(_END_OFFERS, {"of": conversation_id, "taken_by": taken_by, "ended_at": now})


def _end_wait(
    session: Session, conversation_id: str, outcome: str, agent_id: str | None, stage: str | None, now: datetime
) -> None:
    ended = {"ended_at": now, "outcome": outcome, "agent_id": agent_id, "stage": stage}
    session.connection().execute(_END_WAIT, {"of": conversation_id, **ended})
    for wait in session.identity_map.values():
        if isinstance(wait, Wait) and wait.conversation_id == conversation_id:
            session.expire(wait)


def _end_targets(session: Session, conversation_id: str, now: datetime) -> None:
    session.connection().execute(_END_TARGETS, {"of": conversation_id, "ended_at": now})
