"""Closing: the reason and the tags the policy asks for, and the time to wrap up, in which the place stays taken.

The wrap-up belongs to the close that began it. It ends by itself, when the agent says so, or when the conversation moves on.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from handoff import states
from handoff.models import Agent, Closing, Conversation
from handoff.routing import matching, policy
from handoff.routing.terms import Queue
from handoff.rules import outbox
from shop.ground import clock, jobs
from shop.ground.errors import BadInput, Conflict

DUE = "wrap_due"


def asked(conversation: Conversation) -> dict[str, Any]:
    """What can be said of a conversation when it is closed, and whether a reason must be."""
    rules = policy.current().closing
    codes = [{"name": name, "title": title} for name, title in rules.codes.items()]
    return {"codes": codes, "tags": list(rules.tags), "required": _queue(conversation).code_required}


def check(conversation: Conversation, code: str, tags: Sequence[str]) -> None:
    """`BadInput` for a code or a tag that the policy doesn't have, and for none where the queue asks for one."""
    rules = policy.current().closing
    if code and code not in rules.codes:
        raise BadInput(f"The policy has no reason {code}.", code="unknown_code")
    if not code and _queue(conversation).code_required:
        raise BadInput(f"{_queue(conversation).title} asks for a reason.", code="code_required")
    if unknown := [tag for tag in tags if tag not in rules.tags]:
        raise BadInput(f"The policy has no tag {unknown[0]}.", code="unknown_tag")


def close(
    session: Session,
    conversation: Conversation,
    agent: Agent,
    *,
    code: str = "",
    tags: Sequence[str] = (),
    note: str = "",
) -> None:
    """It is settled. The conversation is locked, and the agent's."""
    name, queue, now = conversation.queue, _queue(conversation), clock.now()
    detail = {"code": code, "tags": list(dict.fromkeys(tags)), "note": note} if code or tags else None
    states.change(
        session, conversation, "closed", by=f"agent:{agent.id}", why="closed" if detail else note or "closed",
        agent_id=agent.id, detail=detail, closed_at=now,
    )  # fmt: skip
    closing = Closing(
        conversation_id=conversation.id, version=conversation.version, agent_id=agent.id, queue=name or "", code=code,
        channel=conversation.channel, tags=list(dict.fromkeys(tags)), note=note, at=now,
        wrap_until=now + queue.wrap_up if queue.wrap_up else None,
    )  # fmt: skip
    session.add(closing)
    session.flush()
    outbox.tell(session, conversation, "closed", agent=agent.name)
    if closing.wrap_until:
        key = f"{DUE}:{conversation.id}:{conversation.version}"
        payload = {"conversation": conversation.id, "version": conversation.version}
        jobs.owe(session, DUE, f"timer:{key}", payload, due_at=closing.wrap_until, key=key)
    matching.fill(session, agent.id)


def wrapped(session: Session, conversation: Conversation, agent: Agent, reason: str = "") -> None:
    """You are done with what was left to do after closing it: your place is free."""
    closing = _open(session, conversation)
    if closing is None or closing.agent_id != agent.id:
        raise Conflict("You have nothing to wrap up here.")
    _end(session, conversation, closing, by=f"agent:{agent.id}")


def wrap_due(session: Session, conversation_id: str, version: int) -> None:
    """The time to wrap it up is over."""
    conversation = states.lock(session, conversation_id)
    closing = _open(session, conversation) if conversation.version == version else None
    if closing is not None:
        _end(session, conversation, closing, by="system")


def of(session: Session, agent_id: str, conversation_ids: Collection[str]) -> dict[str, datetime]:
    """Until when this agent wraps up which of these conversations."""
    if not conversation_ids:
        return {}
    where = _going_on(agent_id), Closing.conversation_id.in_(conversation_ids)
    rows = session.execute(select(Closing.conversation_id, Closing.wrap_until).where(*where))
    return {row.conversation_id: row.wrap_until for row in rows if row.wrap_until}


def wrapped_up_by(agent_id: str | BindParameter[str]) -> ColumnElement[bool]:
    """Conversations that this agent has closed and still wraps up."""
    return Conversation.id.in_(select(Closing.conversation_id).where(_going_on(agent_id)))


def _going_on(agent_id: str | BindParameter[str]) -> ColumnElement[bool]:
    now_is = aliased(Conversation)
    still = exists().where(now_is.id == Closing.conversation_id, now_is.version == Closing.version)
    now: BindParameter[datetime] = bindparam(None, callable_=lambda: clock.now())  # as it is asked, not as it is made
    return and_(Closing.agent_id == agent_id, Closing.wrapped_at.is_(None), Closing.wrap_until > now, still)


def _end(session: Session, conversation: Conversation, closing: Closing, *, by: str) -> None:
    closing.wrapped_at = clock.now()
    states.note(session, conversation, by=by, why="wrapped", detail={})
    matching.fill(session, closing.agent_id)


def _open(session: Session, conversation: Conversation) -> Closing | None:
    return session.scalar(
        select(Closing).where(
            Closing.conversation_id == conversation.id,
            Closing.version == conversation.version,
            Closing.wrapped_at.is_(None),
            Closing.wrap_until.is_not(None),
        )
    )


def _queue(conversation: Conversation) -> Queue:
    rules = policy.current()
    return rules.queues.get(conversation.queue or "", rules.default_queue)
