"""Whatever a customer writes, in whatever order: something is said, and nothing is done without a yes to what was shown."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasa_sdk import Tracker
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from actions.requests import form, state
from actions.turn import Answer, Turn
from shop import identity
from shop.ground import clock
from shop.ground.db import Database
from shop.identity import Proof
from shop.models import DELIVERED, PENDING, PROCESSED
from shop.records import ReceiptRow
from tests.conftest import fresh_sqlite
from tests.shop import small

NUMBERS = itertools.count(1)
WISHES = (
    "cancel_order",
    "change_address",
    "change_payment",
    "change_items",
    "return_items",
    "exchange_items",
    "sign_in",
)
INTENTS = (
    *WISHES,
    *("affirm", "deny", "stop", "inform", "correct", "resume", "goodbye", "nlu_fallback"),
    *("code_accepted", "code_refused", "resend_code", "track_order", "ask_info", "ask_person", "thank"),
)
ENTITIES: dict[str, tuple[Any, ...]] = {
    "order_id": ("#W1", "#W2", "#W3", "#W4", "w1", "#W9999999"),
    "cancel_reason": ("no longer needed", "ordered by mistake", "bored"),
    "order_pick": ("latest", "oldest", "previous", "other"),
    "ordinal": (1, 2, 9),
    "product": ("Mug", "Desk Lamp", "Rug"),
    "option": ("blue", "brass", "red"),
    "item_set": ("all", "all_but", "both", "rest", "none"),
    "quantity": (2, 40),
    "street": ("12 Oak Street", "1 A Road"),
    "unit": ("Flat 3",),
    "city": ("Austin",),
    "state": ("TX",),
    "zip": ("78701", "1"),
    "address_scope": ("account", "order"),
    "payment": ("paypal", "gift_card", "credit_card"),
    "last_four": ("1234", "9999"),
    "method": ("card", "paypal", "gift", "else"),
    "also": ("default", "orders", "none", "else"),
    "email": ("ada@example.com", "no@example.com"),
    "name": ("Ada Byron", "Ada"),
    "why": ("wrong", "expired", "spent"),
    "tries_left": (0, 1, 4),
    "line": (1, 4, 999),
    "variant": ("V-mug", "V-lamp", "V-none"),
    "plan": ("forged",),
}
WORDS = ("", "please", "and the other one too", "do that instead", "no 12 Oak Street", "Austin", "/affirm")

ADDRESS = [("street", "12 Oak Street"), ("city", "Austin"), ("state", "TX"), ("zip", "78701")]
# Without these a conversation by chance would hardly ever come to a plan, and never to a receipt.
SENSIBLE: tuple[tuple[str, list[tuple[str, Any]]], ...] = (
    ("cancel_order", [("order_id", "#W1"), ("cancel_reason", "no longer needed")]),
    ("cancel_order", [("order_id", "#W2"), ("cancel_reason", "ordered by mistake")]),
    ("change_address", [("order_id", "#W1"), *ADDRESS]),
    ("change_address", [("address_scope", "account"), *ADDRESS]),
    ("change_payment", [("order_id", "#W1"), ("payment", "paypal")]),
    ("return_items", [("order_id", "#W3"), ("item_set", "all")]),
    ("inform", [("also", "orders"), ("method", "card")]),
    ("inform", [("email", "ada@example.com")]),
    ("affirm", []),
    ("affirm", []),
    ("deny", []),
    ("code_accepted", []),
)
HOW = ("as it is", "the option", "the proof")

chance = st.tuples(
    st.sampled_from(INTENTS),
    st.lists(st.sampled_from([(name, value) for name, values in ENTITIES.items() for value in values]), max_size=4),
    st.sampled_from(WORDS),
    st.sampled_from(HOW),
)
sense = st.builds(lambda said, how: (*said, "", how), st.sampled_from(SENSIBLE), st.sampled_from(HOW))
messages = st.one_of(chance, sense, sense)


@dataclass
class Talk:
    """A conversation with the form alone, in one transaction; Rasa's part is played by hand."""

    session: Session
    name: str
    slots: dict[str, Any] = field(default_factory=dict)
    active: bool = False
    plan: str | None = None  # what was shown last
    agreed: str | None = None  # what the yes was given to
    count: int = 0

    def hear(self, intent: str, entities: list[tuple[str, Any]], text: str) -> None:
        self.count += 2
        latest = {
            "intent": {"name": intent},
            "entities": [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in entities],
            "text": text,
            "metadata": {"message_id": f"{self.name}:{self.count}", "channel": "web"},
        }
        before, shown = self.receipts(), self.plan
        answer = self.turn(latest, [{"event": "user"}])
        yes = intent == "affirm" and dict(entities).get("plan", shown) == shown
        if self.receipts() > before:
            assert self.receipts() == before + 1
            assert (shown and yes) or (intent == "code_accepted" and self.agreed), "nothing is done without a yes"
        self.agreed = shown if yes and answer and answer.challenge else self.agreed if self.waiting else None
        if answer is None:
            answer = self.turn(latest, [{"event": "user"}, {"event": "action", "name": "utter_something"}])
            assert answer is not None
        elif self.active or intent in WISHES:
            assert answer.said, "something is always said"
        cards = [said.card["id"] for said in answer.said if said.card and said.card["kind"] == "plan"]
        self.plan = cards[-1] if cards and answer.said[-1].card else self.plan if intent == "affirm" and cards else None
        self.active = state.FORM not in answer.slots and "requested_slot" not in answer.slots

    @property
    def waiting(self) -> bool:
        current = (self.slots.get(state.SLOT) or {}).get("current") or {}
        return bool(current.get("agreed"))

    def turn(self, latest: dict[str, Any], events: list[dict[str, Any]]) -> Answer | None:
        loop = {"name": state.FORM} if self.active else {}
        tracker = Tracker(self.name, dict(self.slots), latest, events, False, None, loop, "action_listen")
        answer = form.take(self.session, Turn(tracker, ZoneInfo("America/New_York")))
        if answer is not None:
            self.slots |= json.loads(json.dumps(answer.slots))
        return answer

    def receipts(self) -> int:
        counted = select(func.count()).where(ReceiptRow.conversation_id == self.name)
        return self.session.scalar(counted) or 0


@pytest.fixture(scope="module")
def shop(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(fresh_sqlite(sqlite_template, tmp_path_factory.mktemp("any")))
    with database.transaction() as session:
        small.catalogue(session)
        small.customer(session, "ada", phone="+12065550100")
        for number, status in enumerate((PENDING, PENDING, DELIVERED, PROCESSED), 1):
            small.order(session, f"#W{number}", "ada", status, sequence=number)
    yield database
    database.close()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(level=st.sampled_from((Proof.NONE, Proof.PHONE, Proof.SIGNED)), said=st.lists(messages, max_size=15))
def test_any_conversation(
    shop: Database, level: Proof, said: list[tuple[str, list[tuple[str, Any]], str, str]]
) -> None:
    with shop.engine.connect() as connection, Session(connection) as session:
        talk = Talk(session, f"any{next(NUMBERS)}")
        if level:
            small.proved(session, "ada", talk.name, level)
        for intent, entities, text, how in said:
            if how == "the proof" and intent == "code_accepted":
                identity.prove(session, talk.name, "ada", Proof.CODE, "mail", clock.now())
            if how == "the option" and talk.plan and intent in ("affirm", "deny"):
                entities = [("plan", talk.plan)]
            talk.hear(intent, entities, text)
        session.rollback()
