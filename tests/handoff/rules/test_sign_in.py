"""Second factors and brakes: codes of RFC 6238 fit once, recovery codes too, and no stranger keeps an agent out."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.entry import agents
from handoff.models import Agent, AgentSession, Audit, Brake, RecoveryCode
from handoff.rules import brakes, sealing, second, staff, totp
from handoff.rules.brakes import Tries
from shop.ground import clock as clock_module
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, Forbidden, NotFound, TooMany
from tests.conftest import Clock
from tests.handoff import world

KEY = "a key from the settings"
RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238, appendix B


def test_the_codes_of_the_rfc() -> None:
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert totp.at(RFC, totp.step(datetime.fromtimestamp(seconds, UTC))) == code


@given(st.integers(0, 4_000_000_000), st.integers(-3, 3), st.integers(-2, 2))
def test_a_code_fits_one_step_off_at_most_and_never_again(seconds: int, off: int, used: int) -> None:
    now = datetime.fromtimestamp(seconds, UTC) + timedelta(days=1)
    here = totp.step(now)
    code = totp.at(RFC, here + off)
    found = totp.fits(RFC, code, now, here + used)
    if found is None:
        assert abs(off) > 1 or off <= used
    else:  # two steps may have the same code
        assert abs(found - here) <= 1 and found > here + used and totp.at(RFC, found) == code


def enrolled(session: Session, agent: str) -> tuple[str, list[str]]:
    secret = second.begin(session, agent, KEY)
    return secret, second.confirm(session, agent, KEY, code(secret))


def code(secret: str, off: int = 0) -> str:
    return totp.at(secret, totp.step(clock_module.now()) + off)


def test_enrolling_takes_a_code_and_then_each_counts_once(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        alice = world.agent(session, "Alice")
        secret = second.begin(session, alice, KEY)
        with pytest.raises(BadInput):
            second.confirm(session, alice, KEY, "000000" if code(secret) != "000000" else "000001")
        assert session.get_one(Agent, alice).totp_secret is None
        second.confirm(session, alice, KEY, code(secret))
        assert not second.take(session, alice, KEY, code(secret))  # the one it was set up with
        clock.advance(30)
        assert second.take(session, alice, KEY, f" {code(secret)} ")
        assert not second.take(session, alice, KEY, code(secret))
        clock.advance(30)
        assert second.take(session, alice, KEY, code(secret, 1))
        assert not second.take(session, alice, KEY, code(secret))
        with pytest.raises(Conflict):
            second.begin(session, alice, KEY)


def test_what_was_sealed_before_is_sealed_anew(db: Database, clock: Clock) -> None:
    new = "another key"
    with db.transaction() as session:
        alice, ben, cleo = (world.agent(session, name) for name in ("Alice", "Ben", "Cleo"))
        secret, pending = enrolled(session, alice)[0], second.begin(session, ben, KEY)
        clock.advance(30)
        assert second.seal_anew(session, "never used", new) == 0
        assert second.seal_anew(session, KEY, new) == 2
        assert second.seal_anew(session, KEY, new) == 0  # at the next start
        assert not second.take(session, alice, KEY, code(secret))
        assert second.take(session, alice, new, code(secret))
        assert second.confirm(session, ben, new, code(pending))
        assert session.get_one(Agent, cleo).totp_secret is None


def test_what_is_stored_shows_neither_secret_nor_codes(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        secret, codes = enrolled(session, alice)
        sealed = str(session.get_one(Agent, alice).totp_secret)
        assert secret not in sealed and sealing.unseal(KEY, sealed) == secret
        with pytest.raises(sealing.Broken):
            sealing.unseal("another key", sealed)
        assert not second.take(session, alice, "another key", code(secret, 1))
        kept = " ".join(session.scalars(select(RecoveryCode.hash)))
        assert not any(one.replace("-", "") in kept for one in codes)
        assert not any(word in str([row.detail for row in session.scalars(select(Audit))]) for word in (secret, *codes))


def test_a_recovery_code_counts_once_and_only_for_its_agent(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice, ben = world.agent(session, "Alice"), world.agent(session, "Ben")
        _, codes = enrolled(session, alice)
        enrolled(session, ben)
        assert (len(codes), second.left(session, alice)) == (second.CODES, second.CODES)
        assert not second.take(session, ben, KEY, codes[0])
        assert second.take(session, alice, KEY, codes[0].upper())
        assert not second.take(session, alice, KEY, codes[0])
        assert second.left(session, alice) == second.CODES - 1
        renewed = second.renew_codes(session, alice)
        assert not second.take(session, alice, KEY, codes[1])
        assert second.take(session, alice, KEY, renewed[0].replace("-", ""))


def test_a_role_that_must_have_one_does_nothing_else_before(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice", here=False)
        second.require(session, ["agent"], "agent:admin")
        token = staff.sign_in(session, alice)
        member = staff.who(session, token)
        assert (member.must_enrol, member.presence) == (True, "offline")
        enrolled(session, alice)
        assert not staff.who(session, token).must_enrol
        with pytest.raises(Forbidden):
            second.off(session, alice)
        second.require(session, [], "agent:admin")
        second.off(session, alice)
        assert second.left(session, alice) == 0


def test_the_command_takes_it_away_and_signs_out(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        enrolled(session, alice)
        staff.sign_in(session, alice)
        assert agents.totp_reset(session, "alice@shop.example")
        assert not agents.totp_reset(session, "Alice@Shop.example")
        assert session.get_one(Agent, alice).totp_secret is None
        assert session.scalars(select(AgentSession)).all() == []


def test_where_i_am_signed_in_and_out_everywhere_else(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        alice, ben = world.agent(session, "Alice"), world.agent(session, "Ben")
        home = staff.sign_in(session, alice, "Firefox", "10.0.0.1")
        clock.advance(60)
        here = staff.sign_in(session, alice, "Chrome" * 100, "10.0.0.2")
        third = staff.sign_in(session, alice)
        shown = {one["device"][:7]: one for one in staff.sessions(session, alice, here)}
        assert [one["current"] for one in shown.values()].count(True) == 1 and shown["ChromeC"]["current"]
        assert (shown["Firefox"]["address"], len(shown["ChromeC"]["device"])) == ("10.0.0.1", 300)
        assert not any(token in str(shown) for token in (home, here, third))
        with pytest.raises(NotFound):
            staff.end_session(session, ben, shown["Firefox"]["id"])
        for nonsense in ("", "%", "_" * staff.HANDLE, shown["Firefox"]["id"][:8]):
            with pytest.raises(NotFound):
                staff.end_session(session, alice, nonsense)
        staff.end_session(session, alice, shown["Firefox"]["id"])
        assert (len(staff.sessions(session, alice, here)), staff.end_others(session, alice, here)) == (2, 1)
        assert [one["current"] for one in staff.sessions(session, alice, here)] == [True]
        assert session.get_one(Agent, alice).status == "online"


def tries(session: Session, count: int, who: Tries) -> int:
    """How many of so many tries were looked at."""
    looked = 0
    for _ in range(count):
        try:
            brakes.begin(session, who)
            looked += 1
        except TooMany:
            pass
    return looked


def test_failures_slow_down_with_growing_waits_and_end(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        thief = Tries("Alice@shop.example", "10.0.0.9")
        assert tries(session, 20, thief) == brakes.FREE["account"]
        waits = []
        for _ in range(14):
            with pytest.raises(TooMany) as refused:
                brakes.begin(session, thief)
            waits.append(refused.value.retry_after_s)
            clock.advance(refused.value.retry_after_s)
            brakes.begin(session, thief)
        assert waits == sorted(waits) and waits[0] <= 2 and waits[-1] == brakes.LONGEST.total_seconds()
        clock.advance(days=2)
        assert tries(session, 20, thief) == brakes.FREE["account"]


def test_first_tries_at_the_same_moment_are_all_counted(db: Database) -> None:
    """On PostgreSQL each in a thread and a transaction of its own, none of which sees the others' row."""
    thief, many = Tries("alice@shop.example", "10.0.0.9"), brakes.FREE["account"]
    together = threading.Barrier(1 if db.sqlite else many)

    def one_try(session: Session) -> None:
        together.wait(60)
        brakes.begin(session, thief)

    async def all_at_once() -> None:
        await asyncio.gather(*(db.write(one_try) for _ in range(many)))

    asyncio.run(all_at_once())
    with db.transaction() as session:
        assert [session.get_one(Brake, key).failures for key in thief.keys] == [many, many]
        with pytest.raises(TooMany):
            brakes.begin(session, thief)


def test_an_unknown_account_is_braked_just_the_same(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        told: list[tuple[str, int]] = []
        for email in ("alice@shop.example", "nobody@shop.example"):
            tries(session, 9, Tries(email, f"10.0.0.{len(told)}"))
            with pytest.raises(TooMany) as refused:
                brakes.begin(session, Tries(email, "10.1.0.1"))
            told.append((refused.value.message, refused.value.retry_after_s))
        assert told[0] == told[1]
        assert "shop.example" not in " ".join(session.scalars(select(Brake.key)))


def test_a_stranger_never_keeps_the_agent_out_of_a_browser_she_is_known_by(sqlite_db: Database, clock: Clock) -> None:
    """However long somebody tries from however many addresses, and whenever she comes."""
    with sqlite_db.transaction() as session:
        for hour in range(48):
            for n in range(10):
                tries(session, 3, Tries("alice@shop.example", f"10.0.{hour}.{n}"))
            brakes.begin(session, Tries("alice@shop.example", "10.0.0.1", browser="hers"))
            brakes.passed(session, Tries("alice@shop.example", "10.0.0.1", browser="hers"))
            clock.advance(hours=1)
        # And from a new browser she waits a quarter of an hour at most.
        with pytest.raises(TooMany) as refused:
            tries(session, 9, Tries("alice@shop.example", "10.9.0.1"))
            brakes.begin(session, Tries("alice@shop.example", "10.9.0.1"))
        assert refused.value.retry_after_s <= brakes.LONGEST.total_seconds()


def test_one_address_is_braked_over_many_accounts_and_an_own_success_does_not_clear_it(
    sqlite_db: Database, clock: Clock
) -> None:
    with sqlite_db.transaction() as session:
        looked = 0
        for n in range(80):
            looked += tries(session, 1, Tries(f"agent{n}@shop.example", "10.0.0.9"))
        assert looked == brakes.FREE["address"]
        clock.advance(hours=1)
        brakes.begin(session, Tries("mine@shop.example", "10.0.0.9"))
        brakes.passed(session, Tries("mine@shop.example", "10.0.0.9"))
        assert tries(session, 5, Tries("agent99@shop.example", "10.0.0.9")) == 1
