"""An agent answered on the website and the customer has left: they are told by text, where they agreed to that, or by mail.

Once for each absence: what is written after that waits for them in the thread.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff import states, wording
from handoff.models import Conversation, Message
from handoff.rules import consent, marks, outbox, pace, reach, texting
from shop import customers, identity
from shop.ground import clock, jobs

JOB = "tell_answered"
AFTER = timedelta(minutes=2)  # unread for so long: they are not there


def owe(session: Session, conversation: Conversation) -> None:
    """Look after a while whether they saw it. One look is enough, however much is written until then."""
    jobs.owe(
        session, JOB, f"{JOB}:{conversation.id}", {"conversation": conversation.id},
        due_at=clock.now() + AFTER, key=f"{JOB}:{conversation.id}",
    )  # fmt: skip


def due(session: Session, job: jobs.Claimed, shop: str, link: str) -> None:
    """Tell them, unless they saw it, came back, or were told."""
    conversation = states.lock(session, job.payload["conversation"])
    unseen = _unseen(session, conversation)
    if unseen and clock.now() < unseen[-1].at + AFTER:
        jobs.later(session, job, unseen[-1].at + AFTER)
        return
    told = any((message.meta or {}).get("told") for message in unseen)
    if not jobs.finish(session, job) or not unseen or told or conversation.channel != "web":
        return
    how = _by_text(session, conversation, unseen, shop) or _by_mail(session, conversation, unseen, shop, link)
    if how:
        last = unseen[-1]
        last.meta = {**(last.meta or {}), "told": how}


def _unseen(session: Session, conversation: Conversation) -> list[Message]:
    """What agents wrote since the customer last wrote or read."""
    seen = max(conversation.last_customer_seq, marks.of(session, conversation.id)["customer"])
    where = (Message.conversation_id == conversation.id, Message.kind == "agent", Message.seq > seen)
    return list(session.scalars(select(Message).where(*where).order_by(Message.seq)))


def _by_text(session: Session, conversation: Conversation, unseen: list[Message], shop: str) -> str | None:
    """From now on the thread goes on there: they agreed to be told by text."""
    address = reach.textable(session, conversation)
    if address is None or not consent.agreed(session, address.value, "updates"):
        return None
    reach.by_text(session, conversation)
    words = wording.say("answered_text", agent=unseen[-1].name, shop=shop, text=_words(unseen))
    outbox.owe_text(session, conversation, unseen[-1].seq, texting.render(words, []), pace.NOTICE)
    return "text"


def _by_mail(session: Session, conversation: Conversation, unseen: list[Message], shop: str, link: str) -> str | None:
    customer_id = identity.of(session, conversation.id).customer_id
    customer = customers.some(session, [customer_id]).get(customer_id) if customer_id else None
    if customer is None or "@" not in customer.email:
        return None
    facts = {"agent": unseen[-1].name, "shop": shop, "name": customer.first_name, "link": link}
    payload = {
        "to": customer.email,
        "subject": wording.say("answered_mail_subject", **facts),
        "text": wording.say("answered_mail", text=_words(unseen), **facts),
    }
    jobs.owe(session, "send_mail", f"mail:{customer.email}", payload, key=f"answered-mail:{unseen[-1].id}")
    return "mail"


def _words(unseen: list[Message]) -> str:
    return "\n\n".join(message.text for message in unseen)
