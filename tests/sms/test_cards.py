"""The short link behind a card's text, and its page: what it opens, to whom, for how long, and what it never shows."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.channels import cards
from handoff.models import Delivery, Message
from handoff.rules import cardlinks, links, outbox, texting
from shop.ground.db import Database
from shop.ground.errors import NotFound
from shop.ground.settings import Settings
from tests.conftest import Clock
from tests.handoff import world

PHONE = "+12025550123"
ORDER = {
    "kind": "order", "id": "#W1234567", "status": "processed", "state": "handed to the carrier",
    "placed_at": "2026-06-01T12:00:00Z", "total": "$49.00",
    "items": [{"name": "Lamp <b>", "options": {"colour": "black", "size": "M"}, "price": "$49.00"}],
    "parcels": [{"tracking": "1Z999", "carrier": "UPS", "status": "on its way"}],
}  # fmt: skip
PLAN = {
    "kind": "plan",
    "operation": "cancel",
    "order": "#W1234567",
    "lines": ["Cancel order #W1234567.", "You get $49.00 back."],
}
ADDRESS = {
    "kind": "receipt",
    "number": "R-1",
    "operation": "address",
    "order": "#W1",
    "lines": ["To 9 Elm Street, Boston."],
}


@pytest.fixture(autouse=True)
def _links_lead_here(settings: Settings) -> None:
    links.start(settings)


def says(session: Session, card: dict[str, Any], words: str = "Here it is.", labels: tuple[str, ...] = ()) -> str:
    """The bot shows a card by text; the body."""
    conversation = world.conversation(session, world.texts(session, PHONE, "where is it").conversation)
    choices = [outbox.Choice(label, {"intent": "x"}) for label in labels]
    outbox.say(session, conversation, outbox.bot(), words, choices, card)
    return session.scalars(select(Delivery.body).order_by(Delivery.id.desc())).first() or ""


def token(body: str) -> str:
    found = re.search(r"/c/([A-Za-z0-9_-]+)", body)
    assert found is not None
    return found.group(1)


def page(session: Session, body: str) -> str:
    title, drawn = cards._drawn(cardlinks.of(session, token(body)))
    return title + drawn


def test_a_card_is_short_words_and_a_short_link_before_the_options(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        body = says(session, ORDER, labels=("Cancel it", "Keep it"))
        assert re.fullmatch(r"Here it is\.\n\nAt a glance: http://\S+/c/\S{26}\n\nReply 1: Cancel it\n2: Keep it", body)
        assert session.scalars(select(Delivery.segments)).one() == texting.segments(body).count
        assert texting.segments(body).encoding == "gsm7"
        drawn = page(session, body)
        stands = ("Handed to the carrier", "Packed")  # as the text has it, and how far that is
        for shown in ("#W1234567", "Lamp &lt;b&gt;", "black · M", "$49.00", "1Z999", "UPS · on its way", *stands):
            assert shown in drawn
        assert "<b>" not in drawn


def test_however_long_the_words_the_link_and_the_options_stay(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        body = says(session, PLAN, "long words " * 300, ("Yes", "No"))
        assert texting.length(body) <= texting.LONGEST
        assert body.endswith("Reply 1: Yes\n2: No")
        assert "You get $49.00 back." in page(session, body)


def test_an_address_is_not_on_the_page(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        drawn = page(session, says(session, ADDRESS))
        assert "Elm" not in drawn
        assert "R-1" in drawn
        assert "in your text message" in drawn


def test_a_link_expires_and_cannot_be_made_up(sqlite_db: Database, clock: Clock, settings: Settings) -> None:
    with sqlite_db.transaction() as session:
        good = token(says(session, ORDER))
        other = token(says(session, PLAN))
        mixed = good[:8] + other[8:]
        for bad in (
            "",
            "x",
            mixed,
            good[:-1] + ("A" if good[-1] != "A" else "B") + "A",
            good[:-2],
            "A" * 26,
            "é" * 5,
            good + "AAAA",
        ):
            with pytest.raises(NotFound):
                cardlinks.of(session, bad)
        clock.advance(days=6)
        assert cardlinks.of(session, good).card == ORDER
        clock.advance(days=1, hours=1)
        with pytest.raises(NotFound) as gone:
            cardlinks.of(session, good)
        assert gone.value.code == "expired"
        clock.time -= timedelta(days=7)
        exchanged = {"identity_secret": "z" * 64, "identity_secret_before": settings.identity_secret}
        links.start(settings.model_copy(update=exchanged))
        assert cardlinks.of(session, good).card == cardlinks.of(session, token(says(session, ORDER))).card == ORDER
        links.start(settings.model_copy(update={"identity_secret": "z" * 64}))
        with pytest.raises(NotFound):
            cardlinks.of(session, good)


def test_words_and_other_cards_need_no_page(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        assert "/c/" not in says(session, {"kind": "article", "slug": "returns", "title": "Returns"})
        conversation = world.conversation(session, world.texts(session, PHONE, "hi").conversation)
        outbox.say(session, conversation, outbox.bot(), "Hello.")
        assert session.scalars(select(Delivery.body).order_by(Delivery.id.desc())).first() == "Hello."
        assert cardlinks.to(Message(id=1, card=None)) is None
