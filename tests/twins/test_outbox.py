"""Mail through the twin of the mail server: it arrives in the outbox as it was written, and what cannot go waits or is given up."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from handoff.jobs import send_mail
from handoff.tools.mailer import Accepted, Later, Mail, Mailer, Refused
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.jobs import Job
from tests import ports
from tests.conftest import Clock
from tests.twins.running import Twin

pytestmark = pytest.mark.slow  # starts the twin
RECEIPT = {
    "to": "ava@example.com",
    "subject": "Your order #W1 is cancelled – receipt",
    "text": "Refund: $12.00\n\nGrüße 😀",
}


@dataclass
class Parts:
    """What the job needs."""

    db: Database
    mailer: Mailer


@pytest.fixture
def parts(twin: Twin, sqlite_db: Database, clock: Clock) -> Iterator[Parts]:
    yield Parts(sqlite_db, Mailer(twin.settings))


def owe(parts: Parts, payload: dict[str, Any]) -> jobs.Claimed:
    with parts.db.transaction() as session:
        jobs.owe(session, "send_mail", "mail:1", payload)
        claimed = jobs.claim(session, 30, ("send_mail",))
        assert claimed is not None
        return claimed


def owed(parts: Parts) -> list[Job]:
    with parts.db.transaction() as session:
        found = list(session.scalars(select(Job)))
        session.expunge_all()
        return found


def closed(twin: Twin) -> Mailer:
    """A mail server that nobody answers for."""
    return Mailer(twin.settings.model_copy(update={"smtp_url": f"smtp://127.0.0.1:{ports.free()}"}), timeout_s=5)


def test_a_mail_arrives_as_it_was_written(twin: Twin, parts: Parts) -> None:
    asyncio.run(send_mail.run(parts, owe(parts, RECEIPT)))
    assert owed(parts) == []
    mail = twin.http.get("/twin/mails").json()["mails"][0]
    assert mail["receivers"] == ["ava@example.com"]
    assert mail["subject"] == RECEIPT["subject"]
    assert mail["text"].strip() == RECEIPT["text"]
    assert mail["sender"] == "Juniper & Pine <help@juniperandpine.example>"


def test_a_server_that_is_away_is_tried_again_and_the_id_stays(twin: Twin, parts: Parts, clock: Clock) -> None:
    job = owe(parts, RECEIPT)
    asyncio.run(send_mail.run(Parts(parts.db, closed(twin)), job))
    (waiting,) = owed(parts)
    assert (waiting.due_at - clock.time).total_seconds() == 5
    clock.advance(6)
    with parts.db.transaction() as session:
        again = jobs.claim(session, 30, ("send_mail",))
    assert again is not None
    asyncio.run(send_mail.run(parts, again))
    assert owed(parts) == []
    mail = twin.http.get("/twin/mails").json()["mails"][0]
    assert mail["message_id"].startswith(f"<job-{job.id}-{int(job.owed_at.timestamp())}@")


def test_a_mail_that_stays_impossible_is_given_up_and_kept(twin: Twin, parts: Parts, clock: Clock) -> None:
    job = owe(parts, RECEIPT)
    clock.advance(days=3)
    asyncio.run(send_mail.run(Parts(parts.db, closed(twin)), job))
    (kept,) = owed(parts)
    assert kept.failed_at is not None
    assert kept.error


def test_no_line_break_gets_into_a_header(parts: Parts) -> None:
    mail = Mail("ava@example.com", "Hello\r\nBcc: everybody@example.com", "text", "key")
    assert isinstance(asyncio.run(parts.mailer.send(mail)), Refused)


def test_an_address_that_is_none_is_refused(parts: Parts) -> None:
    outcome = asyncio.run(parts.mailer.send(Mail("nobody at all", "Hello", "text", "key")))
    assert isinstance(outcome, Refused)


def test_no_mail_server_at_all_is_said(twin: Twin) -> None:
    mailer = Mailer(twin.settings.model_copy(update={"smtp_url": ""}))
    outcome = asyncio.run(mailer.send(Mail("ava@example.com", "Hello", "text", "key")))
    assert isinstance(outcome, Later)
    assert "SMTP_URL" in outcome.why
    assert not isinstance(outcome, Accepted)
