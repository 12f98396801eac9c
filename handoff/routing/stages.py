"""The steps of a request: the customer's representative, then a deputy, then the team. Each is skipped at once when that
person cannot be asked; the representative can take the conversation back as long as nobody has answered it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation
from handoff.routing import books, matching, offers, policy, telling, transfer
from shop.ground import clock

OWN = ("representative", "deputy")  # stages in which one person alone is asked, for a bounded time


@dataclass(frozen=True)
class Place:
    """Where a request stands. `skipped`: stage -> why it was passed over."""

    stage: str = "team"
    wants_id: str | None = None
    representative_id: str | None = None
    step_due_at: datetime | None = None
    skipped: dict[str, str] = field(default_factory=dict)
    person: Agent | None = None  # whom `wants_id` names, or the representative: not to be looked up again

    @property
    def why(self) -> dict[str, str]:
        """Stage -> why it was passed over."""
        return self.skipped

    def columns(self) -> dict[str, Any]:
        """As columns of the conversation."""
        return {"stage": self.stage, "wants_id": self.wants_id, "step_due_at": self.step_due_at}


def first(session: Session, customer_id: str | None, tier: str, queue: str, now: datetime) -> Place:
    """Where a new request begins."""
    if not customer_id or not dedicated(tier):
        return Place()
    representative = books.representative(session, customer_id)
    if representative is None:
        return Place(skipped={"representative": "none"})
    return _next(session, customer_id, tier, representative, OWN, now)


def dedicated(tier: str | None) -> bool:
    """Do customers of this tier have a representative who is asked first?"""
    rules = policy.current().tiers.get(tier or "")
    return rules is not None and rules.dedicated


def advance(session: Session, conversation: Conversation, *, by: str, why: str, note: str = "") -> None:
    """The person waited for did not come: on to the next step. The place in line is kept, and the customer is told."""
    now, passed = clock.now(), conversation.wants_id
    place = _after(session, conversation, now)
    detail: dict[str, Any] = {"rule": "next_step", "from": conversation.stage, "skipped": place.skipped}
    columns = place.columns()
    if place.stage == "team" and (points := _raised(conversation)) and conversation.rank_at:
        columns["rank_at"], detail["points"] = conversation.rank_at - policy.current().head_start(points), points
    if note:
        detail["note"] = note
    states.change(session, conversation, "waiting", by=by, why=why, agent_id=passed, detail=detail, **columns)
    telling.moved_on(session, conversation, why)
    matching.offer(session, conversation)


def step_due(session: Session, conversation_id: str, version: int) -> None:
    """The time of this step is over."""
    conversation = states.lock(session, conversation_id)
    if conversation.state == "waiting" and conversation.stage in OWN and conversation.version == version:
        advance(session, conversation, by="system", why=f"{conversation.stage}_expired")


def came_to_nothing(
    session: Session, conversation: Conversation, agent_id: str, outcome: str, *, by: str, why: str, note: str = ""
) -> None:
    """An agent's offer ended without an answer: others who have it keep it, else the next is asked at once."""
    offers.end(session, conversation.id, agent_id, outcome)
    if conversation.stage in OWN:
        return advance(session, conversation, by=by, why=why, note=note)
    if conversation.stage == transfer.STAGE and conversation.wants_id:
        return transfer.come_back(session, conversation, by=by, why=why, note=note)
    to = "offered" if offers.agents(session, conversation.id) else "waiting"
    detail = {"note": note} if note else None
    states.change(session, conversation, to, by=by, why=why, agent_id=agent_id, detail=detail)
    matching.offer(session, conversation)
    return None


def _raised(conversation: Conversation) -> int:
    rules = policy.current().tiers.get(conversation.tier or "")
    return rules.raised if rules else 0


def _wait(tier: str | None, stage: str) -> timedelta:
    rules = policy.current().tiers[tier or ""]
    return rules.wait_representative if stage == "representative" else rules.wait_deputy


def _after(session: Session, conversation: Conversation, now: datetime) -> Place:
    left = OWN[OWN.index(conversation.stage) + 1 :] if conversation.stage in OWN else ()
    representative = session.get(Agent, conversation.representative_id) if conversation.representative_id else None
    if not left or representative is None or conversation.customer_id is None:
        return Place(representative_id=conversation.representative_id)
    return _next(session, conversation.customer_id, conversation.tier, representative, left, now)


def _next(
    session: Session, customer_id: str, tier: str | None, representative: Agent, steps: tuple[str, ...], now: datetime
) -> Place:
    """The first of these steps whose person can be asked, or the team."""
    skipped: dict[str, str] = {}
    for stage in steps:
        person = representative if stage == "representative" else books.deputy(session, customer_id, representative)
        wait = _wait(tier, stage)
        why = books.available(session, person, now) if person else "none"
        if person and why is None and wait:
            return Place(stage, person.id, representative.id, now + wait, skipped, person)
        skipped[stage] = why or "no_time"
    return Place(representative_id=representative.id, skipped=skipped, person=representative)
