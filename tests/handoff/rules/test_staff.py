"""Agents' sign-in: passwords that fit, sessions that end, and an unknown e-mail that costs as much as a wrong password."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, AgentSession
from handoff.rules import staff
from shop.ground.db import Database
from shop.ground.errors import Unauthorised
from tests.conftest import Clock
from tests.handoff import world


def _hire(session: Session, name: str = "Alice") -> str:
    agent = world.agent(session, name, here=False)
    session.get_one(Agent, agent).password_hash = staff.hash_password("open sesame")
    session.flush()
    return agent


def test_the_right_password_fits_and_no_other(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = _hire(session)
        for spelling in ("alice@shop.example", " Alice@Shop.EXAMPLE "):
            agent_id, hashed = staff.password_hash(session, spelling)
            assert agent_id == alice
            assert staff.fits(hashed, "open sesame")
            assert not staff.fits(hashed, "Open sesame")


def test_an_unknown_e_mail_takes_the_same_work_and_never_fits(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[tuple[str, str]] = []
    real = type(staff._hasher).verify

    def counting(hasher: Any, hashed: str, password: str) -> bool:
        verified.append((hashed, password))
        return bool(real(hasher, hashed, password))

    monkeypatch.setattr(type(staff._hasher), "verify", counting)
    with sqlite_db.transaction() as session:
        _hire(session)
        outcomes = []
        for email in ("alice@shop.example", "nobody@shop.example"):
            agent_id, hashed = staff.password_hash(session, email)
            outcomes.append((agent_id, staff.fits(hashed, "a guess")))
    assert outcomes == [("alice", False), (None, False)]
    known, unknown = (hashed.split("$")[1:4] for hashed, _ in verified)
    assert known == unknown  # the same algorithm, memory and rounds


def test_a_damaged_hash_fits_nothing() -> None:
    assert not staff.fits("-", "-")


def test_a_disabled_agent_cannot_sign_in_and_is_signed_out(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice = _hire(session)
        token = staff.sign_in(session, alice)
        session.get_one(Agent, alice).disabled_at = clock.time
        session.flush()
        assert staff.password_hash(session, "alice@shop.example")[0] is None
        with pytest.raises(Unauthorised):
            staff.who(session, token)


def test_signing_in_brings_the_agent_on_shift_and_offers_what_waits(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        waits = world.asks_for_a_person(session)
        alice = _hire(session)
        token = staff.sign_in(session, alice)
        member = staff.who(session, token)
        assert (member.id, member.presence, member.representative) == (alice, "online", False)
        assert world.offered_to(session, waits) == alice


def test_the_cookie_s_token_is_kept_nowhere(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        token = staff.sign_in(session, _hire(session))
        [kept] = session.scalars(select(AgentSession.token_hash))
        assert kept == hashlib.sha256(token.encode()).hexdigest()


def test_a_session_ends_by_itself(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        token = staff.sign_in(session, _hire(session))
        clock.advance(hours=12, seconds=-1)
        staff.who(session, token)
        clock.advance(1)
        with pytest.raises(Unauthorised):
            staff.who(session, token)


@pytest.mark.parametrize("token", ["", "nonsense", "\x00", "x" * 5000])
def test_a_made_up_token_is_nobody(sqlite_db: Database, token: str) -> None:
    with sqlite_db.transaction() as session:
        staff.sign_in(session, _hire(session))
        with pytest.raises(Unauthorised):
            staff.who(session, token)


def test_the_last_session_s_end_takes_the_agent_off_shift_and_not_an_earlier_one(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = _hire(session)
        home, office = staff.sign_in(session, alice), staff.sign_in(session, alice)
        offered = world.asks_for_a_person(session)
        staff.sign_out(session, home)
        assert session.get_one(Agent, alice).status == "online"
        staff.who(session, office)
        staff.sign_out(session, office)
        assert session.get_one(Agent, alice).status == "offline"
        assert world.offered_to(session, offered) is None
        with pytest.raises(Unauthorised):
            staff.who(session, office)


def test_a_session_that_ran_out_keeps_nobody_on_shift(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice = _hire(session)
        staff.sign_in(session, alice)
        clock.advance(hours=1)
        later = staff.sign_in(session, alice)
        clock.advance(hours=11, minutes=30)
        staff.sign_out(session, later)
        assert session.get_one(Agent, alice).status == "offline"


def test_signing_out_twice_or_of_nothing_is_harmless(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        token = staff.sign_in(session, _hire(session))
        staff.sign_out(session, token)
        staff.sign_out(session, token)
        staff.sign_out(session, "")


def test_presence_is_what_was_chosen_and_a_recent_sign_of_life(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.book(session, world.customer(session, "Mia"), _hire(session))
        token = staff.sign_in(session, "alice")
        assert staff.who(session, token).representative
        clock.advance(60)
        assert staff.who(session, token).presence == "away"
        world.stays(session, "alice")
        assert staff.who(session, token).presence == "online"
