"""A gateway in a process of its own, the people of a small shop, and their browsers."""

import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from handoff import openapi
from handoff.demo.edge import token
from handoff.entry.app import VERSION, declared
from handoff.models import Agent, AgentSession, Conversation, Offer
from handoff.rules import staff
from shop.ground import clock
from shop.ground.db import Database
from shop.ground.jobs import Job
from shop.ground.settings import Settings
from tests import patient
from tests.handoff import world
from tests.handoff.contract import Contract
from tests.local import LOCALLY

ROOT = Path(__file__).parents[2]
PASSWORD = "open sesame"
SOON_S = 120.0  # a promise to the test, not a measure: the machine may be busy
SHOP = "https://shop.example"
T = TypeVar("T")


def eventually(look: Callable[[], T | None], within_s: float = SOON_S) -> T:
    """What `look` finds, as soon as that is something true."""
    deadline = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)
    return found


def populate(session: Session) -> None:
    """Mia is gold and Dana's customer, Noah is not; Alice and Ben are on staff too."""
    hashed = staff.hash_password(PASSWORD)
    for name in ("Dana", "Alice", "Ben"):
        agent = world.agent(session, name, here=False)
        session.get_one(Agent, agent).password_hash = hashed
    mia = world.customer(session, "Mia", gold=True, phone="+12125550001")
    world.customer(session, "Noah", phone="+12125550002")
    world.book(session, mia, "dana")


class Gateway:
    """Started with these settings; killed and started again as the test says."""

    def __init__(self, settings: Settings, rasa_url: str, log: Path, **more: str) -> None:
        self.settings = settings
        self.url = settings.public_url
        self.log = log
        self.contract = Contract(openapi.describe(declared(settings), VERSION))
        self.db = Database(settings.database_url)
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "RAPPORT_ENV": "development",
            "VAR_DIR": str(settings.var_dir),
            "DATABASE_URL": settings.database_url,
            "PORT": str(settings.port),
            "RASA_URL": rasa_url,
            "ACTIONS_URL": "http://127.0.0.1:9/webhook",  # nobody is there
            "ALLOWED_ORIGINS": SHOP,
            "ROUTING_FILE": str(patient.routing_file(settings.var_dir)),
            **more,
        }
        self._clients: list[httpx.Client] = []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Gateway":
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "handoff.entry.cli", "gateway"],
                env=self._environment, cwd=self.log.parent, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        eventually(self._answers)
        return self

    def kill(self) -> None:
        """As the power would: no time for a last word."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        assert self._process
        self._process.terminate()
        return self._process.wait(SOON_S)

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self.kill()
        self._close_clients()
        self.db.close()

    def reset(self) -> None:
        """The next test finds nobody online, nothing owed, and only threads that are long over."""
        self._close_clients()
        long_ago = clock.now() - timedelta(days=30)
        with self.db.transaction() as session:
            over = {"state": "closed", "closed_at": long_ago, "held_by": None, "wants_id": None}
            # In the order in which the gateway itself locks: it may still be at work.
            session.execute(select(Conversation.id).order_by(Conversation.id).with_for_update()).all()
            session.execute(update(Conversation).values(**over, version=Conversation.version + 1))
            session.execute(update(Offer).where(Offer.ended_at.is_(None)).values(ended_at=long_ago))
            # Nobody was asked before anybody: else who is asked first hung on the tests before.
            session.execute(update(Offer).values(made_at=long_ago))
            session.execute(update(Agent).values(status="offline", last_offer_at=None))
            session.execute(delete(AgentSession))
            session.execute(delete(Job))

    def client(self, **headers: str) -> httpx.Client:
        hooks = {"response": [self.contract.check]}
        made = httpx.Client(base_url=self.url, headers=headers, timeout=SOON_S, event_hooks=hooks, **LOCALLY)
        self._clients.append(made)
        return made

    def identity(self, customer: str) -> str:
        return token(self.settings, customer)

    def visitor(self, customer: str | None = None) -> "Visitor":
        return Visitor(self, customer)

    def agent(self, name: str) -> "Console":
        return Console(self, name)

    def _close_clients(self) -> None:
        while self._clients:
            self._clients.pop().close()

    def _answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None, self.log.read_text()
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz", **LOCALLY).status_code == 200
        return False


class Visitor:
    """A customer's browser with an open session."""

    def __init__(self, gateway: Gateway, customer: str | None = None) -> None:
        wish = {"identity": gateway.identity(customer)} if customer else {}
        opened = gateway.client().post("/api/chat/session", json=wish)
        assert opened.status_code == 201, opened.text
        self.conversation: str = opened.json()["conversation"]
        self.http = gateway.client(Authorization=f"Bearer {opened.json()['token']}")

    def post(self, **body: Any) -> httpx.Response:
        return self.http.post("/api/chat/messages", json={"client_id": secrets.token_hex(8), **body})

    def writes(self, text: str, **more: str) -> int:
        answer = self.post(text=text, **more)
        assert answer.status_code == 202, answer.text
        return int(answer.json()["seq"])

    def taps(self, option: str) -> int:
        answer = self.post(option=option)
        assert answer.status_code == 202, answer.text
        return int(answer.json()["seq"])

    def thread(self, after: int = 0) -> dict[str, Any]:
        answer = self.http.get("/api/chat/messages", params={"after": after})
        assert answer.status_code == 200, answer.text
        read: dict[str, Any] = answer.json()
        return read

    def messages(self, kind: str = "") -> list[dict[str, Any]]:
        return [message for message in self.thread()["messages"] if kind in ("", message["author"]["kind"])]

    def texts(self, kind: str = "") -> list[str]:
        return [message["text"] for message in self.messages(kind)]

    def hears(self, words: str, kind: str = "") -> dict[str, Any]:
        """The message with these words, as soon as it is there."""
        return eventually(lambda: [m for m in self.messages(kind) if words in m["text"]])[0]

    @contextlib.contextmanager
    def stream(self, after: int = 0) -> Iterator[Iterator[dict[str, Any]]]:
        """The events of an open stream, one after the other."""
        with self.http.stream("GET", "/api/chat/stream", params={"after": after}) as answer:
            assert answer.status_code == 200, answer.read()
            yield events(answer)


class Console:
    """An agent's browser, signed in."""

    def __init__(self, gateway: Gateway, name: str) -> None:
        self.http = gateway.client(Origin=gateway.url)
        credentials = {"email": f"{name}@shop.example", "password": PASSWORD}
        answer = self.http.post("/api/console/login", json=credentials)
        assert answer.status_code == 200, answer.text

    def queue(self) -> dict[str, list[dict[str, Any]]]:
        lists: dict[str, list[dict[str, Any]]] = self.http.get("/api/console/queue").json()
        return {name: lists[name] for name in ("mine", "dedicated", "general")}

    def sees(self, conversation: str) -> dict[str, Any] | None:
        """The conversation's item in whichever list it stands."""
        items = [item for listed in self.queue().values() for item in listed]
        return next((item for item in items if item["id"] == conversation), None)

    def reads(self, conversation: str) -> httpx.Response:
        return self.http.get(f"/api/console/conversations/{conversation}")

    def does(self, verb: str, conversation: str, version: int | None = None, **more: Any) -> httpx.Response:
        seen = version or self.reads(conversation).json().get("version", 1)
        return self.http.post(f"/api/console/conversations/{conversation}/{verb}", json={"version": seen, **more})

    def takes(self, conversation: str) -> None:
        item = eventually(lambda: self.sees(conversation))
        answer = self.does("accept" if item["state"] == "offered" else "claim", conversation)
        assert answer.status_code == 200, answer.text

    def replies(self, conversation: str, text: str, key: str | None = None) -> httpx.Response:
        body = {"client_id": key or secrets.token_hex(8), "text": text}
        return self.http.post(f"/api/console/conversations/{conversation}/reply", json=body)


def events(answer: httpx.Response) -> Iterator[dict[str, Any]]:
    """Server-sent events as {event, id, data}."""
    event: dict[str, Any] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if name == "data":
            event["data"] = json.loads(value)
        elif name in ("event", "id"):
            event[name] = value
        elif not line and "data" in event:
            yield event
            event = {}
