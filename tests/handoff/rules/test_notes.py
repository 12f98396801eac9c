"""Private notes: their place and number, who is told, who sees what because of it, and that their words stay among colleagues."""

import ast
import json
import random
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, true
from sqlalchemy.orm import Session

from handoff.console import verbs
from handoff.models import Address, Agent, Conversation, Note
from handoff.routing import holding, shifts
from handoff.rules import board, listed, mentions, notes, search, thread, transcripts
from handoff.rules.inbox import REOPEN
from handoff.rules.seeing import visible
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict, Forbidden, NotFound, Refusal
from shop.ground.settings import Settings
from tests import test_architecture as architecture
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.rules.test_board import AGENTS, _people, _something_happens

SECRET = "zwetschgenkompott"


def held(session: Session, *others: str) -> Conversation:
    """Alice answers a visitor; the others see nothing of it."""
    world.agent(session, "Alice")
    conversation = world.conversation(session, world.asks_for_a_person(session))
    holding.accept(session, conversation, world.locked(session, "alice"))
    for name in others:
        world.agent(session, name)
    return conversation


def noted(session: Session, conversation: Conversation, words: str, by: str = "alice", key: str = "") -> int:
    return notes.write(session, conversation, session.get_one(Agent, by), words, key or f"k{conversation.last_note}")


def test_a_note_stands_behind_what_was_said_and_takes_none_of_its_numbers(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, alice = held(session), world.locked(session, "alice")
        before = conversation.last_seq
        assert noted(session, conversation, "  Knows a lot\n", key="c1") == 1
        assert noted(session, conversation, "Knows a lot", key="c1") == 1
        with pytest.raises(Conflict, match="another text"):
            noted(session, conversation, "something else", key="c1")
        with pytest.raises(BadInput, match="empty"):
            noted(session, conversation, " \n ", key="c2")
        assert holding.reply(session, conversation, alice, "Hello", "r1") == before + 1
        assert noted(session, conversation, "Was friendly") == 2
        shown = board.conversation(session, "alice", conversation.id)
        assert [(one["no"], one["after"], one["text"]) for one in shown["notes"]] == [
            (1, before, "Knows a lot"),
            (2, before + 1, "Was friendly"),
        ]
        assert shown["notes"][0]["client_id"] == "c1"
        assert [message["seq"] for message in shown["messages"]] == list(range(1, before + 2))
        assert [one["no"] for one in board.conversation(session, "alice", conversation.id, 0, 1)["notes"]] == [2]


NAMED = {
    "@Ben please look": ["ben"],
    "ask @ben, or @BEN.": ["ben"],
    "@Ana Maria knows": ["ana maria"],
    "@Ana and @Ana Maria": ["ana", "ana maria"],
    "(@Zoë O'Neil)": ["zoë o'neil"],
    "@Zoe\u0308 O'Neil": ["zoë o'neil"],
    "@Alice is me": [],
    "ben@Ben.example, @Benedict, @Gone, Ben, @ Ben": [],
}


def test_who_is_named_in_it(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        conversation = held(session, "Ben", "Ana", "Ana Maria", "Zoë O'Neil", "Gone")
        session.get_one(Agent, "gone").disabled_at = conversation.opened_at
        for words, told in NAMED.items():
            no = noted(session, conversation, words)
            [note] = notes.of(session, conversation.id, no - 1)
            assert sorted(one["id"] for one in note["mentions"]) == sorted(told), words
        assert sorted(one["id"] for one in mentions.participants(session, conversation)) == [
            "ana",
            "ana maria",
            "ben",
            "zoë o'neil",
        ]


def test_twenty_colleagues_are_the_most(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        names = [f"Colleague {chr(65 + n)}" for n in range(mentions.MOST + 1)]
        conversation = held(session, *names)
        with pytest.raises(BadInput, match="20 colleagues"):
            noted(session, conversation, " ".join(f"@{name}" for name in names))
        noted(session, conversation, " ".join(f"@{name}" for name in names[1:]), key="fits")


def test_a_mention_lets_one_read_along_and_write_notes_until_it_is_closed(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation = held(session, "Ben")
        assert not _sees(session, "ben", conversation)
        noted(session, conversation, "@Ben, what would you do?")
        assert _sees(session, "ben", conversation)
        shown = board.conversation(session, "ben", conversation.id)
        assert (shown["along"], shown["can"], len(shown["notes"])) == (True, [], 1)
        assert board.conversation(session, "alice", conversation.id)["along"] is False
        assert [*vars(board.lists(session, "ben")).values()] == [[], [], [], [], []]
        with pytest.raises(Forbidden, match="read along"):
            verbs.seen(session, "ben", conversation.id)
        clock.advance(5)
        noted(session, conversation, "I would send a new one", by="ben")
        shifts.go(session, "alice", "away")  # whose conversation anybody who deals with it could now take over
        assert board.conversation(session, "ben", conversation.id)["can"] == []
        holding.close(session, conversation, world.locked(session, "alice"))
        assert not _sees(session, "ben", conversation)
        with pytest.raises(NotFound):
            verbs.seen(session, "ben", conversation.id)
        assert mentions.participants(session, conversation) == []
        noted(session, conversation, "@Ben it went well")
        assert _sees(session, "ben", conversation)
        clock.advance(seconds=REOPEN.total_seconds())
        assert not _sees(session, "ben", conversation)


def test_a_mention_does_not_come_back_when_the_conversation_does(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        visitor = world.visitor(session)
        conversation = world.conversation(session, world.taps(session, visitor, "person").conversation)
        holding.accept(session, conversation, world.locked(session, "alice"))
        world.agent(session, "Ben")
        noted(session, conversation, "@Ben please look")
        holding.close(session, conversation, world.locked(session, "alice"))
        clock.advance(60)
        world.writes(session, visitor, "one more thing")
        conversation = world.conversation(session, conversation.id)
        assert conversation.state != "closed"
        assert not mentions.takes_part(session, "ben", conversation.id)
        assert mentions.of_agent(session, "ben") == []


def _sees(session: Session, agent: str, conversation: Conversation) -> bool:
    """As every way of looking has it."""
    session.flush()
    single = board.may_see(session, agent, conversation)
    assert (conversation.id in session.scalars(visible(session, agent, true())).all()) is single
    assert (conversation.id in listed.versions(session, agent)) is single
    assert ([item["id"] for item in mentions.of_agent(session, agent)] == [conversation.id]) is single
    return single


def test_what_is_unread_comes_first_and_is_read_up_to_what_was_seen(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        first = held(session, "Ben")
        noted(session, first, "@Ben one")
        noted(session, first, "@Ben two")
        second = world.conversation(session, world.asks_for_a_person(session, world.customer(session, "Mia")))
        noted(session, second, "@Ben three")
        assert [(one["text"], one["unread"]) for one in mentions.of_agent(session, "ben")] == [
            ("@Ben three", True),
            ("@Ben two", True),
        ]
        assert mentions.of_agent(session, "ben")[0]["customer"] == {"id": "mia", "name": "Mia"}
        mentions.seen(session, second.id, "ben", 1)
        mentions.seen(session, first.id, "ben", 1)
        assert [(one["text"], one["unread"]) for one in mentions.of_agent(session, "ben")] == [
            ("@Ben two", True),
            ("@Ben three", False),
        ]
        assert [one["read"] for one in mentions.participants(session, first)] == [False]
        mentions.seen(session, first.id, "ben", 2)
        assert [one["read"] for one in mentions.participants(session, first)] == [True]
        second.state, second.held_by = "held", "ben"
        assert [one["id"] for one in mentions.of_agent(session, "ben")] == [first.id]  # the other is in Mine


def test_what_was_said_with_a_verb_stands_among_the_notes(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        conversation = held(session, "Ben")
        alice = session.get_one(Agent, "alice")
        for verb, words in (("park", "@Ben knows more"), ("transfer", " "), ("close", "All good")):
            conversation.version += 1
            notes.beside(session, conversation, alice, verb, words)
        assert [(one["verb"], one["text"]) for one in notes.of(session, conversation.id)] == [
            ("park", "@Ben knows more"),
            ("close", "All good"),
        ]
        assert [one["id"] for one in mentions.of_agent(session, "ben")] == [conversation.id]


def test_the_search_finds_notes_for_those_who_see_the_conversation(db: Database) -> None:
    with db.transaction() as session:
        conversation = held(session, "Ben")
        other = world.conversation(session, world.asks_for_a_person(session))
        noted(session, conversation, "Likes QUETSCHE and Café, order #W77")
        noted(session, other, "No fruit")
        for words in ("quetsche", "cafe", "quet", '"and café"', "W77 likes"):
            [item] = search.find(session, "alice", search.Wish(words)).items
            assert (item["id"], item["excerpt"]["author"]) == (conversation.id, {"kind": "note", "name": "Alice"})
            assert search.find(session, "ben", search.Wish(words)).items == []
        for words in ("uetsche", '"cafe and"', "quetsche fruit", "100%", "_"):
            assert search.find(session, "alice", search.Wish(words)).items == [], words


@pytest.mark.parametrize("seed", range(2))
def test_on_any_day_notes_reach_colleagues_alone(db: Database, clock: Clock, settings: Settings, seed: int) -> None:
    """Notes are written at any moment of a day. Every way of looking agrees on who sees them; and nothing else that is
    kept, sent, printed or asked holds a word of them."""
    luck = random.Random(seed)
    with db.transaction() as session:
        visitors = [world.visitor(session, customer) for customer in _people(session)]
        for _ in range(30):
            try:
                _something_happens(session, luck, visitors)
            except Refusal:
                continue
            clock.advance(1)
            if rows := session.scalars(select(Conversation).order_by(Conversation.opened_at)).all():
                author, other = luck.sample(AGENTS, 2)
                noted(session, luck.choice(rows), f"{SECRET} @{other}", by=author, key=f"n{clock.time}")
        rows = session.scalars(select(Conversation)).all()
        assert session.scalars(select(Note)).all()
        with_notes = {row.id for row in rows if row.last_note}
        for agent in AGENTS:
            allowed = {row.id for row in rows if board.may_see(session, agent, row)}
            assert set(session.scalars(visible(session, agent, true()))) == allowed
            assert {one["id"] for one in search.find(session, agent, search.Wish(SECRET)).items} == allowed & with_notes
            assert {one["id"] for one in mentions.of_agent(session, agent)} <= allowed
        for where, found in _outside(session, settings):
            assert SECRET not in found, where


def _outside(session: Session, settings: Settings) -> Iterator[tuple[str, str]]:
    """Everything that customers are shown, and every table but those of the notes."""
    session.flush()
    for row in session.scalars(select(Conversation)):
        yield "thread", json.dumps(vars(thread.read(session, row.id)))
    for address in session.scalars(select(Address)):
        paper = transcripts.write(session, address, "The shop", ZoneInfo(settings.shop_timezone))
        yield "transcript", paper.text + paper.html
    names = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if session.get_bind().dialect.name != "sqlite":
        names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    for name in session.scalars(text(names)).all():
        if name == "search_words":  # it has no rows of its own to look at
            hits = session.execute(text(f"SELECT rowid FROM search_words WHERE search_words MATCH '{SECRET}'")).all()
            yield name, SECRET if hits else ""
        elif name not in ("notes", "mentions"):
            yield name, str(session.execute(text(f'SELECT * FROM "{name}"')).all())


OUTWARDS = (
    "handoff.channels", "handoff.jobs", "handoff.twins", "handoff.rules.thread", "handoff.rules.transcripts",
    "handoff.rules.outbox", "handoff.rules.bot_turn", "handoff.rules.inbox", "handoff.tools", "actions", "bot", "shop",
)  # fmt: skip
NOTES = {"handoff.rules.notes", "handoff.models.notes"}


def test_nothing_that_speaks_to_customers_or_the_bot_can_reach_the_notes() -> None:
    """By what the sources import, however far the way."""
    for root in (name for name in architecture.MODULES if architecture.within(name, *OUTWARDS)):
        reached, ways = {root}, [root]
        while ways:
            new = {one for one in architecture.imports(ways.pop()) if one in architecture.MODULES} - reached
            new -= {"handoff.models"}  # it names every table; who takes which from it is looked at below
            reached |= new
            ways += new
        assert not reached & NOTES, root
    readers = {
        name
        for name, path in architecture.MODULES.items()
        if {"Note", "Mention"} & _taken_from_models(name) and path.name != "__init__.py"
    }
    assert readers == {"handoff.rules.notes", "handoff.rules.mentions"}


def _taken_from_models(name: str) -> set[str]:
    nodes: list[Any] = [node for node in ast.walk(architecture.TREES[name]) if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in nodes if node.module == "handoff.models" for alias in node.names}
