"""Searching what an agent may see: by words of the thread, and by what is known of the customer. Nothing else is looked
at, counted or told: how much there is beyond the page is not said, only that there is more.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    String,
    and_,
    cast,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
    true,
)
from sqlalchemy.orm import Session

from handoff.models import Address, Closing, Conversation, Message, SearchThread
from handoff.rules import excerpts, notes, queries
from handoff.rules.queries import Query
from handoff.rules.seeing import visible
from shop import customers
from shop.ground import clock
from shop.models import Customer, Order

PAGE = 30
BLOCK = 32  # as in the revision that made the blocks
_words = table("search_words", column("rowid"))
_blocks = table("search_blocks", column("no"), column("block"), column("words"))


@dataclass(frozen=True)
class Wish:
    """What is looked for, and among what. Empty words: everything that fits the rest, the newest first."""

    words: str = ""
    states: tuple[str, ...] = ()
    queue: str = ""
    channel: str = ""
    tag: str = ""
    since: datetime | None = None
    until: datetime | None = None
    mine: bool = False


@dataclass(frozen=True)
class Found:
    """Conversations, those of a customer who was meant first, else the newest first. `more`: not all are shown."""

    items: list[dict[str, Any]]
    more: bool


def find(session: Session, agent_id: str, wish: Wish) -> Found:
    """At most a page of what the agent may see and wants."""
    query, seen = queries.read(wish.words), visible(session, agent_id, _among(agent_id, wish))
    if query.empty:
        ids = [] if wish.words.strip() else _newest(session, seen, true())
        return _page(session, [(one, "") for one in ids], {}, {}, query)
    known = _newest(session, seen, _about(session, query))
    blocks, noted = _with_words(session, seen, query), notes.with_words(session, seen, query, PAGE + 1)
    said = _newest(session, seen, Conversation.id.in_([*blocks, *noted])) if noted else list(blocks)
    found = [(one, "customer") for one in known] + [(one, "words") for one in said if one not in set(known)]
    return _page(session, found, blocks, noted, query)


def _among(agent_id: str, wish: Wish) -> ColumnElement[bool]:
    """The filters, as a condition on conversations."""
    conditions = [
        Conversation.state.in_(wish.states) if wish.states else None,
        Conversation.queue == wish.queue if wish.queue else None,
        Conversation.channel == wish.channel if wish.channel else None,
        _tagged(wish.tag) if wish.tag else None,
        Conversation.changed_at >= wish.since if wish.since else None,
        Conversation.opened_at < wish.until if wish.until else None,
        Conversation.held_by == agent_id if wish.mine else None,
    ]
    return and_(true(), *(condition for condition in conditions if condition is not None))


def _newest(session: Session, seen: CompoundSelect[str], wanted: ColumnElement[bool]) -> list[str]:
    """Those of the conversations that are `wanted`: a condition on them and their customers."""
    ids = seen.subquery()
    rows = select(Conversation.id).outerjoin(Customer, Customer.id == Conversation.customer_id)
    rows = rows.where(Conversation.id.in_(select(ids.c.id)), wanted)
    return list(session.scalars(rows.order_by(Conversation.opened_at.desc(), Conversation.id).limit(PAGE + 1)))


def _about(session: Session, query: Query) -> ColumnElement[bool]:
    """Is it with a customer of this name, e-mail address, number or order, or under this topic?"""
    words = [word for phrase in query.phrases for word in phrase]
    ways: list[ColumnElement[bool]] = []
    if "@" in query.raw:
        ways.append(Customer.email_key.startswith(customers.email_key(query.raw), autoescape=True))
    elif query.digits:
        texts = select(Address.conversation_id).where(Address.kind == "sms", Address.value.endswith(query.digits))
        ways += [Customer.phone.endswith(query.digits), Conversation.id.in_(texts)]
    else:
        ways.append(and_(*(_named(word) for word in words)))
    if owner := _owner(session, query.raw):
        ways.append(Conversation.customer_id == owner)
    ways.append(_tagged(query.raw.lower()))
    return or_(*ways)


def _tagged(word: str) -> ColumnElement[bool]:
    """Was it about this, or closed with this code or tag?"""
    tags = cast(Closing.tags, String).contains(json.dumps(word), autoescape=True)
    closed = exists().where(Closing.conversation_id == Conversation.id, or_(Closing.code == word, tags))
    return or_(Conversation.topic == word, closed)


def _named(word: str) -> ColumnElement[bool]:
    first, last = func.lower(Customer.first_name), func.lower(Customer.last_name)
    return or_(first.startswith(word, autoescape=True), last.startswith(word, autoescape=True))


def _owner(session: Session, raw: str) -> str | None:
    """Whose order this is, however its number is written."""
    plain = raw.lstrip("#").upper()
    return session.scalar(select(Order.customer_id).where(Order.id.in_({raw, plain, f"#{plain}"})).limit(1))


def _with_words(session: Session, seen: CompoundSelect[str], query: Query) -> dict[str, int]:
    """Conversation -> the last block of it that has all the words; those that began last come first."""
    ids = seen.subquery()
    mine = select(SearchThread.no).where(SearchThread.conversation_id.in_(select(ids.c.id)))
    if session.get_bind().dialect.name == "sqlite":
        no = _words.c.rowid.op(">>")(16)
        fits = literal_column("search_words").op("MATCH")(query.fts5())
        rows = select(no.label("no"), _words.c.rowid.op("&")(65535).label("block")).select_from(_words)
        rows = rows.where(fits, no.in_(mine)).order_by(_words.c.rowid.desc())
    else:
        wanted = func.to_tsquery(literal_column("CAST('simple' AS regconfig)"), query.tsquery())
        rows = select(_blocks.c.no, _blocks.c.block).where(_blocks.c.words.op("@@")(wanted), _blocks.c.no.in_(mine))
        rows = rows.order_by(_blocks.c.no.desc(), _blocks.c.block.desc())
    last: dict[int, int] = {}
    for no_, block in session.execute(rows.limit(4 * PAGE)):
        if len(last) > PAGE:
            break
        last.setdefault(int(no_), int(block))
    names = select(SearchThread.no, SearchThread.conversation_id).where(SearchThread.no.in_(last))
    named = {row.no: row.conversation_id for row in session.execute(names)}
    return {named[number]: block for number, block in last.items()}


def _page(
    session: Session,
    found: Sequence[tuple[str, str]],
    blocks: dict[str, int],
    noted: dict[str, dict[str, Any]],
    query: Query,
) -> Found:
    shown = found[:PAGE]
    rows = {
        row.id: row
        for row in session.scalars(select(Conversation).where(Conversation.id.in_([one for one, _ in shown])))
    }
    names = customers.names(session, [row.customer_id for row in rows.values() if row.customer_id])
    best = {**noted, **_best(session, {one: blocks[one] for one, _ in shown if one in blocks}, query)}
    items = [_item(rows[one], names, by, best.get(one)) for one, by in shown]
    return Found(items, len(found) > PAGE)


def _item(row: Conversation, names: dict[str, str], by: str, excerpt: dict[str, Any] | None) -> dict[str, Any]:
    name = names.get(row.customer_id or "")
    return {
        "id": row.id,
        "customer": {"id": row.customer_id, "name": name} if name else None,
        "state": row.state,
        "channel": row.channel,
        "queue": row.queue,
        "topic": row.topic,
        "tier": row.tier,
        "opened_at": clock.iso(row.opened_at),
        "closed_at": clock.iso(row.closed_at) if row.closed_at else None,
        "by": by,
        "excerpt": excerpt,
    }


def _best(session: Session, blocks: dict[str, int], query: Query) -> dict[str, dict[str, Any]]:
    """Of each conversation the message that has most of what was looked for; of several the last."""
    if not blocks:
        return {}
    place = Message.seq.op("/")(BLOCK)
    inside = Message.conversation_id.in_(blocks), place.in_(set(blocks.values())), Message.kind != "system"
    columns = (Message.conversation_id, Message.seq, Message.kind, Message.name, Message.at, Message.text)
    best: dict[str, tuple[tuple[int, int], dict[str, Any]]] = {}
    for row in session.execute(select(*columns).where(*inside)):
        if row.seq // BLOCK != blocks[row.conversation_id]:
            continue
        cut = excerpts.of(row.text, query)
        rank = (cut.found, row.seq)
        if row.conversation_id not in best or rank > best[row.conversation_id][0]:
            pieces = [{"text": text, "hit": hit} for text, hit in cut.pieces]
            author = {"kind": row.kind, "name": row.name}
            shown = {"seq": row.seq, "author": author, "at": clock.iso(row.at), "pieces": pieces}
            best[row.conversation_id] = rank, shown
    return {one: shown for one, (_, shown) in best.items()}
