"""Why a conversation is where it is, in plain sentences: what was written down with each decision, read aloud. Words: `why.yml`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Assignment, Conversation
from handoff.routing import policy
from shop.ground import clock
from shop.ground.errors import NotFound

PATH = Path(__file__).parents[1] / "why.yml"
NOBODY = "somebody"


@dataclass(frozen=True)
class Step:
    """One decision with what was written down with it, and the names of everybody in it."""

    row: Assignment
    names: dict[str, str]

    @property
    def detail(self) -> dict[str, Any]:
        return self.row.detail or {}

    @property
    def rule(self) -> str:
        return str(self.detail.get("rule") or "")

    @property
    def agent(self) -> str:
        """Whom it is about: the one named, else who did it."""
        return self.name(self.row.agent_id or self.row.by.removeprefix("agent:"))

    def name(self, agent_id: object) -> str:
        return self.names.get(str(agent_id), NOBODY)


def sentences(session: Session, conversation_id: str) -> list[str]:
    """All that was decided about a conversation, the oldest first; the policy where it is another than before. Raises
    `NotFound`."""
    told, version = [], None
    for step, text in _told(session, conversation_id):
        by = step.detail.get("policy")
        told.append(" ".join(filter(None, (_moment(step.row.at), text, _policy(step) if by != version else ""))))
        version = by or version
    return told


def decisions(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    """The same with what it was read from: candidates, rule, scores, the policy's version."""
    return [
        {
            "at": clock.iso(step.row.at), "from": step.row.from_state, "to": step.row.to_state, "by": step.row.by,
            "agent": step.row.agent_id, "reason": step.row.reason, "detail": step.detail,
            "text": " ".join(filter(None, (text, _policy(step)))),
        }
        for step, text in _told(session, conversation_id)
    ]  # fmt: skip


def _told(session: Session, conversation_id: str) -> Iterator[tuple[Step, str]]:
    if session.get(Conversation, conversation_id) is None:
        raise NotFound("There is no such conversation.")
    rows = session.scalars(
        select(Assignment).where(Assignment.conversation_id == conversation_id).order_by(Assignment.id)
    ).all()
    names = _names(session, rows)
    for row in rows:
        step = Step(row, names)
        yield step, " ".join(filter(None, _parts(step)))


def _parts(step: Step) -> Iterator[str]:
    detail = step.detail
    if step.row.to_state == "offered" and "ranked" in detail:
        yield from _offer(step)
    elif step.rule == "nobody":
        yield _say("nobody")
        yield from _passed_over(step)
    else:
        yield _asked(step) if step.rule == "request" else _happened(step)
        yield _went_by(step)
        yield from _because(detail)
        yield _skipped(detail)
    if detail.get("note"):
        yield _say("note", note=detail["note"])


def _asked(step: Step) -> str:
    words = _words()["asked"]
    template: str = words.get(step.row.reason, words["other"])
    return template.format_map({"words": _plain(step.row.reason)})


def _happened(step: Step) -> str:
    words, row, detail = _words(), step.row, step.detail
    template = words["happened"].get(row.reason)
    if template is None:
        template = words["in_their_words"].get(row.to_state if row.by.startswith("agent:") else "", words["other"])
    elif not isinstance(template, str):
        template = template.get(row.from_state, template["other"])
    states = words["states"]
    facts = {
        "agent": step.agent, "before": step.name(detail.get("from")), "to": _where(step), "needs": detail.get("needs"),
        "words": _plain(row.reason).rstrip("."), "before_state": states.get(row.from_state, row.from_state),
        "after_state": states.get(row.to_state, row.to_state),
    }  # fmt: skip
    return " ".join(filter(None, (template.format_map(facts), _set_aside(step), _again_with(step), _closed_as(detail))))


def _went_by(step: Step) -> str:
    template = _words()["went_by"].get(step.rule, "")
    facts = {"agent": step.agent, "tier": step.detail.get("tier"), "points": step.detail.get("points", 0)}
    return str(template).format_map(facts)


def _because(detail: dict[str, Any]) -> Iterator[str]:
    """What a request's points are made of, a step's points, and how long somebody had waited who gave up."""
    for why, points in (detail.get("added") or {}).items():
        yield str(_words()["because"].get(why, "")).format_map({"points": points})
    if detail.get("rule") == "next_step" and detail.get("points"):
        yield _say("raised", points=detail["points"])
    if detail.get("waited_s") is not None:
        yield _say("waited", waited=_length(detail["waited_s"]))


def _set_aside(step: Step) -> str:
    """For how long: the end of the sentence that it was set aside."""
    what_for = str(step.detail.get("for") or "").partition(":")[0]
    if step.row.to_state != "parked" or what_for not in _words()["parked_for"]:
        return "." if step.row.reason == "parked" else ""
    until = _moment(datetime.fromisoformat(step.detail["until"]))
    return str(_words()["parked_for"][what_for]).format_map({"until": until})


def _again_with(step: Step) -> str:
    """What was set aside comes back to who did it."""
    woke = step.row.from_state == "parked" and step.row.to_state == "held" and not step.row.by.startswith("agent:")
    return _say("again_with", agent=step.agent) if woke else ""


def _closed_as(detail: dict[str, Any]) -> str:
    """What the agent said of it when they closed it."""
    titles, said = policy.current().closing.codes, []
    if detail.get("code"):
        said.append(_say("closed_as", reason=titles.get(detail["code"], _plain(detail["code"]))))
    if detail.get("tags"):
        said.append(_say("tagged", tags=", ".join(map(_plain, detail["tags"]))))
    return " ".join(said)


def _where(step: Step) -> str:
    """To whom it went, or into which queue."""
    to, queues = step.detail.get("to"), policy.current().queues
    if to in step.names:
        return step.name(to)
    name = str(to if to in queues else step.detail.get("queue") or to or "")
    return _say("the_queue", queue=queues[name].title if name in queues else _plain(name))


def _offer(step: Step) -> Iterator[str]:
    detail, words = step.detail, _words()["offered_by"]
    who = ", ".join(step.name(agent_id) for agent_id in detail["ranked"])
    yield _say("offered", agents=who, rule=words.get(step.rule, _plain(step.rule)))
    for agent_id, share in (detail.get("scores") or {}).items():
        yield _say("busy" if share else "free", agent=step.name(agent_id), share=f"{share:.0%}")
    yield from _passed_over(step)


def _passed_over(step: Step) -> Iterator[str]:
    detail = step.detail
    over: dict[str, str] = detail.get("passed_over") or {}
    more: dict[str, int] = detail.get("passed_over_more") or {}
    who = [_say("passed_over_one", agent=step.name(agent_id), why=_code(why)) for agent_id, why in over.items()]
    who += [_say("passed_over_more", number=number, why=_code(why)) for why, number in more.items()]
    if who:
        yield _say("passed_over", who=", ".join(who))
    elif step.rule == "nobody" and not detail.get("closed"):
        yield _say("nobody_here")
    if detail.get("closed"):
        yield _say("closed")


def _skipped(detail: dict[str, Any]) -> str:
    skipped: dict[str, str] = detail.get("skipped") or {}
    stages = _words()["stages"]
    who = [_say("skipped_one", stage=stages.get(stage, stage), why=_code(why)) for stage, why in skipped.items()]
    return _say("skipped", who=", ".join(who)) if who else ""


def _policy(step: Step) -> str:
    return _say("policy", policy=step.detail["policy"]) if step.detail.get("policy") else ""


def _names(session: Session, rows: Iterable[Assignment]) -> dict[str, str]:
    """Every agent who is named in these decisions."""
    ids: set[str] = set()
    for row in rows:
        detail = row.detail or {}
        ids |= {
            row.agent_id or "",
            row.by.removeprefix("agent:"),
            *(str(detail.get(key, "")) for key in ("to", "from")),
        }
        ids |= {*detail.get("ranked", ()), *detail.get("passed_over", {})}
    found = session.execute(select(Agent.id, Agent.name).where(Agent.id.in_(ids)))
    return {row.id: row.name for row in found}


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _length(seconds: int) -> str:
    """As people say it: 40 s, 12 min, 2 h 5 min."""
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{seconds} s"


def _plain(code: object) -> str:
    """A code as words."""
    return str(code).replace("_", " ")


def _code(why: str) -> str:
    return str(_words()["codes"].get(why, _plain(why)))


def _say(key: str, **facts: object) -> str:
    return str(_words()[key]).format_map(facts)


@cache
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return loaded
