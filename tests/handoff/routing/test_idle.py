"""Who was asked and stays silent is warned once, and then the conversation is closed; their next word opens it again."""

import pytest
from sqlalchemy.orm import Session

from handoff.models import Conversation
from handoff.routing import holding, idle, policy
from handoff.rules import outbox
from handoff.rules.sessions import Opened
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world

WEB = policy.current().channels["web"]
WARN_S, CLOSE_S = WEB.idle_warn.total_seconds(), WEB.idle_close.total_seconds()


def _answered(session: Session) -> tuple[Conversation, Opened]:
    """Alice has answered, and it is the customer's turn."""
    visitor = world.visitor(session)
    world.agent(session, "Alice")
    world.taps(session, visitor, "person")
    conversation = world.conversation(session, visitor.conversation)
    holding.accept(session, conversation, world.locked(session, "alice"))
    holding.reply(session, conversation, world.locked(session, "alice"), "Which one is it?", "k")
    return conversation, visitor


def _later(session: Session, clock: Clock, seconds: float, conversation: Conversation) -> Conversation:
    clock.advance(seconds)
    world.stays(session, "alice")
    world.run_timers(session)
    return world.conversation(session, conversation.id)


def _warnings(session: Session, conversation: Conversation) -> int:
    return sum("still there" in text for text in world.told(session, conversation.id))


def test_silence_is_warned_of_once_and_then_closes(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        conversation, visitor = _answered(session)
        assert _warnings(session, _later(session, clock, WARN_S - 1, conversation)) == 0
        assert _warnings(session, _later(session, clock, 1, conversation)) == 1
        assert _later(session, clock, CLOSE_S - 1, conversation).state == "held"
        conversation = _later(session, clock, 1, conversation)
        assert (conversation.state, conversation.closed_at) == ("closed", clock.time)
        assert world.assignments(session, conversation.id)[-1].reason == "idle"
        assert "haven't heard from you" in world.told(session, conversation.id)[-1]
        assert _warnings(session, conversation) == 1
        world.writes(session, visitor, "sorry, I was away")
        assert world.conversation(session, conversation.id).state != "closed"


def test_every_answer_begins_the_silence_anew(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        conversation, visitor = _answered(session)
        conversation = _later(session, clock, WARN_S, conversation)
        assert _warnings(session, conversation) == 1
        world.writes(session, visitor, "the blue one")
        conversation = _later(session, clock, WARN_S + CLOSE_S, conversation)
        assert conversation.state == "held"  # we are the ones to answer
        holding.reply(session, conversation, world.locked(session, "alice"), "And the size?", "k2")
        assert _later(session, clock, CLOSE_S, conversation).state == "held"
        assert _warnings(session, _later(session, clock, WARN_S - CLOSE_S, conversation)) == 2


@pytest.mark.parametrize("state", ["parked", "waiting"])
def test_what_is_parked_or_waits_is_never_closed(sqlite_db: Database, clock: Clock, state: str) -> None:
    with sqlite_db.transaction() as session:
        conversation, _ = _answered(session)
        alice = world.locked(session, "alice")
        if state == "parked":
            holding.park(session, conversation, alice, until=None, wait_for="customer", note="")
        else:
            world.agent(session, "Ben", capacity=0)
            holding.pass_on(session, conversation, alice, to="ben", queue="", note="")
        idle.idle_due(session, conversation.id, 0)
        clock.advance(WARN_S + CLOSE_S)
        idle.idle_due(session, conversation.id, 0)
        assert (world.conversation(session, conversation.id).state, _warnings(session, conversation)) == (state, 0)


BOT = {
    "asked with options": ("Which one is it?", [outbox.Choice("The lamp", {"intent": "x"})], True),
    "asked in words": ("What is your order number?", [], True),
    "answered": ("It comes on Friday.", [], False),
    "answered, and offered a person": ("It comes on Friday.", [outbox.person()], False),
}


@pytest.mark.parametrize(("text", "options", "closes"), BOT.values(), ids=list(BOT))
def test_the_bot_s_conversation_ends_when_it_asked_something(
    sqlite_db: Database, clock: Clock, text: str, options: list[outbox.Choice], closes: bool
) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        visitor = world.visitor(session)
        world.writes(session, visitor, "hello")
        conversation = world.conversation(session, visitor.conversation)
        outbox.say(session, conversation, outbox.bot(), text, options)
        idle.watch(session, conversation)
        session.flush()
        _later(session, clock, WARN_S, conversation)
        assert (_later(session, clock, CLOSE_S, conversation).state == "closed") is closes
