"""Rasa's side of an action call, made by hand: a tracker goes in, what is said and remembered comes out.

Every answer is held against the bot's domain: the response exists there, and all the facts in its texts are given.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from ruamel.yaml import YAML

from shop.ground.db import Database
from shop.identity import Proof
from shop.models import PENDING
from tests.shop import small

DOMAIN = Path(__file__).parents[2] / "bot" / "domain"
PLACE = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")


def domain() -> dict[str, Any]:
    """The bot's domain, all topics together."""
    merged: dict[str, Any] = {"responses": {}, "actions": [], "forms": {}, "slots": {}}
    for path in sorted(DOMAIN.glob("*.yml")):
        topic = YAML(typ="safe", pure=True).load(path)
        for kind in ("responses", "forms", "slots"):
            merged[kind] |= topic.get(kind) or {}
        merged["actions"] += [next(iter(a)) if isinstance(a, dict) else a for a in topic.get("actions") or []]
    return merged


RASA = domain()
COUNTED = "patience"  # the slot that nearly every action writes; remembered, and looked at in its own tests


@dataclass
class Reply:
    """What an action answered: `slots` are what it had remembered."""

    said: list[dict[str, Any]]
    slots: dict[str, Any]
    then: str | None = None
    request: dict[str, Any] | None = None  # how far it is, as people are told

    @property
    def responses(self) -> list[str]:
        return [message["response"] for message in self.said]

    @property
    def only(self) -> dict[str, Any]:
        """The one message there is."""
        assert len(self.said) == 1, self.responses
        return self.said[0]

    @property
    def last(self) -> dict[str, Any]:
        return self.said[-1]

    @property
    def plan(self) -> str:
        """The plan that is shown."""
        return str(self.last["custom"]["card"]["id"])

    @property
    def challenge(self) -> str | None:
        """The code that is to be sent."""
        customs = [message["custom"] for message in self.said if message["response"] is None]
        return next((str(custom["challenge"]) for custom in customs if "challenge" in custom), None)

    @property
    def choices(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Intent and entities of every option under the answer, those of the bot's domain too, by label."""
        found = {}
        for message in self.said:
            facts = {name: value for name, value in message.items() if isinstance(value, str)}
            own = (RASA["responses"].get(message["response"]) or [{}])[0].get("buttons", [])
            filled = [{"title": b["title"], "payload": _filled(b["payload"], facts)} for b in own]
            for button in [*filled, *message["buttons"]]:
                match = re.fullmatch(r"/(\w+)(\{.*\})?", button["payload"])
                assert match, button
                found[button["title"]] = (match[1], json.loads(match[2] or "{}"))
        return found

    @property
    def options(self) -> list[tuple[str, dict[str, Any]]]:
        """Intent and entities of every option that the action added."""
        payloads = [re.fullmatch(r"/(\w+)(\{.*\})", button["payload"]) for button in self.only["buttons"]]
        return [(payload[1], json.loads(payload[2])) for payload in payloads if payload]


@dataclass
class Bot:
    """One conversation as Rasa remembers it. `seq` counts its messages: the customer's, and one answer to each."""

    client: httpx.Client
    db: Database
    conversation: str
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    loop: str | None = None
    channel: str = "web"
    seq: int = 0
    latest: dict[str, Any] = field(default_factory=dict)

    def customer(self, name: str = "", level: Proof = Proof.SIGNED) -> str:
        """A new customer, to whom this conversation belongs."""
        customer_id = name or f"ada {self.conversation}"
        with self.db.transaction() as session:
            small.customer(session, customer_id)
            if level:
                small.proved(session, customer_id, self.conversation, level)
        return customer_id

    def order(self, customer_id: str, number: int, status: str = PENDING, **more: Any) -> str:
        order_id = f"#W{abs(hash((customer_id, number))) % 10**7:07}"
        with self.db.transaction() as session:
            small.order(session, order_id, customer_id, status, sequence=number, **more)
        return order_id

    def hear(self, intent: str, entities: dict[str, Any] | None = None, text: str = "") -> "Bot":
        """The customer writes a message; without a text it is a tap on an option."""
        self.seq += 2
        how: dict[str, Any] = {} if text else {"extractor": "choice"}
        found = [
            {"entity": name, "value": value, **how, **_place(text, value)} for name, value in (entities or {}).items()
        ]
        metadata = {"message_id": f"{self.conversation}:{self.seq}", "channel": self.channel}
        self.latest = {
            "intent": {"name": intent, "confidence": 1.0},
            "entities": found,
            "text": text,
            "metadata": metadata,
        }
        self.events.append({"event": "user", "parse_data": self.latest})
        return self

    def says(self, intent: str, entities: dict[str, Any] | None = None, text: str = "") -> Reply:
        """What `request_form` answers to a message, opened and closed as Rasa does it."""
        return self.hear(intent, entities, text).form()

    def taps(self, reply: Reply, label: str) -> Reply:
        """Choose an option of an answer, by the beginning of its label."""
        intent, entities = next(choice for told, choice in reply.choices.items() if told.startswith(label))
        return self.says(intent, entities)

    def form(self) -> Reply:
        """Rasa calls the form. An answer without anything to remember declines the message."""
        reply = self.run("validate_request_form")
        if reply.slots:
            self.loop = None if "requested_slot" in reply.slots else "request_form"
        else:
            assert not reply.said and self.loop
        return reply

    def run(self, action: str) -> Reply:
        """Rasa calls the action."""
        answer = self.post(action)
        assert answer.status_code == 200, answer.text
        told = [
            message["custom"]["request"] for message in answer.json()["responses"] if "request" in message["custom"]
        ]
        said = [message for message in answer.json()["responses"] if "request" not in message["custom"]]
        reply = Reply(said, {}, request=told[-1] if told else None)
        for event in answer.json()["events"]:
            if event["event"] == "followup":
                reply.then = event["name"]
                continue
            assert event["event"] == "slot"
            kept = self.slots if event["name"] == COUNTED else reply.slots
            kept[event["name"]] = event["value"]
        self.events.append({"event": "action", "name": action.removeprefix("validate_")})
        self.slots |= reply.slots
        for message in reply.said:
            check(message)
        return reply

    def post(self, action: str) -> httpx.Response:
        tracker = {
            "sender_id": self.conversation,
            "slots": {**dict.fromkeys(RASA["slots"]), **self.slots},
            "latest_message": self.latest,
            "events": self.events,
            "paused": False,
            "active_loop": {"name": self.loop} if self.loop else {},
            "latest_action_name": "action_listen",
        }
        call = {"next_action": action, "sender_id": self.conversation, "tracker": tracker, "version": "3.6.21"}
        return self.client.post("/webhook", json={**call, "domain": {"forms": RASA["forms"], "slots": RASA["slots"]}})


def _place(text: str, value: Any) -> dict[str, int]:
    """Where the words stand; an option's have no place."""
    start = text.lower().find(str(value).lower().lstrip("#"))
    return {"start": start, "end": start + len(str(value).lstrip("#"))} if text and start >= 0 else {}


def _filled(payload: str, facts: dict[str, str]) -> str:
    return payload.replace("{{", "{").replace("}}", "}") if not facts else payload.format(**facts)


def check(message: dict[str, Any]) -> None:
    """An action brings facts, the domain has the words."""
    assert not message["text"]
    if message["response"] is None:
        assert set(message["custom"]) in ({"handoff"}, {"challenge"})
        return
    assert message["response"] in RASA["responses"], f"{message['response']} is not in the bot's domain"
    for variation in RASA["responses"][message["response"]]:
        texts = [variation["text"], *(button["payload"] for button in variation.get("buttons", []))]
        needed = {name for text in texts for name in PLACE.findall(text.replace("{{", "").replace("}}", ""))}
        assert needed <= set(message) | set(RASA["slots"]), f"{message['response']} lacks {needed - set(message)}"
