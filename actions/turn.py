"""What an action is given and what it gives back. Its rule is a plain function: (session, turn) -> Answer.

Who the customer is comes from the conversation's proof alone: no slot and no metadata has a say in it.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from shop import identity
from shop.ground.db import Database
from shop.identity import Identity, Proof
from shop.picking.mentions import Mention

Events = list[dict[str, Any]]
Run = Callable[[CollectingDispatcher, Tracker, dict[str, Any]], Awaitable[Events]]


@dataclass(frozen=True)
class Turn:
    """The customer's message as an action may use it: which one it was, and what it spoke of."""

    tracker: Tracker
    zone: ZoneInfo

    @property
    def conversation(self) -> str:
        return str(self.tracker.sender_id)

    @property
    def message_id(self) -> str:
        """The gateway's name for this message; every effect is tied to it, so that it happens once."""
        return str(self.tracker.latest_message["metadata"]["message_id"])

    @property
    def intent(self) -> str:
        return str((self.tracker.latest_message.get("intent") or {}).get("name") or "")

    @property
    def text(self) -> str:
        return str(self.tracker.latest_message.get("text") or "")

    @property
    def channel(self) -> str:
        return str(self.tracker.latest_message["metadata"]["channel"])

    @property
    def address(self) -> str | None:
        """The gateway's name for where the message was written from; guesses are counted by it."""
        address = self.tracker.latest_message["metadata"].get("address")
        return str(address) if address else None

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """What recognition found in the text, or what the option stood for."""
        found = self.tracker.latest_message.get("entities") or []
        return tuple(Mention(e["entity"], e["value"], e.get("start") or 0, e.get("end") or 0) for e in found)

    @property
    def tapped(self) -> bool:
        """Whether an option was chosen: its text is a label, and its entities are certain."""
        found = self.tracker.latest_message.get("entities") or []
        return any(entity.get("extractor") == "choice" for entity in found)

    def hearing(self, message: dict[str, Any]) -> "Turn":
        """The same turn, if this had been the customer's message."""
        tracker = copy(self.tracker)
        tracker.latest_message = message
        return replace(self, tracker=tracker)

    def answered_by_others(self, form: str) -> bool:
        """Whether other actions than this form's ran since the customer's message."""
        for event in reversed(self.tracker.events):
            if event.get("event") == "user":
                break
            if event.get("event") == "action" and event.get("name") != form:
                return True
        return False

    def entity(self, name: str) -> str | None:
        """The first value of this entity in the message."""
        value = next(self.tracker.get_latest_entity_values(name), None)
        return None if value is None else str(value)

    def slot(self, name: str) -> Any:
        return self.tracker.get_slot(name)

    def who(self, session: Session) -> Identity:
        return identity.of(session, self.conversation)

    def customer(self, session: Session) -> str | None:
        """The customer whose data may be read here, or None."""
        who = self.who(session)
        return who.customer_id if who.level >= Proof.PHONE else None


@dataclass(frozen=True)
class Option:
    """What the customer may tap: a label and the choice it stands for."""

    label: str
    intent: str
    entities: dict[str, Any] = field(default_factory=dict)

    @property
    def button(self) -> dict[str, str]:
        return {"title": self.label, "payload": f"/{self.intent}{json.dumps(self.entities)}"}


@dataclass(frozen=True)
class Said:
    """A response of the bot's domain with its facts, further options and a card."""

    response: str
    facts: dict[str, Any] = field(default_factory=dict)
    options: Sequence[Option] = ()
    card: dict[str, Any] | None = None


@dataclass(frozen=True)
class Answer:
    """What is said and remembered. `handoff` asks the gateway for a person, `challenge` for a code to be sent, `request` tells
    it how far a request is; `then` is the action that goes on with the turn."""

    said: Sequence[Said] = ()
    slots: dict[str, Any] = field(default_factory=dict)
    handoff: dict[str, Any] | None = None
    challenge: str | None = None
    request: dict[str, Any] | None = None
    then: str | None = None


def first(value: Any) -> str | None:
    """One value of a slot: where a message named two, Rasa makes a list of them."""
    if isinstance(value, list):
        value = value[0] if value else None
    return None if value is None else str(value)


Rule = Callable[[Session, Turn], Answer]


def say(response: str, **facts: Any) -> Answer:
    """An answer of one response and nothing to remember."""
    return Answer([Said(response, facts)])


def reading(rule: Rule, db: Database, zone: ZoneInfo) -> Run:
    """The action of a rule that only reads: it gets a session that cannot write."""

    async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        return speak(dispatcher, await db.read(rule, Turn(tracker, zone)))

    return run


def writing(rule: Rule, db: Database, zone: ZoneInfo) -> Run:
    """The action of a rule that writes, in one transaction."""

    async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        return speak(dispatcher, await db.write(rule, Turn(tracker, zone)))

    return run


def speak(dispatcher: CollectingDispatcher, answer: Answer) -> Events:
    """Hand an answer to Rasa; returns what it has to remember."""
    for said in answer.said:
        buttons = [option.button for option in said.options]
        extra = {"json_message": {"card": said.card}} if said.card else {}
        facts = {name: str(value) for name, value in said.facts.items()}
        dispatcher.utter_message(response=said.response, buttons=buttons, **extra, **facts)
    if answer.handoff is not None:
        dispatcher.utter_message(json_message={"handoff": answer.handoff})
    if answer.challenge is not None:
        dispatcher.utter_message(json_message={"challenge": answer.challenge})
    if answer.request is not None:
        dispatcher.utter_message(json_message={"request": answer.request})
    following = [FollowupAction(answer.then)] if answer.then else []
    return [*(SlotSet(name, value) for name, value in answer.slots.items()), *following]
