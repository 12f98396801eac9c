"""What Twilio is told to keep, and for how long to try: and what that means for looking a text up again."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from handoff.tools.texter import NotThere, Sent, Texter, Uncertain
from shop.ground.settings import Settings

PHONE, STATUS = "+12025550123", "https://chat.example.com/sms/status?delivery=1"
SINCE = datetime(2026, 6, 15, tzinfo=UTC)


@dataclass
class Messages:
    """Twilio's resource, as its client shows it: what was created, with the words that it kept."""

    kept: str = ""
    given: dict[str, Any] = field(default_factory=dict)

    def create(self, **given: Any) -> SimpleNamespace:
        self.given = given
        return SimpleNamespace(sid="SM1", status="queued")

    def stream(self, **_: Any) -> list[SimpleNamespace]:
        return [SimpleNamespace(sid="SM1", body=self.kept, date_created=SINCE, direction="outbound-api", status="sent")]


def texter(settings: Settings, messages: Messages, **others: str) -> Texter:
    made = Texter(settings.model_copy(update=others))
    made._client = SimpleNamespace(messages=messages)
    return made


@pytest.mark.parametrize(("wanted", "told"), [(600, 600), (0, 5), (-3, 5), (90_000, 14_400), (59.9, 59)])
def test_twilio_tries_as_long_as_it_is_worth(settings: Settings, wanted: float, told: int) -> None:
    messages = Messages()
    assert asyncio.run(texter(settings, messages).send(PHONE, "hello", STATUS, wanted)) == Sent("SM1")
    assert messages.given["validity_period"] == told
    assert not {"content_retention", "address_retention"} & messages.given.keys()


def test_what_is_discarded_is_still_found_and_what_is_obfuscated_never_sent_again(settings: Settings) -> None:
    messages = Messages()
    discards = texter(settings, messages, sms_content_retention="discard")
    asyncio.run(discards.send(PHONE, "hello", STATUS))
    assert messages.given["content_retention"] == "discard"
    assert asyncio.run(discards.find(PHONE, "hello", SINCE, ())) == Sent("SM1", "sent")
    assert asyncio.run(discards.find(PHONE, "hello", SINCE, ("SM1",))) == NotThere()
    assert asyncio.run(texter(settings, messages).find(PHONE, "hello", SINCE, ())) == NotThere()
    obfuscates = texter(settings, messages, sms_address_retention="obfuscate")
    asyncio.run(obfuscates.send(PHONE, "hello", STATUS))
    assert messages.given["address_retention"] == "obfuscate"
    assert isinstance(asyncio.run(obfuscates.find(PHONE, "hello", SINCE, ())), Uncertain)
