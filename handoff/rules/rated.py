"""Ratings as agents and the office read them: an agent her own, the office everybody's."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Rating
from shop.ground.clock import iso

LATEST = 50


@dataclass
class Scores:
    """How often each score was given, and the words, newest first."""

    counts: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(1, 6), 0))
    words: list[tuple[int, str]] = field(default_factory=list)

    @property
    def number(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        return sum(score * count for score, count in self.counts.items()) / self.number if self.number else None


def of_agent(session: Session, agent_id: str) -> dict[str, Any]:
    """What was said of this agent, and of nobody else."""
    found = list(session.scalars(_given().where(Rating.agent_id == agent_id).limit(LATEST)))
    latest = [
        {"conversation": one.conversation_id, "score": one.score, "words": one.words, "at": iso(one.at)}
        for one in found
        if one.at
    ]
    scores = [one.score for one in found if one.score]
    return {"mean": sum(scores) / len(scores) if scores else None, "number": len(scores), "latest": latest}


def report(session: Session, since: datetime, until: datetime) -> dict[str, Scores]:
    """Everybody's, by name; the bot's under an empty one."""
    names = {agent.id: agent.name for agent in session.scalars(select(Agent))}
    found: dict[str, Scores] = {}
    for rating in session.scalars(_given().where(Rating.at > since, Rating.at <= until)):
        scores = found.setdefault(names.get(rating.agent_id or "", ""), Scores())
        scores.counts[rating.score or 0] += 1
        if rating.words:
            scores.words.append((rating.score or 0, rating.words))
    return dict(sorted(found.items()))


def _given() -> Any:
    return select(Rating).where(Rating.score.is_not(None)).order_by(Rating.at.desc(), Rating.id.desc())
