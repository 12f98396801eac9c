"""Waits: each request for a person from its beginning to its end, what was told and promised, and what came of it."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from handoff.models import Conversation, Wait
from handoff.routing import estimates, policy, standing
from handoff.routing.standing import Standing
from shop.ground import clock, jobs

FULL_MINUTES = 5  # a promise is given for such a minute of the hour
_NEWEST = select(Wait).where(Wait.conversation_id == bindparam("of")).order_by(Wait.id.desc()).limit(1)
_BEFORE = select(
    exists().where(
        Wait.conversation_id == bindparam("of"), Wait.topic == bindparam("topic"), Wait.reason == bindparam("reason")
    )
)


def begin(session: Session, conversation: Conversation, *, representative_free: bool = False) -> Wait:
    """A request that just began to wait. `representative_free`: theirs was here with a free place at that moment."""
    wait = Wait(
        conversation_id=conversation.id,
        queue=conversation.queue or "",
        channel=conversation.channel,
        tier=conversation.tier or "",
        topic=conversation.topic or "",
        reason=conversation.reason or "",
        representative_id=conversation.representative_id,
        representative_free=representative_free,
        began_at=conversation.waiting_since,
    )
    session.add(wait)
    return wait


def told(session: Session, conversation: Conversation, wait: Wait, where: Standing) -> None:
    """Keep what the customer is about to hear: what the ranges are measured by, and what a promise is kept by."""
    wait.position = wait.told_place = where.place
    if where.range is not None:
        wait.lane = estimates.lane_of(conversation)
        wait.middle_s = round(estimates.pace(session, wait.lane).middle(where.place))
        wait.told_low_s, wait.told_high_s = where.range.low_s, where.range.high_s
    promise(session, conversation, wait, _promise(session, conversation, where))


def promise(session: Session, conversation: Conversation, wait: Wait, until: datetime | None) -> None:
    """The customer may count on somebody by then; when it passes, they are told."""
    wait.promised_at = wait.promised_at or until
    conversation.promised_at = until
    if until is not None:
        session.flush()  # from now on it has a number
        payload = {"conversation": conversation.id, "version": conversation.version}
        key = f"promise_due:{wait.id}:{int(until.timestamp())}"
        jobs.owe(session, "promise_due", f"timer:{key}", payload, due_at=until, key=key)


def open_of(session: Session, conversation_id: str) -> Wait | None:
    """The wait that has not ended, if the conversation waits."""
    wait = session.scalar(_NEWEST, {"of": conversation_id})
    return wait if wait and wait.ended_at is None else None


def asked_before(session: Session, conversation_id: str, topic: str, reason: str) -> bool:
    """Was a person wanted here before, for the same?"""
    session.flush()
    same = {"of": conversation_id, "topic": topic, "reason": reason}
    return bool(session.connection().execute(_BEFORE, same).scalar())


def _promise(session: Session, conversation: Conversation, where: Standing) -> datetime | None:
    now = clock.now()
    if where.outcome == standing.IN_LINE and where.range:
        return now + timedelta(seconds=where.range.high_s)
    if where.outcome != standing.CLOSED or where.opens_at is None:
        return None
    rules = policy.current()
    first_reply = rules.tiers[conversation.tier].first_reply if conversation.tier in rules.tiers else timedelta(0)
    in_line = estimates.pace(session, str(conversation.queue)).ahead(where.place).high_s
    return _full(where.opens_at + max(first_reply, timedelta(seconds=in_line)))


def _full(at: datetime) -> datetime:
    """The next moment with a minute that people say."""
    rest = timedelta(minutes=at.minute % FULL_MINUTES, seconds=at.second, microseconds=at.microsecond)
    return at - rest + timedelta(minutes=FULL_MINUTES) if rest else at
