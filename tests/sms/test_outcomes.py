"""Each way a send can go wrong, over real HTTP against the twin: nothing goes out twice and nothing is silently lost."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from handoff.models import Delivery
from handoff.rules import consent, deliveries
from handoff.tools.texter import Later, NotThere, Refused, Sent, Texter, Uncertain
from shop.ground.db import Database
from tests import ports
from tests.conftest import Clock
from tests.sms.sending import Parts, owe, round_of, start_now, state_of, states, until_quiet
from tests.twins.running import READY_S, Twin

pytestmark = pytest.mark.slow  # starts the twin
SHORT_S = 0.5  # the client's patience, so that the twin's silence does not cost ours
STATUS = "http://127.0.0.1:9/sms/status"


@pytest.fixture
def phone(request: pytest.FixtureRequest) -> str:
    """A number of this test's own: the twin remembers all of them."""
    phone.counter += 1  # type: ignore[attr-defined]
    return f"+1202556{phone.counter:04d}"  # type: ignore[attr-defined]


phone.counter = 0  # type: ignore[attr-defined]


@pytest.fixture
def parts(twin: Twin, sqlite_db: Database, clock: Clock) -> Iterator[Parts]:
    start_now(clock)
    texter = Texter(twin.settings, SHORT_S)
    yield Parts(sqlite_db, twin.settings, texter, twin.caught_up)
    texter.close()


@pytest.fixture
def patient(twin: Twin) -> Iterator[Texter]:
    """A client that no busy machine is too slow for."""
    twin.switch()
    texter = Texter(twin.settings, READY_S)
    yield texter
    texter.close()


async def owed(parts: Parts, to: str, body: str = "Your order is on its way.") -> int:
    return await parts.db.write(owe, to, body)


async def state(parts: Parts, delivery: int) -> tuple[str, int | None]:
    return await parts.db.read(state_of, delivery)


def dead_end(twin: Twin) -> Texter:
    """A Twilio that nobody answers for."""
    return Texter(twin.settings.model_copy(update={"twilio_api_url": f"http://127.0.0.1:{ports.free()}"}), SHORT_S)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("", Sent), ("slow", Sent), ("busy", Later), ("broken", Uncertain), ("broken_after", Uncertain), ("silent", Uncertain),
        ("silent_after", Uncertain), ("dropped_after", Uncertain),
    ],
)  # fmt: skip
def test_the_client_tells_the_outcomes_apart(
    twin: Twin, parts: Parts, patient: Texter, phone: str, fault: str, outcome: type
) -> None:
    twin.switch(send=[fault] if fault else [])
    texter = parts.texter if fault.startswith("silent") else patient
    assert isinstance(asyncio.run(texter.send(phone, "hello", STATUS)), outcome)


def test_a_refused_connection_is_certainly_nothing(twin: Twin) -> None:
    assert isinstance(asyncio.run(dead_end(twin).send("+12025550123", "hello", STATUS)), Later)


@pytest.mark.parametrize(
    ("to", "code"),
    [("+15005550001", 21211), ("12", 21211), ("+15005550003", 21408), ("+15005550004", 21610), ("+15005550009", 21614)],
)
def test_refusals_carry_twilios_code(patient: Texter, to: str, code: int) -> None:
    refused = asyncio.run(patient.send(to, "hello", STATUS))
    assert isinstance(refused, Refused)
    assert refused.code == code


def test_wrong_credentials_are_a_refusal_and_not_a_retry(twin: Twin) -> None:
    stranger = Texter(twin.settings.model_copy(update={"twilio_auth_token": "0" * 32}), READY_S)
    refused = asyncio.run(stranger.send("+12025550123", "hello", STATUS))
    assert isinstance(refused, Refused)
    assert refused.code == 20003


@pytest.mark.parametrize(
    "fault", ["", "slow", "busy", "broken", "broken_after", "silent", "silent_after", "dropped_after"]
)
def test_whatever_happens_the_phone_gets_it_once(
    twin: Twin, parts: Parts, clock: Clock, phone: str, fault: str
) -> None:
    async def scenario() -> None:
        twin.switch(send=[fault] if fault else [])
        delivery = await owed(parts, phone)
        await until_quiet(parts, clock)
        assert (await state(parts, delivery))[0] in ("sent", "delivered")
        assert twin.received(phone) == ["Your order is on its way."]

    asyncio.run(scenario())


def test_a_refused_connection_is_tried_again(twin: Twin, parts: Parts, clock: Clock, phone: str) -> None:
    async def scenario() -> None:
        delivery = await owed(parts, phone)
        await round_of(replace(parts, texter=dead_end(twin)))
        assert await state(parts, delivery) == ("queued", None)
        clock.advance(3)
        await until_quiet(parts, clock)
        assert twin.received(phone) == ["Your order is on its way."]

    asyncio.run(scenario())


def test_several_faults_in_a_row(twin: Twin, parts: Parts, clock: Clock, phone: str) -> None:
    async def scenario() -> None:
        twin.switch(send=["busy", "broken", "busy", "silent_after"], look_up=["busy", "broken"])
        await owed(parts, phone)
        await until_quiet(parts, clock)
        assert twin.received(phone) == ["Your order is on its way."]

    asyncio.run(scenario())


def test_the_same_words_twice_are_two_texts(twin: Twin, parts: Parts, clock: Clock, phone: str) -> None:
    """The look-up must not take the first text for the second one."""

    async def scenario() -> None:
        first = await owed(parts, phone, "Okay.")
        await until_quiet(parts, clock)
        twin.switch(send=["broken"])
        second = await owed(parts, phone, "Okay.")
        await until_quiet(parts, clock)
        assert twin.received(phone) == ["Okay.", "Okay."]
        sids = await parts.db.read(_sids, first, second)
        assert len(set(sids)) == 2

    asyncio.run(scenario())


def _sids(session: Session, *ids: int) -> list[str | None]:
    return [session.get_one(Delivery, one).sid for one in ids]


@pytest.mark.parametrize("reached_twilio", [True, False])
def test_a_crash_while_sending_is_cleared_up(
    twin: Twin, parts: Parts, patient: Texter, clock: Clock, phone: str, reached_twilio: bool
) -> None:
    async def scenario() -> None:
        delivery = await owed(parts, phone, "One moment, please.")
        await parts.db.write(_crashed)
        if reached_twilio:
            assert isinstance(await patient.send(phone, "One moment, please.", STATUS), Sent)
        clock.advance(1)
        await until_quiet(parts, clock)
        assert twin.received(phone) == ["One moment, please."]
        assert (await state(parts, delivery))[0] in ("sent", "delivered")

    asyncio.run(scenario())


def _crashed(session: Session) -> None:
    """A worker took the text, and died."""
    from shop.ground import jobs

    job = jobs.claim(session, 30, ("deliver",))
    assert job is not None
    assert isinstance(deliveries.take(session, job), deliveries.ToSend)
    jobs.void_leases(session)


def test_texts_to_one_phone_keep_their_order(twin: Twin, parts: Parts, clock: Clock, phone: str) -> None:
    async def scenario() -> None:
        twin.switch(send=["", "busy", "broken_after", "silent"][1:])
        bodies = [f"Part {n}" for n in range(6)]
        for body in bodies:
            await owed(parts, phone, body)
        await until_quiet(parts, clock)
        assert twin.received(phone) == bodies

    asyncio.run(scenario())


def test_a_phone_that_opted_out_at_the_carrier_is_left_alone(
    twin: Twin, parts: Parts, clock: Clock, phone: str
) -> None:
    async def scenario() -> None:
        twin.text(phone, "STOP")
        delivery, later = await owed(parts, phone), await owed(parts, phone, "And this.")
        await until_quiet(parts, clock)
        assert await state(parts, delivery) == ("failed", 21610)
        assert await state(parts, later) == ("failed", 21610)
        assert twin.received(phone) == []
        assert await parts.db.read(consent.stopped, phone)

    asyncio.run(scenario())


def test_a_look_up_reads_no_further_back_than_it_must(patient: Texter, phone: str, clock: Clock) -> None:
    start_now(clock)
    sent = asyncio.run(patient.send(phone, "hello", STATUS))
    assert isinstance(sent, Sent)
    found = asyncio.run(patient.find(phone, "hello", clock.time - timedelta(minutes=5), ()))
    assert isinstance(found, Sent)
    assert found.sid == sent.sid
    assert isinstance(asyncio.run(patient.find(phone, "hello", clock.time, [sent.sid])), NotThere)
    assert isinstance(asyncio.run(patient.find(phone, "hello", clock.time + timedelta(hours=1), ())), NotThere)
    assert isinstance(asyncio.run(patient.find(phone, "goodbye", clock.time - timedelta(minutes=5), ())), NotThere)


def test_hundreds_of_texts_with_a_fifth_going_wrong(
    twin: Twin, parts: Parts, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Time is wound forward here far beyond the twin's: let the look-ups reach back to when the test began.
    monkeypatch.setattr(deliveries, "CLOCK_SKEW", timedelta(days=1))
    faults = ["busy", "broken", "broken_after", "silent", "silent_after", "dropped_after"]
    phones = [f"+1202557{n:04d}" for n in range(40)]

    async def scenario() -> None:
        twin.switch(share=0.2, shared=faults, seed=7)
        for n in range(400):
            await owed(parts, phones[n % len(phones)], f"Text {n}")
        await until_quiet(parts, clock, rounds=4000)
        assert set((await parts.db.read(states)).values()) <= {"sent", "delivered"}
        for place, number in enumerate(phones):
            assert twin.received(number) == [f"Text {n}" for n in range(place, 400, len(phones))]

    asyncio.run(scenario())
