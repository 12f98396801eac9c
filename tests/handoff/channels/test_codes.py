"""A one-time code through a running gateway: asked for by the bot, mailed, typed in on the web or by text, never shown."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from handoff.rules import spoken
from shop import codes, identity
from shop.claims import Claim
from shop.ground import clock
from shop.identity import Proof
from tests.conftest import fresh_postgres, fresh_sqlite
from tests.handoff.conftest import BOTH
from tests.handoff.gateway import Gateway, Visitor, eventually, populate
from tests.handoff.stub_rasa import Reply, StubRasa, Turn, says
from tests.shop.asking import holding, wrong
from tests.twins.running import Twin, development_on_free_ports, started

STRANGER = "+12125550160"
MIA, NOBODY = Claim(email="MIA@example.com"), Claim(email="nobody@example.com")


@dataclass
class World:
    """A gateway, its twins, and a bot that asks who somebody is."""

    gateway: Gateway
    rasa: StubRasa
    twin: Twin
    claim: Claim = MIA

    def behave(self, turn: Turn) -> Reply:
        intent = (turn["choice"] or {}).get("intent")
        if intent == "code_accepted":
            return says(turn, "Welcome.")
        if intent == "code_refused":
            facts = {entity["entity"]: entity["value"] for entity in turn["choice"]["entities"]}
            return says(turn, f"Not that one: {facts['why']}, {facts['tries_left']}.")
        if turn["text"] != "it is me":
            return says(turn, "Pardon?")
        with self.gateway.db.transaction() as session:
            opened = codes.open_for_claim(
                session, turn["conversation"], self.claim, turn["message_id"], clock.now(), turn["address"]
            )
        return says(turn, "If that is right, a code comes.", challenge=opened.id)

    def mailed(self, to: str, before: int) -> str:
        """The code of the newest mail to this address, once there is one more than before."""
        mails = eventually(lambda: self.mails(to)[before:])
        found = spoken.code(mails[-1]["text"])
        assert found
        return found

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Oldest first."""
        mails = self.twin.http.get("/twin/mails").json()["mails"]
        return [mail for mail in reversed(mails) if to in mail["receivers"]]

    def level(self, conversation: str) -> Proof:
        with self.gateway.db.transaction() as session:
            return identity.of(session, conversation).level


@pytest.fixture(scope="module", params=BOTH)
def open_world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("codes")
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = fresh_sqlite(request.getfixturevalue("sqlite_template"), folder)
        else:
            server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("postgres_template")
            url = stack.enter_context(fresh_postgres(server, template))
        settings = development_on_free_ports(folder / "var").model_copy(update={"database_url": url})
        twin = stack.enter_context(started(settings))
        rasa = StubRasa(settings.gateway_secret)
        stack.callback(rasa.close)
        ports = {name: str(getattr(settings, name.lower())) for name in ("TWIN_PORT", "SMTP_TWIN_PORT")}
        gateway = Gateway(settings, rasa.url, folder / "gateway.log", LOG_LEVEL="debug", **ports)
        stack.callback(gateway.close)
        with gateway.db.transaction() as session:
            populate(session)
        gateway.start()
        yield World(gateway, rasa, twin)


@pytest.fixture
def world(open_world: World) -> Iterator[World]:
    """The bot asks again, and what a test spent of the budgets is given back."""
    open_world.twin.switch()
    open_world.rasa.reset()
    open_world.rasa.behave = open_world.behave
    open_world.claim = MIA
    yield open_world
    open_world.gateway.reset()
    with open_world.gateway.db.transaction() as session:
        for table in ("guesses", "challenges"):
            session.execute(text(f"DELETE FROM {table}"))


def asks(visitor: Visitor) -> None:
    visitor.writes("it is me")
    visitor.hears("If that is right")


def unseen(world: World, code: str) -> None:
    """The code is in no row and in no log."""
    with world.gateway.db.transaction() as session:
        assert holding(session, code) == []
    assert code not in world.gateway.log.read_text()
    assert code not in json.dumps(world.rasa.asked)


def test_a_visitor_proves_who_they_are(world: World) -> None:
    sent = len(world.mails("mia@example.com"))
    visitor = world.gateway.visitor()
    asks(visitor)
    code = world.mailed("mia@example.com", sent)
    visitor.writes(f"code is {wrong(code)}")
    visitor.hears("Not that one: wrong, 4.")
    assert world.level(visitor.conversation) == Proof.NONE
    first = visitor.writes(f"{code[:3]}-{code[3:]}", client_id="right")
    visitor.hears("Welcome.")
    assert visitor.writes(f"{code[:3]}-{code[3:]}", client_id="right") == first
    assert world.level(visitor.conversation) == Proof.CODE
    assert visitor.texts("customer") == ["it is me", "code is ••••••", "•••-•••"]
    assert [turn["text"] for turn in world.rasa.asked] == ["it is me", "code is ••••••", "•••-•••"]
    unseen(world, code)


def test_who_is_not_found_hears_and_sees_the_same(world: World) -> None:
    sent = len(world.mails("mia@example.com"))
    known = world.gateway.visitor()
    asks(known)
    other = wrong(world.mailed("mia@example.com", sent))
    world.claim = NOBODY
    unknown = world.gateway.visitor()
    asks(unknown)
    for visitor in (known, unknown):
        visitor.writes(other)
        visitor.hears("Not that one: wrong, 4.")
    assert known.texts() == unknown.texts()
    assert world.mails("nobody@example.com") == []


def test_an_agent_reads_that_the_customer_is_known_and_never_the_code(world: World) -> None:
    sent = len(world.mails("mia@example.com"))
    visitor = world.gateway.visitor()
    asks(visitor)
    code = world.mailed("mia@example.com", sent)
    alice = world.gateway.agent("alice")
    visitor.taps("person")
    alice.takes(visitor.conversation)
    visitor.writes(f"my code: {code}")
    visitor.hears("The code is right: this is Mia.", "system")
    shown = alice.reads(visitor.conversation).json()
    assert shown["customer"]["id"] == "mia"
    assert shown["proof"]["level"] == "code"
    assert code not in json.dumps(shown)
    assert world.rasa.texts() == ["it is me"]
    unseen(world, code)


def test_by_text_message(world: World) -> None:
    sent = len(world.mails("noah@example.com"))
    world.claim = Claim(email="noah@example.com")
    world.twin.text(STRANGER, "it is me")
    code = world.mailed("noah@example.com", sent)
    eventually(lambda: "If that is right, a code comes." in world.twin.received(STRANGER))
    world.twin.text(STRANGER, f"{code[:3]} {code[3:]}")
    eventually(lambda: "Welcome." in world.twin.received(STRANGER))
    assert world.level(world.rasa.asked[-1]["conversation"]) == Proof.CODE
    unseen(world, code)
