"""The people of a test: customers, agents, books, and visitors who write; each is one call."""

from datetime import timedelta
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.jobs import timers
from handoff.models import Absence, Address, Agent, Assignment, Book, Conversation, Message, Option
from handoff.routing import offers, presence, shifts
from handoff.rules import inbox, sessions
from handoff.rules.inbox import Accepted, Inbound
from handoff.rules.sessions import Opened
from shop.ground import clock, jobs
from shop.identity import Token
from shop.models import DELIVERED, Customer, Order

WEEK = timedelta(days=7)
_numbers = count(1)


def customer(session: Session, name: str, *, gold: bool = False, phone: str | None = None) -> str:
    """A customer whose id is their name in lower case. All gold ones spent the same, the others nothing."""
    first, _, last = name.partition(" ")
    made = Customer(
        id=name.lower(), sequence=next(_numbers), first_name=first, last_name=last, phone=phone,
        email=f"{first.lower()}@example.com", email_key=f"{first.lower()}@example.com",
    )  # fmt: skip
    session.add(made)
    session.flush()
    if gold:
        session.add(
            Order(
                id=f"#W{next(_numbers):07}", customer_id=made.id, sequence=1, status=DELIVERED, currency="USD",
                paid_minor=900_000, placed_at=clock.now() - timedelta(days=30),
            )
        )  # fmt: skip
        session.flush()
    return made.id


def agent(
    session: Session,
    name: str,
    *,
    here: bool = True,
    capacity: int = 6,
    at: str | None = None,
    room: int | None = None,
    deputy: str | None = None,
) -> str:
    """An agent whose id is their name in lower case, on shift unless said otherwise."""
    made = Agent(id=name.lower(), name=name, email=at or f"{name.lower()}@shop.example", password_hash="-")
    made.capacity, made.room, made.deputy_id = capacity, room, deputy
    session.add(made)
    session.flush()
    if here:
        shifts.come(session, made.id)
    return made.id


def book(session: Session, customer_id: str, agent_id: str, deputy: str | None = None) -> None:
    since = clock.now() - timedelta(days=90)
    session.add(Book(customer_id=customer_id, agent_id=agent_id, since=since, deputy_id=deputy))
    session.flush()


def on_leave(session: Session, agent_id: str, *, days: float = 7, deputy: str | None = None) -> Absence:
    """The agent's leave begins now."""
    now = clock.now()
    made = Absence(agent_id=agent_id, since=now, until=now + timedelta(days=days), reason="holiday", deputy_id=deputy)
    session.add(made)
    session.flush()
    return made


def visitor(session: Session, customer_id: str | None = None) -> Opened:
    """A web session, signed by the shop when there is a customer."""
    signed = Token(customer_id, f"jti-{next(_numbers)}", clock.now() + timedelta(minutes=5)) if customer_id else None
    return sessions.open_web(session, signed, WEEK)


def address(session: Session, opened: Opened) -> int:
    return sessions.web_address(session, opened.visitor).id


def writes(session: Session, opened: Opened, text: str, key: str | None = None) -> Accepted:
    return inbox.accept(session, address(session, opened), Inbound("web", key or f"c-{next(_numbers)}", text))


def taps(session: Session, opened: Opened, option: str, key: str | None = None) -> Accepted:
    return inbox.accept(session, address(session, opened), Inbound("web", key or f"c-{next(_numbers)}", option=option))


def asks_for_a_person(session: Session, customer_id: str | None = None) -> str:
    """A customer comes and taps "Talk to a person"; the conversation's id."""
    return taps(session, visitor(session, customer_id), "person").conversation


def texts(session: Session, number: str, words: str) -> Accepted:
    """A text from a number."""
    return inbox.accept(session, sessions.open_by_phone(session, number), Inbound("sms", f"SM{next(_numbers)}", words))


def conversation(session: Session, conversation_id: str) -> Conversation:
    session.flush()  # what is not written yet would be forgotten
    session.expire_all()
    return states.lock(session, conversation_id)


def locked(session: Session, agent_id: str) -> Agent:
    return presence.lock_agent(session, agent_id)


def stays(session: Session, *agent_ids: str) -> None:
    """Signs of life."""
    for agent_id in agent_ids:
        presence.renew(session, agent_id)


def said(session: Session, conversation_id: str) -> list[Message]:
    return list(
        session.scalars(select(Message).where(Message.conversation_id == conversation_id).order_by(Message.seq))
    )


def told(session: Session, conversation_id: str) -> list[str]:
    """What the gateway itself said there."""
    return [message.text for message in said(session, conversation_id) if message.kind == "system"]


def options(session: Session, conversation_id: str) -> list[str]:
    """The ids of all options ever offered there, in order."""
    where = Option.conversation_id == conversation_id
    return list(session.scalars(select(Option.id).where(where).order_by(Option.seq, Option.position)))


def assignments(session: Session, conversation_id: str) -> list[Assignment]:
    """Every change of who answers, in order."""
    return [row for row, is_change in _written(session, conversation_id) if is_change]


def notes(session: Session, conversation_id: str) -> list[Assignment]:
    """Decisions that moved nothing."""
    return [row for row, is_change in _written(session, conversation_id) if not is_change]


def _written(session: Session, conversation_id: str) -> list[tuple[Assignment, bool]]:
    """Every row, and whether it changed something: a note stands at the version that was there."""
    where = Assignment.conversation_id == conversation_id
    rows = list(session.scalars(select(Assignment).where(where).order_by(Assignment.id)))
    return [(row, row.version > before) for row, before in zip(rows, [1, *(row.version for row in rows)], strict=False)]


def owed(session: Session, kind: str) -> list[jobs.Job]:
    where = (jobs.Job.kind == kind, jobs.Job.failed_at.is_(None))
    return list(session.scalars(select(jobs.Job).where(*where).order_by(jobs.Job.id)))


def offered_to(session: Session, conversation_id: str) -> str | None:
    """The one agent who has it in front of them, if any."""
    session.expire_all()
    asked = offers.agents(session, conversation_id)
    assert len(asked) < 2
    return asked[0] if asked else None


def addresses_of(session: Session, conversation_id: str) -> int:
    return session.scalar(select(func.count()).where(Address.conversation_id == conversation_id)) or 0


def run_timers(session: Session) -> None:
    """Settle the timer jobs that are due now, as the worker would."""
    while (job := jobs.claim(session, 30, tuple(timers.RULES))) is not None:
        jobs.finish(session, job)
        timers.settle(session, job.kind, job.payload)
        session.flush()
