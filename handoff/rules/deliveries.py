"""What becomes of a text: it is sent once, looked up when nobody knows, and its state only moves forward.

queued -> sending -> sent -> delivered | undelivered | failed
             |-> uncertain -> looked up: sent, or after a minute without a trace queued again
             |-> queued again: it certainly did not go out (429, connection refused)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from handoff.models import Delivery, DeliveryEvent
from handoff.rules import consent, gates, numbers, sms_codes
from handoff.rules.gates import PATIENCE
from handoff.rules.pace import Speed
from handoff.tools.texter import Finding, Later, NotThere, Outcome, Refused, Sent, Uncertain
from shop.ground import clock, jobs
from shop.ground.db import ring

# Reports come late, twice and in any order: the highest one counts, so that the order cannot matter.
RANK = {"queued": 0, "sending": 1, "uncertain": 2, "sent": 3, "failed": 4, "undelivered": 5, "delivered": 6}
REPORTED = {
    **dict.fromkeys(("accepted", "scheduled", "queued", "sending", "sent"), "sent"),
    **dict.fromkeys(("delivered", "read", "partially_delivered"), "delivered"),
    "undelivered": "undelivered",
    **dict.fromkeys(("failed", "canceled"), "failed"),
}
LOOK_UP_AFTER = (timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=60))
SURE_AFTER = LOOK_UP_AFTER[-1]  # not there after that long: it never was
CLOCK_SKEW = timedelta(minutes=5)  # between Twilio's clock and ours
BACK_OFF_S, BACK_OFF_MOST_S = 2, 300


@dataclass(frozen=True)
class ToSend:
    """Send this now; that it is being sent is already committed."""

    delivery: int
    to: str
    body: str
    valid_s: float


@dataclass(frozen=True)
class ToLookUp:
    """Nobody knows whether this went out: look for it among Twilio's texts, except the known ones."""

    delivery: int
    to: str
    body: str
    since: datetime
    known: tuple[str, ...]


def take(session: Session, job: jobs.Claimed, speed: Speed | None = None) -> ToSend | ToLookUp | None:
    """What the text needs now. None: nothing, for now or for ever, and the job is settled."""
    delivery = _locked(session, job.payload["delivery"])
    if delivery is None or RANK[delivery.state] >= RANK["sent"]:
        jobs.finish(session, job)
        return None
    if delivery.state == "queued":
        return _start(session, job, delivery, speed)
    # Found in "sending": whoever sent it died before they could tell.
    _advance(session, delivery, "uncertain")
    since = (delivery.sending_at or delivery.queued_at) - CLOCK_SKEW
    known = session.scalars(select(Delivery.sid).where(Delivery.to == delivery.to, Delivery.sid.is_not(None)))
    return ToLookUp(delivery.id, delivery.to, delivery.body, since, tuple(sid for sid in known if sid))


def sent(session: Session, job: jobs.Claimed, outcome: Outcome) -> None:
    """Settle what sending came to."""
    delivery = _locked(session, job.payload["delivery"])
    if delivery is None or _settled(session, job, delivery):
        return
    match outcome:
        case Sent():
            _accepted(session, job, delivery, outcome)
        case Refused():
            _refused(session, job, delivery, outcome)
        case Later():
            _again(session, job, delivery, soon(job.attempts))
        case Uncertain():
            _advance(session, delivery, "uncertain")
            _look_again(session, job, delivery)


def looked_up(session: Session, job: jobs.Claimed, finding: Finding) -> None:
    """Settle what looking it up came to."""
    delivery = _locked(session, job.payload["delivery"])
    if delivery is None or _settled(session, job, delivery):
        return
    match finding:
        case Sent():
            _accepted(session, job, delivery, finding)
        case NotThere() if _elapsed(delivery) >= SURE_AFTER:
            _again(session, job, delivery, clock.now())
        case NotThere():
            _look_again(session, job, delivery)
        case Uncertain():
            jobs.later(session, job, soon(job.attempts))


def settle_unasked(session: Session, delivery_id: int, outcome: Outcome) -> None:
    """Note what sending came to where another job sends: one that sends something else rather than the same again."""
    delivery = _locked(session, delivery_id)
    if delivery is None or RANK[delivery.state] >= RANK["sent"]:
        return
    match outcome:
        case Sent():
            _gone(session, delivery, outcome)
        case Refused():
            _fail(session, delivery, outcome.code)
        case Later():
            _fail(session, delivery, None, "It did not go out.")
        case Uncertain():
            _advance(session, delivery, "uncertain")


def report(
    session: Session, sid: str, status: str, error_code: int | None, *, to: str, delivery_id: int | None
) -> None:
    """Take in a status callback. One that names our delivery settles an uncertain text: Twilio has it."""
    if not _logged(session, sid, status, error_code):
        return
    delivery = session.scalar(select(Delivery).where(Delivery.sid == sid).with_for_update())
    if delivery is None and delivery_id is not None:
        named = _locked(session, delivery_id)
        if named is not None and named.sid is None and named.to == to:
            delivery, named.sid = named, sid
    if delivery is not None:
        _apply(session, delivery, status, error_code)


def _start(session: Session, job: jobs.Claimed, delivery: Delivery, speed: Speed | None) -> ToSend | None:
    match gates.check(session, delivery, job.payload, speed):
        case gates.Never(code, why):
            _fail(session, delivery, code, why)
            jobs.finish(session, job)
        case gates.Wait(until, payload):
            jobs.later(session, job, until, unasked=True, payload=payload)
        case None:
            _advance(session, delivery, "sending")
            delivery.sending_at = clock.now()
            return ToSend(delivery.id, delivery.to, delivery.body, gates.valid_for(delivery).total_seconds())
    return None


def _settled(session: Session, job: jobs.Claimed, delivery: Delivery) -> bool:
    """A status callback may have been faster than the call that it reports on."""
    if RANK[delivery.state] < RANK["sent"]:
        return False
    jobs.finish(session, job)
    return True


def _accepted(session: Session, job: jobs.Claimed, delivery: Delivery, outcome: Sent) -> None:
    _gone(session, delivery, outcome)
    jobs.finish(session, job)


def _gone(session: Session, delivery: Delivery, outcome: Sent) -> None:
    delivery.sid = outcome.sid
    _apply(session, delivery, outcome.status, None)
    _advance(session, delivery, "sent")
    for event in session.scalars(select(DeliveryEvent).where(DeliveryEvent.sid == outcome.sid)):
        _apply(session, delivery, event.status, event.error_code)


def _refused(session: Session, job: jobs.Claimed, delivery: Delivery, outcome: Refused) -> None:
    _fail(session, delivery, outcome.code)
    if sms_codes.advice(outcome.code) == "mend_settings":
        jobs.give_up(session, job, f"{outcome.code}: {outcome.message}")  # kept where the operators look
    else:
        jobs.finish(session, job)


def _again(session: Session, job: jobs.Claimed, delivery: Delivery, due_at: datetime) -> None:
    """It did not go out: back to the start. Whoever lost the lease decides nothing: somebody else may be sending."""
    if jobs.later(session, job, due_at, unasked=True):
        delivery.state, delivery.sending_at, delivery.changed_at = "queued", None, clock.now()


def _look_again(session: Session, job: jobs.Claimed, delivery: Delivery) -> None:
    if clock.now() - delivery.queued_at > PATIENCE + SURE_AFTER:
        jobs.give_up(session, job, f"delivery {delivery.id}: nobody knows whether it went out")
        return
    elapsed = _elapsed(delivery)
    wait = next((step for step in LOOK_UP_AFTER if step > elapsed), elapsed)
    jobs.later(session, job, clock.now() + wait - elapsed)


def _apply(session: Session, delivery: Delivery, status: str, error_code: int | None) -> None:
    state = REPORTED.get(status)
    if state is None:
        return  # a status that Twilio invents later is kept in the log and moves nothing
    if state in ("failed", "undelivered"):
        _fail(session, delivery, error_code, state=state)
    else:
        _advance(session, delivery, state)


def _fail(session: Session, delivery: Delivery, code: int | None, why: str = "", state: str = "failed") -> None:
    if not _advance(session, delivery, state):
        return
    delivery.error_code, delivery.reason = code, why or sms_codes.reason(code)
    if code == sms_codes.OPTED_OUT:
        consent.record(session, delivery.to, "stop", wording="", source="carrier", how="carrier")
    elif sms_codes.new_owner(code):
        numbers.expire(session, delivery.to, "carrier")


def _advance(session: Session, delivery: Delivery, state: str) -> bool:
    if RANK[state] <= RANK[delivery.state]:
        return False
    delivery.state, delivery.changed_at = state, clock.now()
    if RANK[state] >= RANK["sent"]:
        delivery.error_code = delivery.reason = None
        ring(session, "console")
    return True


def _logged(session: Session, sid: str, status: str, error_code: int | None) -> bool:
    try:
        with session.begin_nested():
            session.add(DeliveryEvent(sid=sid, status=status, error_code=error_code, at=clock.now()))
    except IntegrityError:
        return False  # the same report again
    return True


def _locked(session: Session, delivery_id: int) -> Delivery | None:
    return session.scalar(select(Delivery).where(Delivery.id == delivery_id).with_for_update())


def _elapsed(delivery: Delivery) -> timedelta:
    return clock.now() - (delivery.sending_at or delivery.queued_at)


def soon(attempts: int, step_s: int = BACK_OFF_S) -> datetime:
    """When to try again after so many attempts."""
    return clock.now() + timedelta(seconds=min(BACK_OFF_MOST_S, step_s * 2 ** min(attempts - 1, 10)))
