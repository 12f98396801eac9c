"""The demo's agents and books of customers: the same at every seeding."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from handoff.models import Agent, Book
from handoff.rules import staff

PASSWORD = "juniper-pine"  # of every demo agent; they exist in development only
DOMAIN = "juniperandpine.example"
ROOM = 60  # customers in the book of each representative
OFFICE: dict[str, Any] = {"week": {"mon-fri": "9:00-18:00"}}  # the others work whenever they sign in


@dataclass(frozen=True)
class Role:
    """A demo agent."""

    name: str
    role: str = "agent"
    representative: bool = False
    deputy: str | None = None  # the id of who stands in for them
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    hours: dict[str, Any] | None = None  # as `rapport agents set --hours` keeps them

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"


ROLES = (
    Role("Dana Reyes", representative=True, deputy="marcus", skills=("payments",), languages=("en", "es")),
    Role("Marcus Bell", representative=True, deputy="dana", skills=("payments",)),
    Role("Priya Raman", representative=True, deputy="tomas", skills=("payments",)),
    Role("Tomas Novak", representative=True, deputy="priya", skills=("payments",)),
    Role("Alice Chen", skills=("payments",)),
    Role("Ben Okafor", skills=("payments",)),
    Role("Carla Jimenez", skills=("payments",), languages=("en", "es")),
    Role("Derek Hall"),  # new: what is about payments is offered to the others first
    Role("Elena Petrova", skills=("payments",)),
    Role("Farid Haddad", skills=("payments",), languages=("en", "es")),
    Role("Grace Kim", "supervisor", skills=("payments",)),
    Role("Henry Walsh", "admin", hours=OFFICE),
)


def seed(session: Session, gold: list[str], now: datetime) -> int:
    """Hire the demo's agents and give the gold customers to the representatives, if there is nobody yet. Returns how many."""
    if session.scalar(select(exists().where(Agent.id.is_not(None)))):
        return 0
    hashed = staff.hash_password(PASSWORD)
    agents = [
        Agent(
            id=role.name.split()[0].lower(),
            name=role.name,
            email=role.email,
            password_hash=hashed,
            role=role.role,
            room=ROOM if role.representative else None,
            skills=list(role.skills),
            languages=list(role.languages),
            hours=role.hours,
        )
        for role in ROLES
    ]
    session.add_all(agents)
    session.flush()
    for agent, role in zip(agents, ROLES, strict=True):
        agent.deputy_id = role.deputy
    representatives = [agent for agent, role in zip(agents, ROLES, strict=True) if role.representative]
    since = now - timedelta(days=180)
    session.add_all(
        Book(customer_id=customer_id, agent_id=representatives[n % len(representatives)].id, since=since)
        for n, customer_id in enumerate(gold)
    )
    return len(agents)
