"""A queue that overflows: so many wait in it, or somebody waits so long, that another way is taken or offered."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation
from handoff.routing import matching, policy, standing, telling
from shop.ground import clock, jobs


def chosen(session: Session, queue: str) -> tuple[str, str | None]:
    """In which queue a new request stands, and what its customer is offered instead of waiting. A queue that is too long
    passes on to another only if that one is open and not too long itself."""
    rules = policy.current().queues[queue].overflow
    if rules is None or rules.length is None or waiting(session, queue) < rules.length:
        return queue, None
    if rules.to not in policy.current().queues:
        return queue, rules.to
    other = policy.current().queues[rules.to]
    too_long = other.overflow and other.overflow.length and waiting(session, rules.to) >= other.overflow.length
    return (queue if too_long or not other.hours.is_open(clock.now()) else rules.to), None


def watch(session: Session, conversation: Conversation) -> None:
    """Look again when the wait has become too long, in open hours."""
    queues = policy.current().queues
    rules = queues[conversation.queue].overflow if conversation.queue in queues else None
    if rules and rules.wait and conversation.waiting_since:
        due_at = standing.hours_of(conversation.queue).after_open(conversation.waiting_since, rules.wait)
        key = f"overflow_due:{conversation.id}:{conversation.version}"
        payload = {"conversation": conversation.id, "version": conversation.version, "queue": conversation.queue}
        jobs.owe(session, "overflow_due", f"timer:{key}", payload, due_at=due_at, key=key)


def overflow_due(session: Session, conversation_id: str, version: int) -> None:
    """They have waited too long in their queue. Who has been offered meanwhile is about to be answered."""
    conversation = states.lock(session, conversation_id)
    queues = policy.current().queues
    rules = queues[conversation.queue].overflow if conversation.queue in queues else None
    if conversation.state != "waiting" or conversation.stage != "team" or rules is None or rules.wait is None:
        return
    since = conversation.waiting_since or clock.now()
    if standing.hours_of(conversation.queue).open_between(since, clock.now()) < rules.wait:
        return
    if rules.to in queues:
        detail = {"rule": "overflow_wait", "from": conversation.queue, "to": rules.to}
        states.change(session, conversation, "waiting", by="system", why="overflow", detail=detail, queue=rules.to)
        watch(session, conversation)
        matching.offer(session, conversation)
    elif conversation.waits_by is None:
        telling.overflowed(session, conversation, rules.to)


def waiting(session: Session, queue: str) -> int:
    """How many wait in a team's queue."""
    where = (Conversation.state == "waiting", Conversation.queue == queue, Conversation.wants_id.is_(None))
    return session.scalar(select(func.count()).select_from(Conversation).where(*where)) or 0
