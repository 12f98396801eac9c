"""What visitors may be asked before the chat: which questions, and which topics there are to choose from. Off at first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from handoff.routing import policy
from handoff.rules import audit, fronts, plain
from handoff.rules.fronts import Written
from shop.ground.errors import BadInput

MOST, LABEL = 12, 60
_TOPIC = re.compile(r"[a-z][a-z0-9_]{0,39}")
OFF: dict[str, Any] = {"on": False, "name": False, "email": False, "topics": []}


@dataclass(frozen=True)
class Topic:
    """One to choose from: the topic that the policy's queues know, and how customers read it."""

    topic: str
    label: str
    spanish: str = ""


def write(session: Session, by: str, seen: int, on: bool, name: bool, email: bool, topics: Sequence[Topic]) -> None:
    """`BadInput` has the field as its code."""
    body = {"on": on, "name": name, "email": email, "topics": _checked(topics)}
    if on and not (name or email or topics):
        raise BadInput("Choose at least one question.", code="on")
    before = fronts.one(session, fronts.QUESTIONS).body or OFF
    fronts.write(session, fronts.QUESTIONS, seen, body)
    changed = {field: [_told(before[field]), _told(value)] for field, value in body.items() if before[field] != value}
    audit.note(session, by, "questions_changed", "before the chat", **changed)


def kept(session: Session) -> dict[str, Any]:
    """For the office: with the queue that each topic leads to now, and the topics that the policy names."""
    found, rules = fronts.one(session, fronts.QUESTIONS), policy.current()
    body = {**OFF, **found.body}
    topics = [{**one, "queue": rules.queues[rules.queue_for(one["topic"])].title} for one in body["topics"]]
    known = [
        {"topic": topic, "queue": queue.title} for queue in rules.queues.values() for topic in sorted(queue.topics)
    ]
    return {**body, "version": found.version, "topics": topics, "known": known}


def shown(found: Written) -> dict[str, Any] | None:
    """For the widget; None while nothing is asked."""
    body = found.body
    return {field: body[field] for field in ("name", "email", "topics")} if body.get("on") else None


def _checked(topics: Sequence[Topic]) -> list[dict[str, str]]:
    if len(topics) > MOST:
        raise BadInput(f"{MOST} topics are the most.", code="topics")
    for one in topics:
        if not _TOPIC.fullmatch(one.topic):
            raise BadInput("A topic is made of small letters, digits and underscores.", code="topics")
        if not one.label.strip():
            raise BadInput("Each topic needs words for customers.", code="topics")
    if len({one.topic for one in topics}) < len(topics):
        raise BadInput("Each topic can stand there once.", code="topics")
    return [
        {
            "topic": one.topic,
            "label": plain.line(one.label, LABEL, "topics"),
            "spanish": plain.line(one.spanish, LABEL, "topics"),
        }
        for one in topics
    ]


def _told(value: Any) -> Any:
    """As the record reads best."""
    return ", ".join(one["label"] for one in value) if isinstance(value, list) else value
