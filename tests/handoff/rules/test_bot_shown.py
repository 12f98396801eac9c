"""The bot's part for agents: what it understood, how far the request is, what failed; bounded, without codes, never for customers."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ruamel.yaml import YAML
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import BotTurn
from handoff.routing import requests
from handoff.rules import board, bot_shown, bot_turn, bot_words, sessions, summary, thread, transcripts
from handoff.rules.bot_turn import Answer, Part
from handoff.rules.sessions import Opened
from shop.ground import jobs
from shop.ground.db import Database
from tests.handoff import world
from tests.shop import small

UTC = ZoneInfo("UTC")
DOMAIN = Path(__file__).parents[3] / "bot" / "domain"
TOPICS = [YAML(typ="safe", pure=True).load(path) for path in sorted(DOMAIN.glob("*.yml"))]
UNDERSTOOD = {
    "intent": "track_order",
    "confidence": 0.9712,
    "others": [{"intent": "lost_parcel", "confidence": 0.02}],
    "entities": [{"entity": "order_id", "value": "#W1000001"}, {"entity": "plan", "value": "p-secret"}],
}
ASKED = {"operation": "cancel", "order": "#W1000001", "known": {}, "at": "reason", "aside": ["return"]}


def _asked(session: Session, visitor: Opened, text: str = "where is it?") -> jobs.Claimed:
    world.writes(session, visitor, text)
    job = jobs.claim(session, 30, ("ask_bot",))
    assert job is not None
    return job


def _answered(session: Session, visitor: Opened, **told: Any) -> None:
    bot_turn.settle(session, _asked(session, visitor), Answer([Part("On its way.")], **told))


def _shown(session: Session, visitor: Opened) -> dict[str, Any]:
    return bot_shown.beside(session, world.conversation(session, visitor.conversation))


def test_every_intent_and_entity_of_the_bot_has_words() -> None:
    intents = {
        next(iter(one)) if isinstance(one, dict) else one for topic in TOPICS for one in topic.get("intents", [])
    }
    entities = {
        next(iter(one)) if isinstance(one, dict) else one for topic in TOPICS for one in topic.get("entities", [])
    }
    assert set(bot_words.every()["intents"]) == intents
    assert set(bot_words.every()["entities"]) == entities
    assert all(bot_words.every()["intents"].values())


def test_under_the_message_stands_as_what_it_was_understood(db: Database) -> None:
    with db.transaction() as session:
        visitor = world.visitor(session)
        _answered(session, visitor, understood=UNDERSTOOD)
        [turn] = _shown(session, visitor)["turns"]
        assert turn == {
            "seq": 1, "understood": "where is my order", "percent": 97, "tapped": False, "failed": None,
            "others": [{"understood": "my parcel is lost", "percent": 2}],
            "spoke_of": [{"label": "Order", "text": "#W1000001"}],
        }  # fmt: skip
        assert "p-secret" not in json.dumps(session.scalars(select(BotTurn.understood)).one())


def test_the_request_in_words_with_what_is_known(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        row = small.order(session)
        visitor = world.visitor(session, "ada")
        lines = [line.id for line in row.lines]
        known = {
            "lines": lines[:1], "variants": {str(lines[0]): row.lines[1].variant_id}, "method": "paypal",
            "address": {"address1": "1 Main St", "city": "Austin", "state": "TX", "zip": "78701"}, "default": True,
        }  # fmt: skip
        _answered(session, visitor, request={**ASKED, "operation": "exchange", "known": known})
        told = _shown(session, visitor)["request"]
        assert (told["title"], told["standing"]) == ("Exchange items #W1000001", "Asked for the reason, not answered")
        assert (told["failed"], told["trouble"], told["aside"]) == (False, None, ["Return items"])
        said = {one["label"]: one["text"] for one in told["details"]}
        assert said["New address"] == "1 Main St, Austin, TX, 78701"
        assert row.lines[0].name in said["Items"] and said["Instead"].startswith(said["Items"])
        assert "PayPal" in said["Way to pay"] and said["Default address too"] == "Yes"


@pytest.mark.parametrize(
    ("ended", "standing", "failed"),
    [
        ({"ended": "done"}, "Done", False),
        ({"ended": "left"}, "The customer left it", False),
        ({"ended": "refused", "at": "order", "why": "It has left already."}, "Refused at which order it is: It has left already.", True),
        ({"ended": "refused", "at": "lines", "why": ""}, "Refused at the items", True),
        ({"ended": "refused", "at": None, "why": "It is too late."}, "Refused: It is too late.", True),
        ({"at": None}, "Not finished", False),
    ],
)  # fmt: skip
def test_how_it_ended_and_which_step_failed(
    sqlite_db: Database, ended: dict[str, Any], standing: str, failed: bool
) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        _answered(session, visitor, request={**ASKED, **ended})
        told = _shown(session, visitor)["request"]
        assert (told["standing"], told["failed"]) == (standing, failed)


def test_a_turn_that_came_to_nothing_is_told_with_the_request_that_it_met(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        _answered(session, visitor, understood=UNDERSTOOD, request=ASKED)
        bot_turn.fail(session, _asked(session, visitor))
        shown = _shown(session, visitor)
        assert [turn["failed"] is None for turn in shown["turns"]] == [True, False]
        assert (shown["request"]["failed"], shown["request"]["trouble"]) == (
            True,
            "The bot gave no answer to the last message",
        )


def test_what_is_kept_is_bounded_and_codes_are_made_illegible(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        many = [{"entity": "problem", "value": "x" * 900}] * 50
        huge = {**ASKED, "known": {"reason": "y" * 9000}}
        _answered(
            session, visitor, understood={**UNDERSTOOD, "entities": many, "others": [UNDERSTOOD] * 9}, request=huge
        )
        code = {"entity": "amount", "value": "123456"}
        _answered(session, visitor, understood={**UNDERSTOOD, "entities": [code]}, request={"no": "operation"})
        first, second = session.scalars(select(BotTurn).order_by(BotTurn.seq))
        assert len(json.dumps(first.understood)) < 1500 and len(json.dumps(first.request)) < 500
        assert first.request == {"operation": "cancel", "order": "#W1000001", "at": "reason"}
        assert "123456" not in json.dumps(second.understood) and second.request is None


def test_of_a_bot_with_names_of_its_own_the_names_are_spelled_out(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        _answered(session, visitor, understood={"intent": "book_a_table", "confidence": 1.7})
        [turn] = _shown(session, visitor)["turns"]
        assert (turn["understood"], turn["percent"]) == ("book a table", 100)


def test_agents_read_it_customers_never_do(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        world.agent(session, "Alice")
        wish = requests.Wish("cancel", facts={"order_id": "#W1000001"})
        _answered(session, visitor, understood=UNDERSTOOD, request=ASKED, handoff=wish)
        theirs = str(
            [
                vars(thread.read(session, visitor.conversation)),
                vars(transcripts.write(session, sessions.web_address(session, visitor.visitor), "Shop", UTC)),
            ]
        )
        assert "track_order" not in theirs and "where is my order" not in theirs and "understood" not in theirs
        ours = board.conversation(session, "alice", visitor.conversation)
        assert ours["bot"]["request"]["title"] == "Cancel #W1000001"
        lines = {
            line["label"]: line["text"]
            for line in summary.of(session, world.conversation(session, visitor.conversation))
        }
        assert lines["The request"] == "Cancel #W1000001 · Asked for the reason, not answered"


def test_only_the_newest_turns_are_told(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot_shown, "TURNS", 2)
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        for _ in range(3):
            _answered(session, visitor, understood=UNDERSTOOD)
        assert [turn["seq"] for turn in _shown(session, visitor)["turns"]] == [3, 5]
