"""The staff list: what the command line can change, and what it refuses."""

import pytest
from sqlalchemy import func, select

from handoff.entry import agents
from handoff.entry.supervisor import CannotStart
from handoff.models import Agent, AgentSession
from handoff.rules import staff
from shop.ground.db import Database

EMAIL = "nora@example.com"
PASSWORD = "long enough for us"


@pytest.fixture
def nora(sqlite_db: Database) -> str:
    """The id of an agent who is signed in."""
    with sqlite_db.transaction() as session:
        agents.add(session, "Nora Quist", EMAIL, "agent", PASSWORD)
        session.flush()
        agent_id = session.scalars(select(Agent.id)).one()
        staff.sign_in(session, agent_id)
    return agent_id


def sessions(db: Database) -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(AgentSession)) or 0


def signs_in(db: Database, password: str) -> bool:
    with db.transaction() as session:
        agent_id, hashed = staff.password_hash(session, EMAIL)
    return agent_id is not None and staff.fits(hashed, password)


def test_a_new_agent_can_sign_in(sqlite_db: Database, nora: str) -> None:
    assert signs_in(sqlite_db, PASSWORD)
    with sqlite_db.transaction() as session:
        assert agents.listed(session) == [("Nora Quist", EMAIL, "agent", 0, "online")]


def test_a_new_password_signs_everybody_out_who_had_the_old_one(sqlite_db: Database, nora: str) -> None:
    with sqlite_db.transaction() as session:
        agents.set_password(session, EMAIL.upper(), "another long one")
    assert (sessions(sqlite_db), signs_in(sqlite_db, PASSWORD), signs_in(sqlite_db, "another long one")) == (
        0,
        False,
        True,
    )


def test_who_was_disabled_is_out_until_there_is_a_new_password(sqlite_db: Database, nora: str) -> None:
    with sqlite_db.transaction() as session:
        agents.disable(session, EMAIL)
    assert (sessions(sqlite_db), signs_in(sqlite_db, PASSWORD)) == (0, False)
    with sqlite_db.transaction() as session:
        assert agents.listed(session)[0][-1] == "left"
        agents.set_password(session, EMAIL, PASSWORD)
    assert signs_in(sqlite_db, PASSWORD)


@pytest.mark.parametrize(
    ("email", "role", "password", "said"),
    [
        ("NORA@example.com", "agent", PASSWORD, "is taken"),
        ("b@example.com", "boss", PASSWORD, "agent, supervisor, admin"),
        ("nobody", "agent", PASSWORD, "no e-mail address|not an e-mail address"),
        ("b@example.com", "agent", "short", "at least 10 characters"),
    ],
)
def test_what_cannot_be_is_said(
    sqlite_db: Database, nora: str, email: str, role: str, password: str, said: str
) -> None:
    with sqlite_db.transaction() as session, pytest.raises(CannotStart, match=said):
        agents.add(session, "B", email, role, password)


def test_a_stranger_has_no_password(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session, pytest.raises(CannotStart, match="Nobody has"):
        agents.set_password(session, EMAIL, PASSWORD)
