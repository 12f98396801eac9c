"""How often the shop may speak first: what it says of its own accord counts, for thirty days, up to what the policy gives the
customer's tier. An answer, a code and whatever a customer waits for are none of it.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from handoff.models import Contact, Conversation, Delivery
from handoff.routing import policy
from shop import customers, value
from shop.ground import clock

MONTH = timedelta(days=30)
NEVER_CAME = ("failed", "undelivered")  # a text that reached nobody was not said
GAVE_UP, RATING, INVITATION = "gave_up", "rating", "invitation"


@dataclass(frozen=True)
class Whom:
    """A customer; of a stranger the number alone, or nothing."""

    customer_id: str | None = None
    number: str | None = None


@dataclass(frozen=True)
class Standing:
    """How often somebody was spoken to in the last thirty days, and how often they may be."""

    tier: str
    most: int
    had: int

    @property
    def refusal(self) -> str:
        """Why no more may be said now; nothing where it may."""
        if self.had < self.most:
            return ""
        if not self.most:
            return f"Customers of the tier {self.tier} are never spoken to first."
        times = "once" if self.most == 1 else f"{self.most} times"
        return f"Customers of the tier {self.tier} are spoken to first {times} in 30 days at the most."


def standing(session: Session, whom: Whom, but: int | None = None) -> Standing:
    """As of now; `but` is a contact that is not counted."""
    rules = policy.current()
    found = value.tier(session, whom.customer_id, clock.now()).name if whom.customer_id else None
    tier = found if found in rules.tiers else next(reversed(rules.tiers))
    return Standing(tier, rules.tiers[tier].proactive_a_month, _had(session, whom, but))


def proactive(session: Session, conversation: Conversation, seq: int, kind: str) -> None:
    """What was just said by text was said of our own accord: it goes out only if the limit lets it."""
    where = (Delivery.conversation_id == conversation.id, Delivery.seq == seq)
    delivery = session.scalars(select(Delivery).where(*where)).one()
    session.add(Contact(kind=kind, customer_id=conversation.customer_id, number=delivery.to, delivery_id=delivery.id))


def of(session: Session, delivery: Delivery) -> Contact | None:
    """The contact that this text is, if it is one."""
    return session.scalar(select(Contact).where(Contact.delivery_id == delivery.id))


def checked(session: Session, contact: Contact) -> str:
    """Why this one must not go out now, which is written down; else nothing. Two at once to one customer are counted one after
    the other."""
    whom = Whom(contact.customer_id, contact.number)
    if whom.customer_id:
        customers.lock(session, whom.customer_id)
    why = standing(session, whom, contact.id).refusal
    if why:
        contact.at, contact.refused = clock.now(), why
    return why


def refusal(session: Session, conversation: Conversation, number: str, kind: str) -> str:
    """Asked before something of this kind is said by text: why it must not be, which is written down; else nothing."""
    whom = Whom(conversation.customer_id, number)
    why = standing(session, whom).refusal
    if why:
        _refused(session, kind, whom, why)
    return why


def invited(session: Session, customer_id: str | None, shown: int) -> str:
    """A page is about to ask whether help is wanted: why it must not, or nothing, and then it counts. Of a visitor, whom nobody
    knows, `shown` is what their browser has shown them in thirty days."""
    if customer_id is None:
        known = standing(session, Whom())
        return Standing(known.tier, known.most, shown).refusal
    customers.lock(session, customer_id)
    whom = Whom(customer_id)
    why = standing(session, whom).refusal
    if why:
        _refused(session, INVITATION, whom, why)
    else:
        session.add(Contact(kind=INVITATION, customer_id=customer_id, at=clock.now()))
        session.flush()
    return why


def lately(session: Session, customer_id: str) -> list[Contact]:
    """What was said to a customer in the last thirty days, or was not because of the limit; the newest first."""
    recent = (_theirs(Whom(customer_id)), Contact.at > clock.now() - MONTH)
    return list(session.scalars(select(Contact).where(*recent).order_by(Contact.at.desc(), Contact.id.desc())))


def _refused(session: Session, kind: str, whom: Whom, why: str) -> None:
    """It was not even said: that is kept, the last time of each kind in a month."""
    lately = (Contact.kind == kind, Contact.refused.is_not(None), Contact.delivery_id.is_(None), _theirs(whom))
    contact = session.scalar(select(Contact).where(*lately, Contact.at > clock.now() - MONTH).limit(1))
    contact = contact or Contact(kind=kind, customer_id=whom.customer_id, number=whom.number)
    contact.at, contact.refused = clock.now(), why
    session.add(contact)
    session.flush()


def _theirs(whom: Whom) -> ColumnElement[bool]:
    own = [Contact.customer_id == whom.customer_id] if whom.customer_id else []
    return or_(*own, *([Contact.number == whom.number] if whom.number else []))


def _had(session: Session, whom: Whom, but: int | None) -> int:
    if whom.customer_id is None and whom.number is None:
        return 0
    counts = (
        _theirs(whom),
        Contact.at > clock.now() - MONTH,
        Contact.refused.is_(None),
        or_(Contact.delivery_id.is_(None), Delivery.state.not_in(NEVER_CAME)),
    )
    found = select(func.count()).select_from(Contact).outerjoin(Delivery, Delivery.id == Contact.delivery_id)
    return session.scalar(found.where(*counts, Contact.id != (but or 0))) or 0
