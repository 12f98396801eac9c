"""What a visitor says of themselves before the chat: asked once in a conversation, and never of whom we know. It proves
nothing; the topic alone has an effect, on who is asked to answer."""

import re
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Assignment, Conversation, Introduction
from handoff.routing import policy
from handoff.rules import fronts, plain, questions
from handoff.rules.fronts import Written
from shop import identity
from shop.ground.errors import BadInput, Conflict

NAME, EMAIL = 80, 254
GENERAL = "general"
_EMAIL = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+\.[^\s@.,;<>()\"]{2,}")


def asked(session: Session, conversation: Conversation, found: Written) -> dict[str, Any] | None:
    """What is asked now: before the first word, of whom nobody knows, and once."""
    if conversation.state != "bot" or conversation.last_customer_seq or conversation.customer_id:
        return None
    wanted = questions.shown(found)
    return wanted if wanted and session.get(Introduction, conversation.id) is None else None


def take(session: Session, conversation: Conversation, name: str, email: str, topic: str) -> Introduction:
    """Keep the answers; all empty is one too. The same again changes nothing. The conversation is locked. `BadInput` has the
    question as its code, `Conflict` says that nothing is asked (any more)."""
    wanted = questions.shown(fronts.one(session, fronts.QUESTIONS))
    before = session.get(Introduction, conversation.id)
    if before is None and (wanted is None or identity.of(session, conversation.id).customer_id):
        raise Conflict("Nothing is asked here now.", code="not_asked")
    given = _checked(wanted or {}, name, email, topic)
    if before is not None:
        if {field: getattr(before, field) for field in given} != given:
            raise Conflict("This has been answered already.", code="answered")
        return before
    made = Introduction(conversation_id=conversation.id, **given)
    session.add(made)
    if made.topic and conversation.topic is None:
        conversation.topic = made.topic  # whose hours are shown, and what it is found by
    states.touch(session, conversation)
    session.flush()
    return made


def beside(session: Session, conversation: Conversation) -> dict[str, str] | None:
    """For the agent: what was said, if anything was."""
    found = session.get(Introduction, conversation.id)
    said = {"name": found.name, "email": found.email, "topic": found.topic} if found else {}
    return said if any(said.values()) else None


def topic(session: Session, conversation: Conversation, wanted: str) -> str:
    """Instead of the topic for which a person is wanted the one that was chosen before the chat, unless what is wanted leads to
    a team itself; not in the next stretch of the conversation, which is about something else."""
    found = session.get(Introduction, conversation.id)
    if found is None or not found.topic or _leads(wanted) or _closed_since(session, found):
        return wanted
    return found.topic if _leads(found.topic) or wanted == GENERAL else wanted


def _leads(wanted: str) -> bool:
    """Does a queue name this topic?"""
    return any(wanted in queue.topics for queue in policy.current().queues.values())


def _closed_since(session: Session, found: Introduction) -> bool:
    closed = Assignment.conversation_id == found.conversation_id, Assignment.to_state == "closed"
    return bool(session.scalar(select(exists().where(*closed, Assignment.at >= found.at))))


def _checked(wanted: dict[str, Any], name: str, email: str, topic: str) -> dict[str, str]:
    given = {"name": plain.line(name, NAME, "name"), "email": plain.line(email, EMAIL, "email"), "topic": topic}
    if given["email"] and not _EMAIL.fullmatch(given["email"]):
        raise BadInput("This does not look like an e-mail address.", code="email")
    if topic and topic not in [one["topic"] for one in wanted.get("topics", [])]:
        raise BadInput("This can't be chosen any more.", code="topic")
    unasked = [field for field in ("name", "email") if given[field] and not wanted.get(field)]
    return {**given, **dict.fromkeys(unasked, "")}
