"""Private notes: what agents write beside a conversation. They have a table and numbers of their own, and nothing that speaks to
customers or to the bot reads them.
"""

from typing import Any

from sqlalchemy import CompoundSelect, and_, select
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Agent, Conversation, Mention, Note
from handoff.rules import excerpts, mentions, queries
from handoff.rules.queries import Query
from shop.ground import clock
from shop.ground.db import ring
from shop.ground.errors import BadInput, Conflict

LONGEST = 4000
PAGE = 500


def write(session: Session, conversation: Conversation, agent: Agent, text: str, client_id: str) -> int:
    """Keep a note in a conversation that the caller has locked; returns its number. `BadInput` for one without words,
    `Conflict` for a client id that was used for other words."""
    words = text.strip()
    if not words:
        raise BadInput("The note is empty.")
    key = f"note:{conversation.id}:{agent.id}:{client_id}"
    before = session.scalar(select(Note).where(Note.key == key))
    if before is None:
        return _keep(session, conversation, agent, words, key)
    if before.text != words:
        raise Conflict("This client_id was used for another text.", code="client_id_reused")
    return before.no


def beside(session: Session, conversation: Conversation, agent: Agent, verb: str, text: str) -> None:
    """What an agent noted when they passed it on, parked or closed it stands in the thread, too."""
    if words := text.strip():
        _keep(session, conversation, agent, words, f"verb:{conversation.id}:{conversation.version}", verb)


def _keep(
    session: Session, conversation: Conversation, agent: Agent, words: str, key: str, verb: str | None = None
) -> int:
    told = mentions.named(session, words, agent.id)
    conversation.last_note += 1
    note = Note(
        conversation_id=conversation.id, no=conversation.last_note, after=conversation.last_seq, agent_id=agent.id,
        text=words, words=f" {' '.join(queries.folded(words))} ", verb=verb, key=key, at=clock.now(),
    )  # fmt: skip
    session.add(note)
    session.flush()
    mentions.tell(session, conversation, note, told)
    ring(session, states.CONSOLE_BELL)
    return note.no


def of(session: Session, conversation_id: str, after: int = 0) -> list[dict[str, Any]]:
    """The notes of a conversation after number `after`, oldest first, at most `PAGE`."""
    rows = session.execute(
        select(Note, Agent.name)
        .join(Agent, Agent.id == Note.agent_id)
        .where(Note.conversation_id == conversation_id, Note.no > after)
        .order_by(Note.no)
        .limit(PAGE)
    ).all()
    named = _named(session, [note.id for note, _ in rows])
    return [_shown(note, name, named.get(note.id, [])) for note, name in rows]


def with_words(session: Session, seen: CompoundSelect[str], query: Query, most: int) -> dict[str, dict[str, Any]]:
    """Conversation -> the last note in it that has all the words, as the search shows it; those that were written last."""
    ids = seen.subquery()
    *whole, last = (" ".join(words) for words in query.phrases)
    fits = [Note.words.contains(f" {phrase} ", autoescape=True) for phrase in whole]
    fits.append(Note.words.contains(f" {last}" if query.open else f" {last} ", autoescape=True))
    rows = session.execute(
        select(Note.conversation_id, Note.after, Note.text, Note.at, Agent.name)
        .join(Agent, Agent.id == Note.agent_id)
        .where(and_(*fits), Note.conversation_id.in_(select(ids.c.id)))
        .order_by(Note.id.desc())
        .limit(4 * most)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row.conversation_id in found or len(found) == most:
            continue
        pieces = [{"text": text, "hit": hit} for text, hit in excerpts.of(row.text, query).pieces]
        author = {"kind": "note", "name": row.name}
        found[row.conversation_id] = {
            "seq": row.after,
            "author": author,
            "at": clock.iso(row.at),
            "pieces": pieces,
        }
    return found


def _named(session: Session, note_ids: list[int]) -> dict[int, list[dict[str, str]]]:
    named: dict[int, list[dict[str, str]]] = {}
    if not note_ids:
        return named
    rows = session.execute(
        select(Mention.note_id, Agent.id, Agent.name)
        .join(Agent, Agent.id == Mention.agent_id)
        .where(Mention.note_id.in_(note_ids))
        .order_by(Mention.id)
    )
    for note_id, agent_id, name in rows:
        named.setdefault(note_id, []).append({"id": agent_id, "name": name})
    return named


def _shown(note: Note, name: str, named: list[dict[str, str]]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "no": note.no,
        "after": note.after,
        "author": {"id": note.agent_id, "name": name},
        "text": note.text,
        "mentions": named,
        "at": clock.iso(note.at),
        "verb": note.verb,
    }
    if note.key.startswith("note:"):
        shown["client_id"] = note.key.split(":", 3)[-1]
    return shown
