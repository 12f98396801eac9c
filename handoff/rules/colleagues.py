"""Who a conversation can be passed on to: colleagues, whether they are there, and the team queues."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent
from handoff.routing import books, policy, presence
from shop.ground import clock


def of(session: Session, agent_id: str) -> dict[str, list[dict[str, Any]]]:
    """Everybody else on staff, those who can be asked first, and the queues with how many are there for them."""
    now = clock.now()
    staff = session.scalars(select(Agent).where(Agent.disabled_at.is_(None)).order_by(Agent.name, Agent.id)).all()
    working = set(session.scalars(select(Agent.id).where(books.at_work(now))))
    agents = [_shown(agent, presence.shown(agent, now), agent.id in working) for agent in staff if agent.id != agent_id]
    here = [agent for agent in staff if agent.id in working and presence.is_here(agent, now)]
    queues = [
        {
            "name": name,
            "title": queue.title,
            "open": queue.hours.is_open(now),
            "here": sum(not agent.queues or name in agent.queues for agent in here if agent.id != agent_id),
        }
        for name, queue in policy.current().queues.items()
    ]
    return {"agents": sorted(agents, key=lambda agent: not agent["can_be_asked"]), "queues": queues}


def _shown(agent: Agent, status: str, at_work: bool) -> dict[str, Any]:
    return {
        "id": agent.id,
        "name": agent.name,
        "presence": status if at_work else "on_leave",
        "away_reason": agent.away_reason if status == "away" else None,
        "can_be_asked": at_work and status in ("online", "transfers"),
    }
