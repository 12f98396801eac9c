"""What becomes of a bot turn: said, handed over, failed or dropped, and always what was done is told."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from handoff.jobs import ask_bot
from handoff.routing import holding, requests
from handoff.rules import bot_turn, outbox
from handoff.rules.bot_turn import Answer, Part
from handoff.rules.sessions import Opened
from handoff.tools.rasa import NotAsked, Turn, TurnFailed
from shop import receipts
from shop.ground import clock as clock_module
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.jobs import Claimed
from shop.records import PlanRow
from tests.conftest import Clock
from tests.handoff import world

ANSWER = Answer([Part("It is on its way.", [outbox.Choice("Track it", {"intent": "track", "entities": []})])])


def _asked(session: Session, visitor: Opened, text: str = "where is it?") -> Claimed:
    """The customer writes, and the worker takes the question in hand."""
    world.writes(session, visitor, text)
    return _claimed(session)


def _claimed(session: Session) -> Claimed:
    job = jobs.claim(session, 30, ("ask_bot",))
    assert job is not None
    return job


def _done(session: Session, job: Claimed) -> None:
    """An action of this turn did something, and wrote its receipt."""
    mia, now = world.customer(session, "Mia"), clock_module.now()
    plan = PlanRow(
        id="plan", conversation_id=job.payload["conversation"], customer_id=mia, operation="cancel", order_id="#W1",
        order_version=1, message_id="earlier", lines=[], payload={}, hash="", made_at=now,
        expires_at=now + timedelta(minutes=10),
    )  # fmt: skip
    session.add(plan)
    session.flush()
    outcome = receipts.Outcome(("Order #W1 is cancelled.",), (), "It was pending.")
    receipts.write(session, plan, bot_turn.message_id(job), outcome, "customer", now)


def test_the_question_names_the_message_and_its_channel(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        asked = bot_turn.question(session, _asked(session, visitor))
        assert asked == bot_turn.Question(
            visitor.conversation, f"{visitor.conversation}:1", "web", "where is it?", None,
            str(world.address(session, visitor)),
        )  # fmt: skip


def test_the_answer_is_said_in_its_parts_and_the_job_is_done(db: Database) -> None:
    with db.transaction() as session:
        visitor = world.visitor(session)
        job = _asked(session, visitor)
        bot_turn.settle(session, job, Answer([*ANSWER.parts, Part("Anything else?", card={"kind": "order"})]))
        first, second = world.said(session, visitor.conversation)[1:]
        assert (first.kind, first.name, first.text, first.seq) == ("bot", "Assistant", "It is on its way.", 2)
        assert (second.text, second.card) == ("Anything else?", {"kind": "order"})
        assert len(world.options(session, visitor.conversation)) == 1
        assert world.owed(session, "ask_bot") == []


def test_by_text_an_answer_of_several_parts_is_one_text_with_one_list(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        accepted = world.texts(session, "+12125550001", "qwertz")
        last = Part("Shall I?", [outbox.Choice("Yes", {"intent": "affirm", "entities": []})], {"kind": "plan"})
        bot_turn.settle(session, _claimed(session), Answer([*ANSWER.parts, last]))
        [said] = world.said(session, accepted.conversation)[1:]
        assert (said.text, said.card) == ("It is on its way.\n\nShall I?", {"kind": "plan"})
        assert len(world.options(session, accepted.conversation)) == 1
        assert len(world.owed(session, "deliver")) == 1


def test_an_answer_that_asks_for_a_person_hands_over(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        wish = requests.Wish("orders", "stale_tracking", {"order": "#W1"})
        bot_turn.settle(session, _asked(session, visitor), Answer([], wish))
        conversation = world.conversation(session, visitor.conversation)
        assert (conversation.state, conversation.topic, conversation.reason) == ("waiting", "orders", "stale_tracking")
        assert len(world.told(session, conversation.id)) == 1


@pytest.mark.parametrize("owner", ["waiting", "held"])
def test_a_late_answer_is_dropped_but_what_it_did_is_told(sqlite_db: Database, owner: str) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        job = _asked(session, visitor)
        _done(session, job)
        world.taps(session, visitor, "person")
        if owner == "held":
            conversation = world.conversation(session, visitor.conversation)
            holding.claim(session, conversation, world.locked(session, world.agent(session, "Alice", here=False)))
        bot_turn.settle(session, job, ANSWER)
        said = world.said(session, visitor.conversation)
        assert not [message for message in said if message.kind == "bot"]
        assert said[-1].text.startswith("This was done:")
        assert "Order #W1 is cancelled." in said[-1].text
        assert world.owed(session, "ask_bot") == []


def test_a_question_of_a_conversation_that_is_no_longer_the_bot_s_is_not_asked(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        world.writes(session, visitor, "where is it?")
        world.taps(session, visitor, "person")
        assert bot_turn.question(session, _claimed(session)) is None


def test_a_failed_turn_tells_the_truth_what_was_done_and_shows_the_way_to_a_person(db: Database) -> None:
    with db.transaction() as session:
        visitor = world.visitor(session)
        job = _asked(session, visitor)
        _done(session, job)
        bot_turn.fail(session, job)
        done, failed = world.told(session, visitor.conversation)
        assert "Order #W1 is cancelled." in done
        assert failed.startswith("Sorry, I couldn't finish")
        assert world.options(session, visitor.conversation) == ["person"]


def test_who_lost_the_lease_says_nothing(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        late = _asked(session, visitor)
        bot_turn.question(session, late)
        clock.advance(31)
        again = _claimed(session)
        assert again.asked_before
        bot_turn.settle(session, late, ANSWER)
        bot_turn.fail(session, late)
        assert len(world.said(session, visitor.conversation)) == 1
        bot_turn.fail(session, again)
        assert len(world.told(session, visitor.conversation)) == 1


class _Rasa:
    """Answers as the test says, and counts how often it was asked."""

    def __init__(self, outcome: Exception | dict[str, Any]) -> None:
        self.outcome = outcome
        self.asked: list[dict[str, Any]] = []

    async def listening(self) -> bool:
        return not (isinstance(self.outcome, NotAsked) and self.outcome.args == ("down",))

    async def ask(self, body: dict[str, Any]) -> Turn:
        self.asked.append(body)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return Turn.model_validate({"message_id": body["message_id"], **self.outcome})


def _run(db: Database, rasa: _Rasa) -> None:
    """The worker's next step with the bot's question."""
    with db.transaction() as session:
        job = _claimed(session)
    asyncio.run(ask_bot.run(SimpleNamespace(db=db, rasa=rasa), job))


def _writes(db: Database, *texts: str) -> str:
    with db.transaction() as session:
        visitor = world.visitor(session)
        for text in texts:
            world.writes(session, visitor, text)
        return visitor.conversation


def _told(db: Database, conversation: str) -> list[str]:
    with db.transaction() as session:
        return world.told(session, conversation)


def test_a_turn_that_was_asked_before_is_never_asked_again(sqlite_db: Database, clock: Clock) -> None:
    conversation = _writes(sqlite_db, "cancel it")
    with sqlite_db.transaction() as session:
        bot_turn.question(session, _claimed(session))  # and the process dies
    clock.advance(31)
    rasa = _Rasa({"parts": [{"text": "Done"}]})
    _run(sqlite_db, rasa)
    assert rasa.asked == []
    assert _told(sqlite_db, conversation)[0].startswith("Sorry, I couldn't finish")


def test_a_crash_before_anybody_was_asked_loses_nothing(sqlite_db: Database, clock: Clock) -> None:
    conversation = _writes(sqlite_db, "where is it?")
    away = _Rasa(NotAsked("down"))
    with sqlite_db.transaction() as session:
        _claimed(session)  # and the process dies before it asks
    clock.advance(31)
    _run(sqlite_db, away)
    assert away.asked == []
    clock.advance(3)
    _run(sqlite_db, _Rasa({"parts": [{"text": "It is on its way."}]}))
    with sqlite_db.transaction() as session:
        question, late, answer = [message.text for message in world.said(session, conversation)]
    assert (question, answer) == ("where is it?", "It is on its way.")
    assert "Your message is safe" in late


def test_while_the_bot_is_not_reached_the_question_stays_and_the_customer_is_told_once_in_time(
    sqlite_db: Database, clock: Clock
) -> None:
    conversation = _writes(sqlite_db, "where is it?")
    away = _Rasa(NotAsked("starting"))
    told_after: float | None = None
    for _ in range(100):
        _run(sqlite_db, away)
        with sqlite_db.transaction() as session:
            [job] = world.owed(session, "ask_bot")
            passed = (job.due_at - clock.time).total_seconds()
            if told_after is None and world.told(session, conversation):
                told_after = (clock.time - job.owed_at).total_seconds()
        clock.advance(passed)
    assert told_after is not None
    assert told_after < 10
    assert len(_told(sqlite_db, conversation)) == 1
    _run(sqlite_db, _Rasa({"parts": [{"text": "On its way"}]}))
    with sqlite_db.transaction() as session:
        assert world.said(session, conversation)[-1].text == "On its way"


def test_a_question_that_nobody_can_answer_ends_some_day(sqlite_db: Database, clock: Clock) -> None:
    conversation = _writes(sqlite_db, "where is it?")
    clock.advance(601)
    _run(sqlite_db, _Rasa(NotAsked("down")))
    assert _told(sqlite_db, conversation)[0].startswith("Sorry, I still can't answer")
    with sqlite_db.transaction() as session:
        assert world.owed(session, "ask_bot") == []


@pytest.mark.parametrize("texts", [("Person!",), ("where is it?", "agent"), ("where is it?", "hello?", "HUMAN")])
def test_without_the_bot_the_bare_word_brings_a_person_also_behind_other_questions(
    sqlite_db: Database, texts: tuple[str, ...]
) -> None:
    conversation = _writes(sqlite_db, *texts)
    _run(sqlite_db, _Rasa(NotAsked("down")))
    with sqlite_db.transaction() as session:
        row = world.conversation(session, conversation)
        assert (row.state, row.reason) == ("waiting", "bot_down")
        assert len(world.told(session, conversation)) == 1


def test_a_longer_sentence_with_that_word_is_the_bot_s(sqlite_db: Database) -> None:
    conversation = _writes(sqlite_db, "is a person or a robot writing?")
    _run(sqlite_db, _Rasa(NotAsked("down")))
    with sqlite_db.transaction() as session:
        assert world.conversation(session, conversation).state == "bot"


def test_a_turn_that_failed_is_told_and_not_tried_again(sqlite_db: Database) -> None:
    conversation = _writes(sqlite_db, "where is it?")
    _run(sqlite_db, _Rasa(TurnFailed("status 500")))
    assert len(_told(sqlite_db, conversation)) == 1
    with sqlite_db.transaction() as session:
        assert world.owed(session, "ask_bot") == []
        assert world.options(session, conversation) == ["person"]
