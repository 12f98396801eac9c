"""The reconciler: what Twilio holds and never got through our door is fed through the same door, in order, once."""

from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from handoff.rules import arrivals, doorstep, pace, prices
from handoff.rules.arrivals import Arrived
from handoff.rules.doorstep import Terms
from handoff.tools.texter import Held, Texter, Unreachable
from shop import codes
from shop.ground import clock
from shop.ground.db import Database
from shop.ground.settings import Settings

log = structlog.get_logger()
EVERY_S = 60.0
COSTS_EVERY = 30  # rounds
GRACE = timedelta(seconds=20)  # a text so young may still be on its way to the door, with Twilio's own retries
OVERLAP = timedelta(minutes=10)
AT_START = timedelta(hours=1)  # before the newest text that we have, where no round was ever made
LOOK_BACK_AT_MOST = timedelta(days=3)


class Parts(Protocol):
    """What the reconciler needs of the wiring."""

    @property
    def db(self) -> Database: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def texter(self) -> Texter: ...


async def round_of(parts: Parts, since: datetime | None = None) -> datetime:
    """Look once; returns from when on the next round should look. `since` is None at a start. Raises `Unreachable`."""
    began = clock.now()
    if since is None:
        since = await parts.db.read(_left_off, parts.settings.twilio_from)
    held = [text for text in await parts.texter.received(since) if began - text.at >= GRACE]
    unknown = await parts.db.read(arrivals.unknown, [text.sid for text in held])
    for text in held:
        if text.sid in unknown and await _feed(parts, text):
            log.warning("text_recovered", sid=text.sid)
    await parts.db.write(pace.heard, parts.settings.twilio_from, began - GRACE)
    return began - OVERLAP


async def costs(parts: Parts) -> None:
    """Note what texts cost that went out lately; Twilio knows some time after it sent them. Raises `Unreachable`."""
    since = await parts.db.read(prices.wanted_since)
    if since is not None:
        await parts.db.write(prices.note, await parts.texter.prices(since))


async def _feed(parts: Parts, text: Held) -> bool:
    """One after the other: in the order in which they were sent."""
    if not arrivals.is_number(text.number):
        return False
    media = tuple(await parts.texter.media_of(text.sid)) if text.media else ()
    arrived = Arrived(text.sid, text.number, text.body, media)
    settings = parts.settings
    reopen, most = timedelta(days=settings.reopen_days), settings.sms_heard_at_most
    return await parts.db.write(_fed, arrived, Terms(reopen, codes.key(settings), most))


def _fed(session: Session, text: Arrived, terms: Terms) -> bool:
    if doorstep.waits(session, text.number):
        doorstep.keep(session, text)
        return True
    return arrivals.receive(session, text, terms.reopen, terms.key, terms.most).created


def _left_off(session: Session, sender: str) -> datetime:
    """Where the last round ended, whoever made it. What comes through the door meanwhile says nothing of what did not."""
    until, newest, now = pace.heard_until(session, sender), arrivals.newest(session), clock.now()
    since = until - OVERLAP if until else newest - AT_START if newest else now - AT_START
    return max(since, now - LOOK_BACK_AT_MOST)


__all__ = ["EVERY_S", "Unreachable", "round_of"]
