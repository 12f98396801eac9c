"""The demo's staff: everybody's deputy, skills and hours fit the policy that is shipped, and each other."""

from datetime import UTC, datetime

from sqlalchemy import select

from handoff.demo import staff
from handoff.models import Agent
from handoff.routing import books, policy
from shop.ground.db import Database

NOW = datetime(2026, 6, 15, 15, tzinfo=UTC)


def test_deputies_skills_and_hours_fit(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        assert staff.seed(session, [], NOW) == len(staff.ROLES)
        agents = {agent.id: agent for agent in session.scalars(select(Agent))}
        wanted = {skill for queue in policy.current().queues.values() for skill in queue.skills}
        for agent in agents.values():
            assert set(agent.skills) <= wanted
            assert books.in_hours(agent, NOW)  # a Monday morning in New York
            assert agent.deputy_id is None or agents[agent.deputy_id].room
        assert any(wanted <= set(agent.skills) for agent in agents.values())
