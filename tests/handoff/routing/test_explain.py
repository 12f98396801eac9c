"""Every decision can be read aloud: who was considered, why the others were passed over, by which rule and policy."""

import re
from pathlib import Path

import pytest
import yaml
from sqlalchemy.orm import Session

from handoff.models import Agent
from handoff.routing import explain, holding
from shop.ground.db import Database
from shop.ground.errors import NotFound
from tests.conftest import Clock
from tests.handoff import world

ROUTING = Path(explain.__file__).parent


def _told(session: Session, conversation_id: str) -> list[str]:
    """The sentences without their times."""
    return [sentence.split(" ", 1)[1] for sentence in explain.sentences(session, conversation_id)]


def test_a_whole_way_is_told(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, world.agent(session, "Dana"))
        asked = world.asks_for_a_person(session, mia)
        world.agent(session, "Busy", capacity=0)
        world.agent(session, "Alice", capacity=4)
        holding.decline(session, world.conversation(session, asked), world.locked(session, "dana"), "at lunch")
        holding.accept(session, world.conversation(session, asked), world.locked(session, "alice"))
        request, offered, declined, to_alice, accepted = _told(session, asked)
        assert request.startswith("A person was asked for: customer asked. Tier gold, 100 points.")
        assert "Offered to Dana: it waits for their representative. Dana carried 0%" in offered
        assert declined == (
            'Dana declined it. Passed over on the way: the deputy (there is none). 30 points were added. "at lunch"'
        )
        assert "Offered to Alice: of those with room" in to_alice
        assert "Passed over: Dana (declined it)." in to_alice
        assert "Decided by version 1 of the policy." in to_alice
        assert accepted == "Alice accepted it."


def test_that_nobody_could_take_it_is_told_with_each_one_s_reason(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Full", capacity=0)
        session.get_one(Agent, world.agent(session, "Elsewhere")).queues = ["payments"]
        session.flush()
        asked = world.asks_for_a_person(session)
        [note] = [told for told in _told(session, asked) if told.startswith("Nobody")]
        assert "Full (no room)" in note
        assert "Elsewhere (does not serve the queue)" in note
        [decision] = [one for one in explain.decisions(session, asked) if one["reason"] == "nobody_free"]
        assert decision["detail"]["passed_over"] == {"full": "no_room", "elsewhere": "queue"}


def test_a_crowd_is_counted_and_not_listed(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        for n in range(30):
            world.agent(session, f"A{n}", capacity=0)
        asked = world.asks_for_a_person(session)
        assert "10 more (no room)" in " ".join(_told(session, asked))


def test_what_has_no_sentence_of_its_own_is_told_all_the_same(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        asked = world.conversation(session, world.asks_for_a_person(session))
        holding.accept(session, asked, world.locked(session, "alice"))
        holding.hand_back(session, asked, world.locked(session, "alice"), "all_answered")
        assert _told(session, asked.id)[-1] == "It went from held to bot: all answered."


def test_what_does_not_exist_is_not_found(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session, pytest.raises(NotFound):
        explain.sentences(session, "nothing")


def test_every_reason_and_every_code_has_its_words() -> None:
    words = yaml.safe_load(explain.PATH.read_text(encoding="utf-8"))
    sources = "\n".join(path.read_text() for path in ROUTING.glob("*.py"))
    reasons = set(re.findall(r'\bwhy="([a-z_]+)"', sources)) | set(re.findall(r'_advance\("([a-z_]+)"\)', sources))
    assert reasons - {"nobody_free"} <= set(words["happened"])
    given = "\n".join((ROUTING / name).read_text() for name in ("candidates.py", "books.py", "stages.py"))
    codes = set(re.findall(r'return "([a-z_]+)"(?:$| if)', given, re.M))
    assert codes <= set(words["codes"]), codes - set(words["codes"])
