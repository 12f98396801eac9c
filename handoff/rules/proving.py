"""The code that proves a number: made when it is sent, texted in one segment, and written down nowhere."""

import hashlib
import hmac
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Delivery, NumberCode
from handoff.rules import consent, deliveries, texting
from handoff.rules.challenges import BACK_OFF_S, HIDDEN, NO_MESSAGE, PATIENCE, ToText
from handoff.tools import texter
from shop import policy
from shop.codes import DIGITS
from shop.ground import clock, jobs

JOB = "prove_number"


def prepare(session: Session, job: jobs.Claimed, key: bytes, shop: str) -> ToText | None:
    """Make a code and say where it goes; one that was made before is void. None: none is wanted any more."""
    row = session.scalar(select(NumberCode).where(NumberCode.id == job.payload["code"]).with_for_update())
    if not jobs.asking(session, job) or row is None or not _wanted(session, row):
        jobs.finish(session, job)
        return None
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row.code_hash = hash_of(key, row.id, code)
    real = _body(code, shop)
    sent = Delivery(
        conversation_id=job.payload["conversation"],
        seq=NO_MESSAGE,
        to=row.number,
        body=_body(HIDDEN, shop),
        segments=texting.segments(real).count,
        state="sending",
        sending_at=clock.now(),
    )
    session.add(sent)
    session.flush()
    return ToText(sent.id, row.number, real, (row.expires_at - clock.now()).total_seconds())


def texted(session: Session, job: jobs.Claimed, delivery_id: int, outcome: texter.Outcome) -> None:
    """Settle what texting came to. Who gets none can ask for another; what the carrier refuses tells nothing to who asked."""
    deliveries.settle_unasked(session, delivery_id, outcome)
    if isinstance(outcome, texter.Later) and clock.now() - job.owed_at <= PATIENCE:
        jobs.later(session, job, deliveries.soon(job.attempts, BACK_OFF_S), unasked=True)
    else:
        jobs.finish(session, job)


def hash_of(key: bytes, code_id: str, digits: str) -> str:
    return hmac.new(key, f"number:{code_id}:{digits}".encode(), hashlib.sha256).hexdigest()


def _wanted(session: Session, row: NumberCode) -> bool:
    stands = row.ended_at is None and row.tries == 0 and clock.now() < row.expires_at
    return stands and not consent.stopped(session, row.number)


def _body(code: str, shop: str) -> str:
    minutes = policy.current().codes.lifetime_minutes
    return texting.render(wording.say("move_code_text", shop=shop, code=code, minutes=minutes), [])
