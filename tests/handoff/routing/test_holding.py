"""What agents do: only the one it was offered to accepts, one of many wins, only the holder answers."""

import asyncio

import pytest
from sqlalchemy.orm import Session

from handoff import states
from handoff.models import Conversation
from handoff.routing import holding, presence, requests
from shop.ground.db import Database
from shop.ground.errors import Conflict, Forbidden, Refusal
from tests.handoff import world

STATES = ("bot", "waiting", "offered", "held", "closed")


def _in_state(session: Session, state: str) -> Conversation:
    """A conversation in this state; Alice has it, where anybody does."""
    visitor = world.visitor(session)
    alice = world.agent(session, "Alice", here=state != "waiting")
    conversation = world.conversation(session, visitor.conversation)
    if state != "bot":
        world.taps(session, visitor, "person")
    if state in ("held", "closed"):
        holding.accept(session, conversation, world.locked(session, alice))
    if state == "closed":
        holding.close(session, conversation, world.locked(session, alice))
    assert world.conversation(session, conversation.id).state == state
    return conversation


MAY = {
    ("waiting", "alice"): {"claim"},
    ("waiting", "ben"): {"claim"},
    ("offered", "alice"): {"accept", "decline"},
    ("held", "alice"): {"hand-back", "close"},
}


@pytest.mark.parametrize("who", ["alice", "ben"])
@pytest.mark.parametrize("verb", list(holding.VERBS))
@pytest.mark.parametrize("state", STATES)
def test_each_verb_is_for_who_has_the_conversation_in_that_state(
    sqlite_db: Database, state: str, verb: str, who: str
) -> None:
    with sqlite_db.transaction() as session:
        conversation = _in_state(session, state)
        world.agent(session, "Ben", here=False)
        before, rows = conversation.version, len(world.assignments(session, conversation.id))
        agent, can = world.locked(session, who), MAY.get((state, who), set())
        assert set(holding.allowed(session, conversation, agent)) - {"reply", "transfer", "park"} == can
        if verb in can:
            holding.VERBS[verb](session, conversation, agent)
            assert conversation.version > before
            assert len(world.assignments(session, conversation.id)) == rows + conversation.version - before
        else:
            with pytest.raises(Refusal) as refusal:
                holding.VERBS[verb](session, conversation, agent)
            assert refusal.value.status in (403, 409)
            assert (conversation.state, conversation.version) == (state, before)


@pytest.mark.parametrize("who", ["alice", "ben"])
@pytest.mark.parametrize("state", STATES)
def test_only_the_holder_answers_the_customer(sqlite_db: Database, state: str, who: str) -> None:
    with sqlite_db.transaction() as session:
        conversation = _in_state(session, state)
        world.agent(session, "Ben", here=False)
        agent, said = world.locked(session, who), len(world.said(session, conversation.id))
        can = (state, who) == ("held", "alice")
        assert ("reply" in holding.allowed(session, conversation, agent)) == can
        if can:
            assert holding.reply(session, conversation, agent, "Hello, Alice here.", "k") == said + 1
            last = world.said(session, conversation.id)[-1]
            assert (last.kind, last.name, last.agent_id) == ("agent", "Alice", "alice")
        else:
            with pytest.raises(Conflict):
                holding.reply(session, conversation, agent, "Hello", "k")
            assert len(world.said(session, conversation.id)) == said


def test_a_customer_s_own_representative_alone_may_claim_what_waits_for_them(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, world.agent(session, "Dana", capacity=0))
        conversation = world.conversation(session, world.asks_for_a_person(session, mia))
        world.agent(session, "Ben", here=False)
        with pytest.raises(Forbidden):
            holding.claim(session, conversation, world.locked(session, "ben"))
        assert holding.allowed(session, conversation, world.locked(session, "ben")) == []
        holding.claim(session, conversation, world.locked(session, "dana"))
        assert conversation.held_by == "dana"


def test_the_customer_is_told_who_came_and_who_left(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        conversation = _in_state(session, "held")
        assert world.told(session, conversation.id)[-1].startswith("Alice has joined")
        holding.hand_back(session, conversation, world.locked(session, "alice"), "all answered")
        assert world.told(session, conversation.id)[-1].startswith("Alice has left")
        row = world.assignments(session, conversation.id)[-1]
        assert (row.to_state, row.by, row.reason) == ("bot", "agent:alice", "all answered")


def test_after_handing_back_the_bot_is_not_asked_about_what_people_talked_about(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        world.agent(session, "Alice")
        world.taps(session, visitor, "person")
        world.writes(session, visitor, "before anybody came")
        conversation = world.conversation(session, visitor.conversation)
        holding.accept(session, conversation, world.locked(session, "alice"))
        world.writes(session, visitor, "to Alice")
        holding.hand_back(session, conversation, world.locked(session, "alice"))
        assert world.owed(session, "ask_bot") == []
        world.writes(session, visitor, "to the bot")
        [job] = world.owed(session, "ask_bot")
        assert job.payload["seq"] == conversation.last_customer_seq


def _verb(session: Session, verb: str, agent: str, conversation_id: str) -> str:
    """As the console's API does it: the conversation is locked first, the agent second."""
    conversation = states.lock(session, conversation_id)
    holding.VERBS[verb](session, conversation, presence.lock_agent(session, agent))
    return agent


@pytest.mark.parametrize("verb", ["accept", "claim"])
def test_of_many_who_take_it_at_once_one_has_it(db: Database, verb: str) -> None:
    agents = [f"a{n}" for n in range(8)]
    with db.transaction() as session:
        visitor = world.visitor(session)
        for agent in agents:
            world.agent(session, agent, here=verb == "accept")
        world.taps(session, visitor, "person")

    async def race() -> list[str | BaseException]:
        calls = (db.write(_verb, verb, agent, visitor.conversation) for agent in agents * 2)
        return await asyncio.gather(*calls, return_exceptions=True)

    results = asyncio.run(race())
    [winner] = [result for result in results if isinstance(result, str)]
    assert sum(isinstance(result, Conflict) for result in results) == 15
    with db.transaction() as session:
        conversation = world.conversation(session, visitor.conversation)
        assert (conversation.state, conversation.held_by) == ("held", winner)
        assert [row.agent_id for row in world.assignments(session, conversation.id) if row.to_state == "held"] == [
            winner
        ]
        assert sum("has joined" in text for text in world.told(session, conversation.id)) == 1


def test_many_conversations_and_many_agents_at_once_have_one_holder_each_and_no_agent_too_many(db: Database) -> None:
    agents = [f"a{n}" for n in range(4)]
    with db.transaction() as session:
        for agent in agents:
            world.agent(session, agent, capacity=4)
        visitors = [world.visitor(session) for _ in range(12)]

    async def everything() -> list[object]:
        asked = (db.write(world.taps, visitor, "person") for visitor in visitors)
        return list(await asyncio.gather(*asked, return_exceptions=True))

    assert [result for result in asyncio.run(everything()) if isinstance(result, BaseException)] == []
    with db.transaction() as session:
        loads = presence.loads(session, agents)
        assert all(load.units <= 4 and load.offers <= 1 for load in loads.values()), loads
        assert sum(load.offers for load in loads.values()) == 4


def test_a_reply_by_text_is_also_owed_to_the_carrier(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        conversation = world.conversation(session, world.texts(session, "+12125550001", "hello").conversation)
        requests.person(session, conversation, requests.Wish())
        holding.accept(session, conversation, world.locked(session, "alice"))
        before = len(world.owed(session, "deliver"))
        holding.reply(session, conversation, world.locked(session, "alice"), "Hello, Alice here.", "k")
        newest = world.owed(session, "deliver")[before:]
        assert [job.lane for job in newest] == ["sms:+12125550001"]
