"""Who gave up waiting. The time they had waited counts when they come back; and who says no more hears from us once by text,
as the policy says, or else their representative sees it.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Address, Conversation, Cover, Wait
from handoff.routing import books, policy
from handoff.rules import consent, contacts, outbox, quiet, reach
from shop import identity
from shop.ground import clock, jobs

DUE, REASON, STAGE = "gave_up_due", "gave_up", "gave_up"


def points(session: Session, conversation: Conversation, customer_id: str | None) -> int:
    """In favour of a new request: what their last wait would have been worth by ageing, if they gave it up lately; the
    policy's points at most, so that nobody gains by it."""
    rules, last = policy.current(), _last(session, conversation, customer_id)
    if last is None or last.outcome != "abandoned" or last.ended_at is None:
        return 0
    if clock.now() - last.ended_at > rules.gave_up.within:
        return 0
    waited = last.ended_at - last.began_at
    return min(rules.reasons.get(REASON, 0), int(waited / timedelta(minutes=1) * rules.ageing))


def watch(session: Session, conversation: Conversation, waited: timedelta) -> None:
    """They just gave up: look a while later whether they came back."""
    rules = policy.current().gave_up
    if rules.follow_up != "none" and waited >= rules.waited:
        key = f"{DUE}:{conversation.id}:{conversation.version}"
        payload = {
            "conversation": conversation.id,
            "version": conversation.version,
            "seq": conversation.last_customer_seq,
        }
        jobs.owe(session, DUE, f"timer:{key}", payload, due_at=clock.now() + rules.after, key=key)


def due(session: Session, conversation_id: str, version: int, seq: int) -> None:
    """They have not been back since, and said nothing to the assistant either."""
    conversation = states.lock(session, conversation_id)
    silent = conversation.version == version and conversation.last_customer_seq == seq
    if not silent or conversation.state != "bot":
        return
    number = _number(session, conversation) if policy.current().gave_up.follow_up == "text" else None
    refusal = contacts.refusal(session, conversation, number.value, contacts.GAVE_UP) if number else ""
    allowed = quiet.allowed_from(number.value, clock.now()) if number else None
    if number is None or allowed is None or refusal:
        _note(session, conversation, refusal)
    elif allowed > clock.now():
        key = f"{DUE}:{conversation.id}:{version}"
        payload = {"conversation": conversation.id, "version": version, "seq": seq}
        jobs.owe(session, DUE, f"timer:{key}", payload, due_at=allowed, key=key)
    else:
        _text(session, conversation, number)


def _number(session: Session, conversation: Conversation) -> Address | None:
    """Where they can be texted, and agreed to be told what they did not ask for."""
    by_text = conversation.channel == "sms"
    found = session.get(Address, conversation.address_id) if by_text else reach.textable(session, conversation)
    if found is None or consent.stopped(session, found.value) or not consent.agreed(session, found.value, "updates"):
        return None
    return found


def _text(session: Session, conversation: Conversation, number: Address) -> None:
    session.add(number)
    number.conversation_id, number.customer_id = conversation.id, conversation.customer_id
    session.flush()
    conversation.channel, conversation.address_id = "sms", number.id
    seq = outbox.tell(session, conversation, "gave_up_text", [outbox.person()])
    contacts.proactive(session, conversation, seq, contacts.GAVE_UP)
    states.note(session, conversation, by="system", why="gave_up_texted", detail={"rule": "gave_up"})


def _note(session: Session, conversation: Conversation, instead: str) -> None:
    """Their representative sees that they gave up, until she has looked at it; without one it stays with the record."""
    customer_id = identity.of(session, conversation.id).customer_id
    own = books.representative(session, customer_id) if customer_id else None
    if own is None:
        return
    theirs = Cover.conversation_id == conversation.id, Cover.representative_id == own.id, Cover.seen_at.is_(None)
    cover = session.scalar(select(Cover).where(*theirs)) or Cover(conversation_id=conversation.id)
    cover.representative_id, cover.agent_id, cover.stage, cover.at = own.id, None, STAGE, clock.now()
    session.add(cover)
    detail = {"rule": "gave_up", "to": own.id, **({"note": instead} if instead else {})}
    states.note(session, conversation, by="system", why="gave_up_noted", detail=detail)


def _last(session: Session, conversation: Conversation, customer_id: str | None) -> Wait | None:
    """Their last wait, in whichever conversation."""
    theirs = Wait.conversation_id == conversation.id
    if customer_id:
        own = select(Conversation.id).where(Conversation.customer_id == customer_id)
        theirs = Wait.conversation_id.in_(own.union(select(Conversation.id).where(Conversation.id == conversation.id)))
    return session.scalar(select(Wait).where(theirs).order_by(Wait.id.desc()).limit(1))
