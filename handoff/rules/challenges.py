"""A one-time code on its way: owed with the bot's answer, sent to a contact on file, and heard when it comes back.

From `prepare` until the mail server or the carrier has it the code is in memory, and it is written down nowhere.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import states, wording
from handoff.models import Address, Conversation, Delivery
from handoff.rules import consent, deliveries, outbox, sessions, sms_codes, spoken, texting
from handoff.tools import mailer, texter
from shop import codes, customers, guesses, policy
from shop.codes import Issued, Verdict
from shop.ground import clock, jobs

PATIENCE = timedelta(minutes=2)  # the customer sits and waits for it
BACK_OFF_S = 5
NO_MESSAGE = 0  # the seq of a text that belongs to no message
HIDDEN = spoken.DOT * spoken.DIGITS


@dataclass(frozen=True)
class Heard:
    """A message that was taken as a code: what is kept of it, and what became of the code."""

    text: str
    verdict: Verdict

    @property
    def choice(self) -> dict[str, Any]:
        """The same for the bot."""
        if self.verdict.accepted:
            return {"intent": "code_accepted", "entities": []}
        facts = {"why": self.verdict.why, "tries_left": self.verdict.tries_left}
        return {"intent": "code_refused", "entities": [{"entity": k, "value": v} for k, v in facts.items()]}


@dataclass(frozen=True)
class ToMail:
    """Mail this now. Its text holds the code: it is not to be shown, logged or stored."""

    to: str
    subject: str
    text: str
    key: str

    def __repr__(self) -> str:
        return f"ToMail({self.key})"


@dataclass(frozen=True)
class ToText:
    """Text this now; the same goes for its body."""

    delivery: int
    to: str
    body: str
    valid_s: float  # a code that comes later is of no use

    def __repr__(self) -> str:
        return f"ToText({self.delivery})"


def owe(session: Session, conversation: Conversation, challenge_id: str) -> None:
    """The customer was told that a code comes: see to it. Six digits are taken as the code from now on."""
    lane = codes.announce(session, challenge_id, conversation.id, clock.now())
    if lane is not None:
        payload = {"challenge": challenge_id, "conversation": conversation.id}
        jobs.owe(session, "send_code", f"code:{lane}", payload, key=f"code:{challenge_id}")


def hear(session: Session, conversation: Conversation, address: Address, text: str, key: bytes) -> Heard | None:
    """Take a new message as the code that is expected here, if it can be one. The right one proves the customer."""
    digits = spoken.code(text)
    verdict = codes.check(session, key, conversation.id, digits, clock.now()) if digits else None
    if verdict is None:
        return None
    if verdict.customer_id:
        sessions.join(session, conversation, address, verdict.customer_id)
    return Heard(spoken.masked(text), verdict)


def tell(session: Session, conversation: Conversation, verdict: Verdict) -> None:
    """What became of the code, where no bot says it: for the customer, and for the agent who reads along."""
    if verdict.customer_id:
        name = customers.names(session, [verdict.customer_id])[verdict.customer_id]
        outbox.tell(session, conversation, "code_accepted", name=name)
    else:
        outbox.tell(session, conversation, f"code_{verdict.why}", tries=verdict.tries_left)


def prepare(session: Session, job: jobs.Claimed, key: bytes, shop: str) -> ToMail | ToText | None:
    """Make a code and say where it goes. None: there is nothing to send, or not any more, and the job is settled."""
    now = clock.now()
    guesses.forget(session, now)
    if not jobs.asking(session, job):
        return None
    numbers = select(Address.value).where(Address.kind == "sms", Address.conversation_id == job.payload["conversation"])
    issued = codes.issue_code(session, key, job.payload["challenge"], now, session.scalars(numbers).all())
    if issued is None:
        jobs.finish(session, job)
        return None
    if issued.contact.kind == "sms":
        return _text(session, job, issued, shop)
    subject = wording.say("code_mail_subject", shop=shop)
    text = wording.say("code_mail", code=issued.code, **_facts(issued, shop))
    return ToMail(issued.contact.address, subject, text, f"code-{job.payload['challenge']}-{job.attempts}")


def mailed(session: Session, job: jobs.Claimed, outcome: mailer.Outcome) -> None:
    """Settle what mailing came to."""
    match outcome:
        case mailer.Accepted():
            jobs.finish(session, job)
        case mailer.Later():
            _again(session, job, outcome.why)
        case mailer.Refused():
            _not_sent(session, job, outcome.why)


def texted(session: Session, job: jobs.Claimed, delivery_id: int, outcome: texter.Outcome) -> None:
    """Settle what texting came to. When nobody knows it is left at that: who gets none can ask for another."""
    deliveries.settle_unasked(session, delivery_id, outcome)
    match outcome:
        case texter.Sent() | texter.Uncertain():
            jobs.finish(session, job)
        case texter.Later():
            _again(session, job, outcome.why)
        case texter.Refused():
            _not_sent(session, job, sms_codes.reason(outcome.code))


def body(issued: Issued, code: str, shop: str) -> str:
    """The text with the code, in one segment: what it is for is left out before it becomes two."""
    facts = _facts(issued, shop)
    written = (texting.render(wording.say(key, code=code, **facts), []) for key in ("code_text", "code_text_short"))
    return next((text for text in written if texting.segments(text).count == 1), wording.say("code_bare", code=code))


def _facts(issued: Issued, shop: str) -> dict[str, object]:
    purpose = wording.say(f"code_for_{issued.operation}", order=issued.order_id)
    return {"shop": shop, "purpose": purpose, "minutes": policy.current().codes.lifetime_minutes}


def _text(session: Session, job: jobs.Claimed, issued: Issued, shop: str) -> ToText | None:
    number = issued.contact.address
    if consent.stopped(session, number):
        _not_sent(session, job, sms_codes.reason(sms_codes.OPTED_OUT))
        return None
    real = body(issued, issued.code, shop)
    sent = Delivery(
        conversation_id=job.payload["conversation"],
        seq=NO_MESSAGE,
        to=number,
        body=body(issued, HIDDEN, shop),
        segments=texting.segments(real).count,
        state="sending",
        sending_at=clock.now(),
    )
    session.execute(_replaced(sent))
    session.add(sent)
    session.flush()
    return ToText(sent.id, number, real, 60.0 * policy.current().codes.lifetime_minutes)


def _replaced(by: Delivery) -> Any:
    """Codes to this number of which nobody learned what became of them: they are void."""
    same = (Delivery.conversation_id == by.conversation_id, Delivery.seq == NO_MESSAGE, Delivery.to == by.to)
    unknown = Delivery.state.in_(("sending", "uncertain"))
    reason = "A newer code was sent instead."
    return update(Delivery).where(*same, unknown).values(state="failed", reason=reason, changed_at=clock.now())


def _again(session: Session, job: jobs.Claimed, why: str) -> None:
    """It did not go out. The next attempt sends another code: this one is known to nobody any more."""
    if clock.now() - job.owed_at > PATIENCE:
        return _not_sent(session, job, why)
    wait_s = BACK_OFF_S * 2 ** min(job.attempts - 1, 5)
    jobs.later(session, job, clock.now() + timedelta(seconds=wait_s), unasked=True)
    return None


def _not_sent(session: Session, job: jobs.Claimed, why: str) -> None:
    """Nothing will come: the customer is told, and the job is kept where the operators look."""
    conversation = states.lock(session, job.payload["conversation"])
    if codes.void(session, job.payload["challenge"], clock.now()) and conversation.state == "bot":
        outbox.tell(session, conversation, "code_not_sent", [outbox.person()])
    jobs.give_up(session, job, why)
