"""Job `deliver`: bring one text to a phone, once."""

from typing import Protocol

from handoff.rules import deliveries
from handoff.rules.pace import Speed
from handoff.tools.texter import Texter
from shop.ground.db import Database
from shop.ground.jobs import Claimed
from shop.ground.settings import Settings

STATUS_PATH = "/sms/status"


class Parts(Protocol):
    """What this job needs of the wiring."""

    @property
    def db(self) -> Database: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def texter(self) -> Texter: ...


async def run(parts: Parts, job: Claimed) -> None:
    """Send the text, or find out what became of it. That it is being sent is committed before the call."""
    settings = parts.settings
    speed = Speed(settings.twilio_from, settings.sms_segments_per_s, settings.sms_per_hour, settings.sms_per_day)
    step = await parts.db.write(deliveries.take, job, speed)
    if isinstance(step, deliveries.ToSend):
        # The callback's address names the delivery: it can arrive before we are told the sid, or when we never are.
        status_url = f"{parts.settings.public_url}{STATUS_PATH}?delivery={step.delivery}"
        outcome = await parts.texter.send(step.to, step.body, status_url, step.valid_s)
        await parts.db.write(deliveries.sent, job, outcome)
    elif isinstance(step, deliveries.ToLookUp):
        finding = await parts.texter.find(step.to, step.body, step.since, step.known)
        await parts.db.write(deliveries.looked_up, job, finding)
