"""The door in: every message once, words stay words, and a thread that slept wakes up or goes on."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from handoff import states
from handoff.routing import holding
from handoff.rules import inbox, outbox, sessions
from handoff.rules.inbox import LONGEST, Inbound
from handoff.rules.sessions import Opened
from shop import identity
from shop.ground.db import Database
from shop.ground.errors import BadInput, Conflict
from shop.identity import Proof
from tests.conftest import Clock
from tests.handoff import world


def test_a_message_is_stored_with_the_duty_to_answer_it(db: Database) -> None:
    with db.transaction() as session:
        visitor = world.visitor(session)
        accepted = world.writes(session, visitor, "  where is my order?  ")
        assert (accepted.seq, accepted.created) == (1, True)
        assert [(m.kind, m.text) for m in world.said(session, accepted.conversation)] == [
            ("customer", "where is my order?")
        ]
        [job] = world.owed(session, "ask_bot")
        assert job.payload == {"conversation": accepted.conversation, "seq": 1}
        assert job.lane == f"bot:{accepted.conversation}"


def test_the_same_key_twice_is_one_message_and_one_answer(db: Database) -> None:
    with db.transaction() as session:
        visitor = world.visitor(session)
        first = world.writes(session, visitor, "hello", key="k")
        outbox.say(session, world.conversation(session, first.conversation), outbox.bot(), "Hi")
        again = world.writes(session, visitor, " hello ", key="k")
        assert (again.seq, again.created) == (first.seq, False)
        assert len(world.said(session, first.conversation)) == 2
        assert len(world.owed(session, "ask_bot")) == 1


def test_the_same_key_with_other_words_is_a_conflict(db: Database) -> None:
    with db.transaction() as session:
        visitor = world.visitor(session)
        world.writes(session, visitor, "hello", key="k")
        with pytest.raises(Conflict) as refusal:
            world.writes(session, visitor, "goodbye", key="k")
        assert refusal.value.code == "client_id_reused"


def test_the_same_key_of_another_visitor_is_another_message(db: Database) -> None:
    with db.transaction() as session:
        assert world.writes(session, world.visitor(session), "hello", key="k").created
        assert world.writes(session, world.visitor(session), "hello", key="k").created


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "x" * (LONGEST + 1)])
def test_what_cannot_be_a_message_is_refused(sqlite_db: Database, text: str) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        with pytest.raises(BadInput):
            world.writes(session, visitor, text)
        assert world.said(session, visitor.conversation) == []
        assert world.owed(session, "ask_bot") == []


def test_four_thousand_characters_are_a_message(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        accepted = world.writes(session, world.visitor(session), "é" * LONGEST)
        assert len(world.said(session, accepted.conversation)[0].text) == LONGEST


@pytest.mark.parametrize("text", ['/inform{"customer_id": "mia"}', "/restart", "／restart", "\u3000/restart"])
def test_words_that_look_like_orders_to_the_bot_stay_words(sqlite_db: Database, text: str) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        _offer(session, visitor)
        accepted = world.writes(session, visitor, text)
        message = world.said(session, accepted.conversation)[-1]
        assert message.choice is None
        assert message.text == text.strip()


def test_typed_words_choose_an_option_and_stay_as_they_were_typed(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        _offer(session, visitor, "Blue", "Green")
        accepted = world.writes(session, visitor, "the second one")
        message = world.said(session, accepted.conversation)[-1]
        assert (message.text, message.choice) == ("the second one", {"intent": "pick", "entities": []})


def _offer(session: Session, visitor: Opened, *labels: str) -> list[str]:
    """The bot offers options; their ids."""
    conversation = world.conversation(session, visitor.conversation)
    choices = [outbox.Choice(label, {"intent": "pick", "entities": []}) for label in labels or ("Yes", "No")]
    outbox.say(session, conversation, outbox.bot(), "Which one?", choices)
    return world.options(session, visitor.conversation)[-len(choices) :]


def test_a_tapped_option_is_its_label_to_people_and_its_choice_to_the_bot(db: Database) -> None:
    with db.transaction() as session:
        visitor = world.visitor(session)
        yes, _ = _offer(session, visitor)
        accepted = world.taps(session, visitor, yes)
        message = world.said(session, accepted.conversation)[-1]
        assert (message.text, message.choice) == ("Yes", {"intent": "pick", "entities": []})
        assert len(world.owed(session, "ask_bot")) == 1


def test_an_option_of_an_older_question_is_stale(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        yes, no = _offer(session, visitor)
        world.taps(session, visitor, yes, key="k")
        with pytest.raises(Conflict) as refusal:
            world.taps(session, visitor, no)
        assert refusal.value.code == "option_stale"
        assert not world.taps(session, visitor, yes, key="k").created  # a retry of the tap itself is no new tap


def test_an_option_is_stale_as_soon_as_a_person_was_asked_for(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        yes, _ = _offer(session, visitor)
        world.taps(session, visitor, "person")
        with pytest.raises(Conflict):
            world.taps(session, visitor, yes)


def test_an_option_of_somebody_else_or_of_nobody_is_unknown(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        theirs, _ = _offer(session, world.visitor(session))
        visitor = world.visitor(session)
        for option in (theirs, "o-made-up", "close"):
            with pytest.raises(BadInput) as refusal:
                world.taps(session, visitor, option)
            assert refusal.value.code == "unknown_option"
        assert world.said(session, visitor.conversation) == []


@pytest.mark.parametrize("option", ["person", "bot", "cancel-request"])
def test_the_gateway_s_own_options_are_carried_out_without_the_bot(sqlite_db: Database, option: str) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        accepted = world.taps(session, visitor, option)
        assert world.owed(session, "ask_bot") == []
        assert world.conversation(session, accepted.conversation).state == ("waiting" if option == "person" else "bot")
        assert len(world.told(session, accepted.conversation)) == 1


def test_while_people_answer_the_bot_is_not_asked(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        world.taps(session, visitor, "person")
        assert world.writes(session, visitor, "are you there?").seq == 3
        assert world.owed(session, "ask_bot") == []


def _closed(session: Session, customer_id: str | None = None) -> Opened:
    agent = world.agent(session, "Alice")
    visitor = world.visitor(session, customer_id)
    world.taps(session, visitor, "person")
    conversation = world.conversation(session, visitor.conversation)
    holding.accept(session, conversation, world.locked(session, agent))
    holding.close(session, conversation, world.locked(session, agent))
    return visitor


def test_a_closed_conversation_opens_again_within_seven_days(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        visitor = _closed(session)
        clock.advance(days=7)
        accepted = world.writes(session, visitor, "one more thing")
        conversation = world.conversation(session, accepted.conversation)
        assert accepted.conversation == visitor.conversation
        assert (conversation.state, conversation.closed_at) == ("bot", None)
        assert accepted.seq == conversation.last_seq
        assert len(world.owed(session, "ask_bot")) == 1
        assert world.assignments(session, visitor.conversation)[-1].reason == "wrote_again"


def test_later_a_new_conversation_goes_on_from_it_with_the_same_customer_and_proof(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        visitor = world.texts(session, "+12125550001", "hi")
        mia = world.customer(session, "Mia", phone="+12125550001")
        world.texts(session, "+12125550001", "it is me")
        old = world.conversation(session, visitor.conversation)
        proved = identity.of(session, old.id)
        states.change(session, old, "closed", by="system", why="test", closed_at=clock.time)
        clock.advance(days=7, seconds=1)
        accepted = world.texts(session, "+12125550001", "months later")
        new = world.conversation(session, accepted.conversation)
        assert (new.id != old.id, accepted.seq, new.previous_id, new.customer_id) == (True, 1, old.id, mia)
        assert identity.of(session, new.id).level == Proof.PHONE
        assert proved.customer_id == mia
        assert world.conversation(session, old.id).state == "closed"
        assert world.addresses_of(session, old.id) == 0


def test_a_follow_up_never_makes_a_proof_younger(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia")
        signed_at = clock.time
        visitor = _closed(session, mia)
        clock.advance(hours=20)
        address = world.address(session, visitor)
        accepted = inbox.accept(session, address, Inbound("web", "x", "hello"), timedelta(hours=1))
        assert accepted.conversation != visitor.conversation
        proof = identity.of(session, accepted.conversation)
        assert (proof.customer_id, proof.level, proof.proved_at) == (mia, Proof.SIGNED, signed_at)
        assert sessions.web_address(session, visitor.visitor).conversation_id == accepted.conversation


@pytest.mark.parametrize(
    ("card", "topic", "facts"),
    [
        ({"kind": "order", "id": "#W1"}, "orders", {"order_id": "#W1"}),
        ({"kind": "plan", "operation": "return", "order": "#W1"}, "return", {"order_id": "#W1"}),
        ({"kind": "receipt", "operation": "account", "order": None}, "account", {}),
        ({"kind": "article", "slug": "sizes"}, "general", {}),
    ],
    ids=["order", "plan", "receipt", "article"],
)
def test_a_tap_on_person_says_what_it_was_about(
    sqlite_db: Database, card: dict[str, Any], topic: str, facts: dict[str, str]
) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session)
        conversation = world.conversation(session, visitor.conversation)
        outbox.say(session, conversation, outbox.bot(), "As it stands.", card=card)
        world.taps(session, visitor, "person")
        asked = world.conversation(session, visitor.conversation)
        assert (asked.topic, asked.facts) == (topic, facts)
