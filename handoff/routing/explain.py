"""Why a conversation is where it is, in plain sentences: what was written down with each decision, read aloud. Words: `why.yml`."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Conversation
from shop.ground import clock
from shop.ground.errors import NotFound

PATH = Path(__file__).parents[1] / "why.yml"
NOBODY = "?"


def sentences(session: Session, conversation_id: str) -> list[str]:
    """All that was decided about a conversation, the oldest first. Raises `NotFound`."""
    return [f"{clock.iso(step.at)} {text}" for step, text in _told(session, conversation_id)]


def decisions(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    """The same with what it was read from: candidates, rule, scores, the policy's version."""
    return [
        {
            "at": clock.iso(step.at), "from": step.from_state, "to": step.to_state, "agent": step.agent_id, "by": step.by,
            "reason": step.reason, "detail": step.detail or {}, "text": text,
        }
        for step, text in _told(session, conversation_id)
    ]  # fmt: skip


def _told(session: Session, conversation_id: str) -> Iterator[tuple[Assignment, str]]:
    if session.get(Conversation, conversation_id) is None:
        raise NotFound("There is no such conversation.")
    steps = session.scalars(
        select(Assignment).where(Assignment.conversation_id == conversation_id).order_by(Assignment.id)
    ).all()
    names = _names(session, steps)
    for step in steps:
        yield step, " ".join(filter(None, _parts(step, names)))


def _parts(step: Assignment, names: dict[str, str]) -> Iterator[str]:
    detail = step.detail or {}
    if step.to_state == "offered" and "ranked" in detail:
        yield from _offer(detail, names)
    elif detail.get("rule") == "nobody":
        yield _say("nobody")
        yield from _passed_over(detail, names)
    elif detail.get("rule") == "request" or (step.from_state == "bot" and "tier" in detail):
        reason, points = step.reason.replace("_", " "), detail.get("points", 0)
        yield _say("asked", reason=reason, tier=detail.get("tier"), points=points)
        yield _skipped(detail)
    else:
        yield _happened(step, detail, names)
        yield _skipped(detail)
        if detail.get("rule") == "next_step" and detail.get("points"):
            yield _say("raised", points=detail["points"])
    if detail.get("note"):
        yield _say("note", note=detail["note"])
    if detail.get("policy"):
        yield _say("policy", policy=detail["policy"])


def _offer(detail: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    who = ", ".join(_name(agent_id, names) for agent_id in detail["ranked"])
    rule = detail.get("rule", "")
    yield _say("offered", agents=who, rule=_words()["rules"].get(rule, rule))
    for agent_id, share in (detail.get("scores") or {}).items():
        yield _say("score", agent=_name(agent_id, names), share=f"{share:.0%}")
    yield from _passed_over(detail, names)


def _passed_over(detail: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    over: dict[str, str] = detail.get("passed_over") or {}
    more: dict[str, int] = detail.get("passed_over_more") or {}
    who = [_say("passed_over_one", agent=_name(agent_id, names), why=_code(why)) for agent_id, why in over.items()]
    who += [_say("passed_over_more", number=number, why=_code(why)) for why, number in more.items()]
    if who:
        yield _say("passed_over", who=", ".join(who))
    elif detail.get("rule") == "nobody":
        yield _say("nobody_here")
    if detail.get("closed"):
        yield _say("closed")


def _skipped(detail: dict[str, Any]) -> str:
    skipped: dict[str, str] = detail.get("skipped") or {}
    stages = _words()["stages"]
    who = [_say("skipped_one", stage=stages.get(stage, stage), why=_code(why)) for stage, why in skipped.items()]
    return _say("skipped", who=", ".join(who)) if who else ""


def _happened(step: Assignment, detail: dict[str, Any], names: dict[str, str]) -> str:
    template: str | None = _words()["happened"].get(step.reason)
    if template is None:
        return _say("other", before=step.from_state, after=step.to_state, reason=step.reason.replace("_", " "))
    agent = _name(step.agent_id or step.by.removeprefix("agent:"), names)
    to = _name(detail["to"], names) if detail.get("to") else detail.get("queue") or NOBODY
    facts = {"agent": agent, "by": step.by, "to": to, "queue": detail.get("queue", detail.get("to", NOBODY))}
    return template.format_map({**facts, "needs": detail.get("needs", ""), "points": detail.get("points", 0)})


def _names(session: Session, steps: Any) -> dict[str, str]:
    """Every agent who is named in these decisions."""
    ids: set[str] = set()
    for step in steps:
        detail = step.detail or {}
        ids |= {step.agent_id or "", step.by.removeprefix("agent:"), str(detail.get("to", ""))}
        ids |= {*detail.get("ranked", ()), *detail.get("passed_over", {})}
    rows = session.execute(select(Agent.id, Agent.name).where(Agent.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _name(agent_id: str, names: dict[str, str]) -> str:
    return names.get(agent_id, NOBODY)


def _code(why: str) -> str:
    return str(_words()["codes"].get(why, why.replace("_", " ")))


def _say(key: str, **facts: object) -> str:
    return str(_words()[key]).format_map(facts)


@cache
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return loaded
