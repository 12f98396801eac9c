"""A running gateway whose bot fails, with its twin beside it: what comes to its two webhooks, and what it leaves behind."""

import asyncio
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from handoff.models import Address, Message, TextIn
from shop.ground.db import Database
from shop.ground.settings import Settings
from tests.handoff.stub_rasa import StubRasa
from tests.local import LOCALLY
from tests.twins.running import READY_S, Twin, development_on_free_ports, process, started

PHONE = "+12025553{:03d}"
OTHER_TOKEN, KEY, KEY_SECRET = "f" * 32, "webhooks_sharedkey_1", "a-secret-of-its-own"
Form = dict[str, str]


@dataclass
class Door:
    """A running gateway, its twin, and a look into its database."""

    settings: Settings
    twin: Twin
    db: Database
    http: httpx.Client
    texts: int = 0

    def phone(self) -> str:
        self.texts += 1
        return PHONE.format(self.texts)

    def form(self, number: str, body: str = "hello", **others: str) -> Form:
        """A webhook's fields, blank ones included, as Twilio sends them."""
        self.texts += 1
        sid = f"SM{self.texts:032x}"
        us = {"AccountSid": self.settings.twilio_account_sid, "To": self.settings.twilio_from}
        blank = dict.fromkeys(("ToCity", "FromCity", "FromZip", "ToState"), "")
        return {**blank, **us, "MessageSid": sid, "From": number, "Body": body, "NumMedia": "0", **others}

    def post(self, path: str, form: Form, *, signature: str | None = None, body: bytes | None = None) -> httpx.Response:
        good = RequestValidator(self.settings.twilio_auth_token).compute_signature(
            self.settings.public_url + path, form
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        headers |= {"X-Twilio-Signature": good if signature is None else signature} if signature != "absent" else {}
        return self.http.post(path, content=urlencode(form).encode() if body is None else body, headers=headers)

    def read(self, rule: Callable[..., Any], *args: Any) -> Any:
        """What the database has to say, once every text that lies before the door was taken."""
        self.until(lambda: asyncio.run(self.db.read(_lying)) == 0, "the texts were taken")
        return asyncio.run(self.db.read(rule, *args))

    def said(self, number: str) -> list[tuple[str, str]]:
        """Who said what in the conversation of a number."""
        found: list[tuple[str, str]] = self.read(_said, number)
        return found

    def until(self, true: Callable[[], bool], what: str) -> None:
        """Wait for the worker, patiently."""
        deadline = time.monotonic() + READY_S
        while not true():
            assert time.monotonic() < deadline, what
            time.sleep(0.05)


@pytest.fixture(scope="module")
def running_door(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    settings = development_on_free_ports(tmp_path_factory.mktemp("door"))
    shutil.copy(sqlite_template, settings.var_dir / "rapport.db")
    ready = f"{settings.public_url}/healthz"
    rasa = StubRasa(settings.gateway_secret)
    rasa.behave = lambda _: (500, {})  # what the gateway says itself then comes at once
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TWILIO_OTHER_TOKEN", OTHER_TOKEN)
        environment.setenv("TWILIO_SHARED_KEYS", f"{KEY}={KEY_SECRET}")
        environment.setenv("RASA_URL", rasa.url)
        with started(settings) as twin, process("gateway", settings, ready):
            db = Database(settings.database_url)
            with httpx.Client(base_url=settings.public_url, timeout=READY_S, **LOCALLY) as http:
                yield Door(settings, twin, db, http)
            db.close()
    rasa.close()


@pytest.fixture
def door(running_door: Door) -> Door:
    running_door.twin.switch(callbacks="normal")
    return running_door


def _lying(session: Session) -> int:
    return session.scalar(select(func.count(TextIn.id))) or 0


def _said(session: Session, number: str) -> list[tuple[str, str]]:
    conversation = (
        select(Address.conversation_id).where(Address.kind == "sms", Address.value == number).scalar_subquery()
    )
    rows = session.scalars(select(Message).where(Message.conversation_id == conversation).order_by(Message.seq))
    return [(row.kind, row.text) for row in rows]
