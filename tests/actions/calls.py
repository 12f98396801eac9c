"""Rasa's side of an action call, made by hand: a tracker goes in, what is said and remembered comes out.

Every answer is held against the bot's domain: the response exists there, and all the facts in its texts are given.
"""

import json
import re
from collections.abc import Sequence
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


@dataclass
class Reply:
    """What an action answered: `slots` are what it had remembered."""

    said: list[dict[str, Any]]
    slots: dict[str, Any]

    @property
    def responses(self) -> list[str]:
        return [message["response"] for message in self.said]

    @property
    def only(self) -> dict[str, Any]:
        """The one message there is."""
        assert len(self.said) == 1, self.responses
        return self.said[0]

    @property
    def options(self) -> list[tuple[str, dict[str, Any]]]:
        """Intent and entities of every option that the action added."""
        payloads = [re.fullmatch(r"/(\w+)(\{.*\})", button["payload"]) for button in self.only["buttons"]]
        return [(payload[1], json.loads(payload[2])) for payload in payloads if payload]


@dataclass
class Bot:
    """One conversation as Rasa remembers it. `seq` counts the customer's messages."""

    client: httpx.Client
    db: Database
    conversation: str
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    loop: str | None = None
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

    def hear(self, intent: str, entities: dict[str, Any] | None = None) -> "Bot":
        """The customer writes a message."""
        self.seq += 1
        found = [{"entity": name, "value": value} for name, value in (entities or {}).items()]
        metadata = {"message_id": f"{self.conversation}:{self.seq}", "channel": "web"}
        self.latest = {
            "intent": {"name": intent, "confidence": 1.0},
            "entities": found,
            "text": "",
            "metadata": metadata,
        }
        self.events.append({"event": "user", "parse_data": self.latest})
        return self

    def run(self, action: str, candidates: Sequence[tuple[str, Any]] = ()) -> Reply:
        """Rasa calls the action; `candidates` are the slots that a form has just filled."""
        filled = [{"event": "slot", "name": name, "value": value} for name, value in candidates]
        answer = self.post(action, filled)
        assert answer.status_code == 200, answer.text
        reply = Reply(answer.json()["responses"], {})
        for event in answer.json()["events"]:
            assert event["event"] == "slot"
            reply.slots[event["name"]] = event["value"]
        self.events.append({"event": "action", "name": action})
        self.slots |= reply.slots
        for message in reply.said:
            check(message)
        return reply

    def post(self, action: str, filled: Sequence[dict[str, Any]] = ()) -> httpx.Response:
        tracker = {
            "sender_id": self.conversation,
            "slots": {**dict.fromkeys(RASA["slots"]), **self.slots, **{e["name"]: e["value"] for e in filled}},
            "latest_message": self.latest,
            "events": [*self.events, *filled],
            "paused": False,
            "active_loop": {"name": self.loop} if self.loop else {},
            "latest_action_name": "action_listen",
        }
        call = {"next_action": action, "sender_id": self.conversation, "tracker": tracker, "version": "3.6.21"}
        return self.client.post("/webhook", json={**call, "domain": {"forms": RASA["forms"], "slots": RASA["slots"]}})


def check(message: dict[str, Any]) -> None:
    """An action brings facts, the domain has the words."""
    assert not message["text"]
    if message["response"] is None:
        assert set(message["custom"]) == {"handoff"}
        return
    assert message["response"] in RASA["responses"], f"{message['response']} is not in the bot's domain"
    for variation in RASA["responses"][message["response"]]:
        texts = [variation["text"], *(button["payload"] for button in variation.get("buttons", []))]
        needed = {name for text in texts for name in PLACE.findall(text.replace("{{", "").replace("}}", ""))}
        assert needed <= set(message) | set(RASA["slots"]), f"{message['response']} lacks {needed - set(message)}"
