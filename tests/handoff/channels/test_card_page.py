"""The page behind a text's short link, over HTTP: what its headers promise, what a stranger sees, how often it opens."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from handoff import wording
from handoff.channels.cards import RATE
from handoff.models import Delivery
from handoff.rules import links, outbox
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.gateway import Gateway

PHONE = "+12025550177"
ORDER = {
    "kind": "order", "id": "#W7654321", "status": "processed", "placed_at": "2026-06-01T12:00:00Z", "total": "$49.00",
    "items": [{"name": "Lamp", "options": {}, "price": "$49.00"}],
}  # fmt: skip


def linked(db: Database, card: dict[str, Any]) -> str:
    """The path of the link in the text that shows a card."""
    with db.transaction() as session:
        conversation = world.conversation(session, world.texts(session, PHONE, "where is it").conversation)
        outbox.say(session, conversation, outbox.bot(), "Here it is.", card=card)
        body = session.scalars(select(Delivery.body).order_by(Delivery.id.desc())).first() or ""
    found = re.search(r"/c/[A-Za-z0-9_-]{26}", body)
    assert found
    return found.group()


def test_whoever_holds_the_text_sees_what_it_said_and_nobody_else_sees_anything(gateway: Gateway, clock: Clock) -> None:
    links.start(gateway.settings)
    now = datetime.now(UTC)
    clock.time = now - timedelta(days=8)
    old = linked(gateway.db, ORDER)
    clock.time = now
    good = linked(gateway.db, ORDER)
    stranger = gateway.client()  # no cookie, no token
    page = stranger.get(good)
    assert page.status_code == 200 and "#W7654321" in page.text and "Lamp" in page.text
    assert PHONE not in page.text and "<script" not in page.text
    expired, madeup, changed = (stranger.get(path) for path in (old, "/c/" + "A" * 26, good[:-3] + "AAA"))
    assert {answer.status_code for answer in (expired, madeup, changed)} == {404}
    assert wording.say("card_expired") in expired.text and "#W7654321" not in expired.text
    assert madeup.text == changed.text and wording.say("card_none") in madeup.text
    often = 10 * int(RATE.partition("/")[0])  # whoever asks faster than once a second is stopped
    busy = next(answer for answer in (stranger.get(good) for _ in range(often)) if answer.status_code != 200)
    assert busy.status_code == 429 and 0 < int(busy.headers["retry-after"]) <= 60
    assert wording.say("card_busy") in busy.text and "#W7654321" not in busy.text
    assert stranger.get("/healthz").status_code == 200
    for answer in (page, expired, madeup, busy):
        headers = answer.headers
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "noindex" in headers["x-robots-tag"] and "noindex" in answer.text
        assert headers["x-content-type-options"] == "nosniff"
        policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
        nothing = ("default-src", "base-uri", "form-action", "frame-ancestors")
        assert {policy.pop(name) for name in nothing} == {"'none'"} and policy == {"style-src": "'self'"}
        assert "set-cookie" not in headers and "access-control-allow-origin" not in headers
