"""Keywords and the ledger: only single words are keywords, and "yes" is an answer unless the number had stopped."""

import pytest
from sqlalchemy import select

from handoff.models import Consent
from handoff.rules import consent
from shop.ground.db import Database
from tests.conftest import Clock

PHONE = "+12025550123"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("STOP", "stop"), (" stop ", "stop"), ("Unsubscribe", "stop"), ("CANCEL", "stop"), ("end", "stop"), ("Quit", "stop"),
        ("STOPALL", "stop"), ("revoke", "stop"), ("optout", "stop"), ("START", "start"), ("unstop", "start"), ("HELP", "help"),
        ("info", "help"), ("ＳＴＯＰ", "stop"),
        ("stop it", None), ("cancel my order", None), ("please help", None), ("yes", None), ("1", None), ("", None),
    ],
)  # fmt: skip
def test_keywords_are_single_words(sqlite_db: Database, text: str, wish: str | None) -> None:
    with sqlite_db.transaction() as session:
        assert consent.wish(session, PHONE, text) == wish


def test_yes_opts_in_only_after_a_stop(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        assert consent.wish(session, PHONE, "Yes", "START") is None
        consent.record(session, PHONE, "stop", wording="stop", source="a")
        assert consent.wish(session, PHONE, "Yes") == "start"


def test_what_twilio_found_counts(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        assert consent.wish(session, PHONE, "arret", "STOP") == "stop"
        assert consent.wish(session, PHONE, "hello", "SOMETHING") is None


def test_the_ledger_only_grows_and_the_newest_row_counts(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        assert not consent.stopped(session, PHONE)
        assert consent.record(session, PHONE, "stop", wording="STOP", source="sms:1")
        assert not consent.record(session, PHONE, "stop", wording="END", source="sms:2")
        assert consent.stopped(session, PHONE)
        assert not consent.stopped(session, "+12025550199")
        assert consent.record(session, PHONE, "start", wording="START", source="sms:3")
        assert not consent.stopped(session, PHONE)
        kinds = session.execute(select(Consent.kind, Consent.wording, Consent.source).order_by(Consent.id)).all()
        assert [tuple(row) for row in kinds] == [("stop", "STOP", "sms:1"), ("start", "START", "sms:3")]
