"""What was attached to a text: owed with the message, fetched by a job, and shown under the message once it is here."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Message
from handoff.rules import files
from handoff.rules.files import Stored
from shop.ground import clock, jobs

PATIENCE = timedelta(hours=1)  # Twilio keeps it longer, but nobody waits longer
BACK_OFF_S, BACK_OFF_MOST_S = 2, 120


def owe(session: Session, conversation_id: str, seq: int, media: list[dict[str, Any]]) -> None:
    """Owe every file of a message; they are fetched side by side."""
    for position, item in enumerate(media):
        payload = {"conversation": conversation_id, "seq": seq, "position": position, "url": item["url"]}
        jobs.owe(session, "fetch_media", f"media:{conversation_id}:{seq}:{position}", payload)


def kept(session: Session, job: jobs.Claimed, stored: Stored) -> None:
    """The bytes are on the shelf: show them."""
    if not jobs.finish(session, job):
        return
    at = job.payload
    conversation = states.lock(session, at["conversation"])
    key = f"media:{at['conversation']}:{at['seq']}:{at['position']}"
    name = f"{at['seq']}-{at['position'] + 1}"
    files.keep(session, conversation, stored, name, seq=at["seq"], position=at["position"], key=key)


def lost(session: Session, job: jobs.Claimed, why: str) -> None:
    """It will not come: that is written at the message, for the people who ask where it is."""
    if not jobs.finish(session, job):
        return
    at = job.payload
    conversation = states.lock(session, at["conversation"])
    where = (Message.conversation_id == at["conversation"], Message.seq == at["seq"])
    message = session.scalars(select(Message).where(*where).with_for_update()).one()
    media = [dict(item) for item in (message.meta or {}).get("media", [])]
    media[at["position"]]["lost"] = why
    message.meta = {**(message.meta or {}), "media": media}
    states.touch(session, conversation)


def later(session: Session, job: jobs.Claimed, why: str) -> None:
    """Try again, but not for ever."""
    now = clock.now()
    if now - job.owed_at > PATIENCE:
        return lost(session, job, why)
    jobs.later(session, job, now + timedelta(seconds=min(BACK_OFF_MOST_S, BACK_OFF_S * 2 ** min(job.attempts - 1, 8))))
    return None
