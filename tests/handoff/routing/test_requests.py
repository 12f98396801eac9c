"""A person is asked for: whose queue it is, who is asked first, and what the customer is told."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Agent, Book
from handoff.routing import books, holding, queues, requests, shifts, watchdog
from handoff.rules import board
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world


def _gold(session: Session, *, here: bool = True, capacity: int = 6) -> str:
    """Mia is gold and Dana is her representative; the customer's id."""
    mia = world.customer(session, "Mia", gold=True)
    world.book(session, mia, world.agent(session, "Dana", here=here, capacity=capacity))
    return mia


def _lists(session: Session, agent: str) -> tuple[int, int, int]:
    shown = board.lists(session, agent)
    return len(shown.mine), len(shown.dedicated), len(shown.general)


def test_a_gold_customer_is_offered_to_their_representative_and_shown_to_nobody_else(
    db: Database, clock: Clock
) -> None:
    with db.transaction() as session:
        alice = world.agent(session, "Alice")
        mia = _gold(session)
        asked = world.conversation(session, world.asks_for_a_person(session, mia))
        assert (asked.state, asked.stage, asked.wants_id, asked.tier) == ("offered", "representative", "dana", "gold")
        assert world.offered_to(session, asked.id) == "dana"
        assert "Dana, your representative" in world.told(session, asked.id)[0]
        assert world.options(session, asked.id) == ["cancel-request"]
        assert (_lists(session, "dana"), _lists(session, alice)) == ((0, 1, 0), (0, 0, 0))
        assert not board.may_see(session, alice, asked)


def test_the_request_is_written_down_with_who_was_considered(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        conversation_id = world.asks_for_a_person(session, _gold(session))
        request, offer = world.assignments(session, conversation_id)
        assert (request.by, request.reason) == ("customer", "customer_asked")
        assert request.detail == {
            "rule": "request", "policy": 1, "tier": "gold", "representative": "dana", "skipped": {}, "points": 100,
            "added": {}, "channel": "web", "language": "en", "proof": "signed",
        }  # fmt: skip
        assert (offer.to_state, offer.agent_id, offer.reason) == ("offered", "dana", "representative_offer")
        assert offer.detail == {
            "policy": 1, "rule": "representative", "ranked": ["dana"], "passed_over": {}, "scores": {"dana": 0.0},
        }  # fmt: skip


def test_a_representative_who_is_offline_is_named_and_everybody_is_asked_at_once(db: Database) -> None:
    with db.transaction() as session:
        alice = world.agent(session, "Alice")
        asked = world.conversation(session, world.asks_for_a_person(session, _gold(session, here=False)))
        assert (asked.state, world.offered_to(session, asked.id), asked.stage) == ("offered", alice, "team")
        [told] = world.told(session, asked.id)  # one message: by text message it is one text
        assert told.startswith("Dana, your representative, isn't available right now. I've asked my colleagues")


def test_an_online_representative_without_a_sign_of_life_is_not_there(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = _gold(session)
        clock.advance(61)
        asked = world.conversation(session, world.asks_for_a_person(session, mia))
        assert (asked.state, asked.stage) == ("waiting", "team")
        assert "Nobody from the team is online" in world.told(session, asked.id)[0]


def test_a_busy_representative_s_place_is_kept_and_then_everybody_is_asked(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        mia = _gold(session, capacity=0)
        asked = world.conversation(session, world.asks_for_a_person(session, mia))
        assert (asked.state, asked.stage) == ("waiting", "representative")
        assert "Your place with them is kept for 2 minutes" in world.told(session, asked.id)[0]
        alice = world.agent(session, "Alice")
        assert _lists(session, alice) == (0, 0, 0)
        assert not board.may_see(session, alice, asked)
        assert _lists(session, "dana") == (0, 1, 0)
        clock.advance(119)
        world.stays(session, alice, "dana")
        world.run_timers(session)
        assert world.conversation(session, asked.id).stage == "representative"
        clock.advance(1)
        since, rank = asked.waiting_since, asked.rank_at
        world.run_timers(session)
        passed = world.conversation(session, asked.id)
        assert (passed.state, world.offered_to(session, passed.id), passed.stage) == ("offered", alice, "team")
        raised = rank and rank - timedelta(minutes=3)  # the place in line is kept, and raised
        assert (passed.waiting_since, passed.rank_at) == (since, raised)
        assert "Dana can't join right now" in world.told(session, asked.id)[1]


def test_an_older_promise_does_not_shorten_a_newer_wait(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        visitor = world.visitor(session, _gold(session, capacity=0))
        world.taps(session, visitor, "person")
        world.taps(session, visitor, "cancel-request")
        clock.advance(100)
        world.stays(session, "dana")
        world.taps(session, visitor, "person")
        clock.advance(20)
        world.run_timers(session)
        assert world.conversation(session, visitor.conversation).stage == "representative"
        clock.advance(100)
        world.run_timers(session)
        assert world.conversation(session, visitor.conversation).stage == "team"


def test_a_representative_who_gets_room_in_time_is_offered_their_customer(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = _gold(session, capacity=0)
        asked = world.asks_for_a_person(session, mia)
        session.get_one(Agent, "dana").capacity = 6
        shifts.come(session, "dana")
        assert world.offered_to(session, asked) == "dana"
        clock.advance(120)
        world.run_timers(session)  # the offer's own time has run out, the older promise is void
        assert [row.reason for row in world.assignments(session, asked)][-1] == "missed"


def test_a_representative_who_leaves_while_their_customer_waits_is_not_waited_for(
    sqlite_db: Database, clock: Clock
) -> None:
    with sqlite_db.transaction() as session:
        asked = world.asks_for_a_person(session, _gold(session, capacity=0))
        shifts.go(session, "dana", "offline")
        watchdog.sweep(session)
        assert world.conversation(session, asked).stage == "team"
        assert "Dana can't join right now" in world.told(session, asked)[1]


def test_a_standard_customer_and_a_stranger_go_to_whoever_is_free(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        for customer in (world.customer(session, "Noah"), None):
            asked = world.conversation(session, world.asks_for_a_person(session, customer))
            assert (asked.state, asked.stage, asked.tier) == ("offered", "team", "standard")
            assert world.offered_to(session, asked.id) == alice
            holding.accept(session, asked, world.locked(session, alice))


def test_a_standard_customer_s_representative_is_not_waited_for(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        noah = world.customer(session, "Noah")
        world.book(session, noah, world.agent(session, "Dana", capacity=0))
        alice = world.agent(session, "Alice")
        assert world.offered_to(session, world.asks_for_a_person(session, noah)) == alice


def test_a_gold_customer_without_a_representative_goes_to_the_pool_and_gets_one(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        dana, priya = world.agent(session, "Dana", room=9), world.agent(session, "Priya", here=False, room=9)
        for n, keeper in enumerate((dana, dana, priya)):
            world.book(session, world.customer(session, f"C{n}"), keeper)
        mia = world.customer(session, "Mia", gold=True)
        asked = world.conversation(session, world.asks_for_a_person(session, mia))
        assert (asked.stage, world.offered_to(session, asked.id)) == ("team", dana)
        adopted = books.representative(session, mia)
        assert adopted is not None
        assert adopted.id == priya  # the smallest book


def test_a_book_entry_counts_from_its_first_to_its_last_day(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = _gold(session)
        entry = session.scalars(select(Book)).one()
        entry.until = clock.advance(days=1)
        assert books.representative(session, mia) is None
        entry.until, entry.since = None, clock.time.replace(year=2027)
        assert books.representative(session, mia) is None


def test_nobody_online_is_told_and_the_message_is_offered_to_who_comes(db: Database) -> None:
    with db.transaction() as session:
        asked = world.asks_for_a_person(session)
        assert "Nobody from the team is online" in world.told(session, asked)[0]
        alice = world.agent(session, "Alice")
        assert world.offered_to(session, asked) == alice


def test_everybody_busy_is_told_with_the_place_in_line(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice", capacity=1)
        world.asks_for_a_person(session)
        clock.advance(1)
        second = world.asks_for_a_person(session)
        assert "You are number 2 in line" in world.told(session, second)[0]


def test_gold_stands_before_standard_but_nobody_is_overtaken_for_ever(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        oldest = world.asks_for_a_person(session)
        clock.advance(601)
        newer = world.asks_for_a_person(session)
        gold = world.asks_for_a_person(session, mia)
        places = [queues.position(session, world.conversation(session, c)) for c in (oldest, gold, newer)]
        assert places == [1, 2, 3]


def test_asking_again_tells_where_one_stands_and_changes_nothing(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice", capacity=0)
        visitor = world.visitor(session)
        world.taps(session, visitor, "person")
        before = world.conversation(session, visitor.conversation).version
        world.taps(session, visitor, "person")
        assert world.conversation(session, visitor.conversation).version == before
        assert "already in line, number 1" in world.told(session, visitor.conversation)[1]


def test_who_no_longer_wants_to_wait_is_the_bot_s_again_as_often_as_they_like(db: Database) -> None:
    with db.transaction() as session:
        alice = world.agent(session, "Alice")
        visitor = world.visitor(session)
        for _ in range(2):
            world.taps(session, visitor, "person")
            assert world.offered_to(session, visitor.conversation) == alice
            world.taps(session, visitor, "cancel-request")
            conversation = world.conversation(session, visitor.conversation)
            assert (conversation.state, conversation.stage, conversation.queue) == ("bot", None, None)
            assert world.offered_to(session, conversation.id) is None
            assert _lists(session, alice) == (0, 0, 0)
        assert world.owed(session, "ask_bot") == []


def test_an_agent_whose_offer_is_withdrawn_is_offered_the_next(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice", capacity=2)
        first, second = world.visitor(session), world.visitor(session)
        world.taps(session, first, "person")
        world.taps(session, second, "person")
        assert world.conversation(session, second.conversation).state == "waiting"
        world.taps(session, first, "bot")
        assert world.offered_to(session, second.conversation) == alice


def test_with_an_agent_the_options_of_waiting_only_say_who_is_there(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        alice = world.agent(session, "Alice")
        visitor = world.visitor(session)
        world.taps(session, visitor, "person")
        conversation = world.conversation(session, visitor.conversation)
        holding.accept(session, conversation, world.locked(session, alice))
        for option in ("person", "bot", "cancel-request"):
            world.taps(session, visitor, option)
        assert world.conversation(session, conversation.id).held_by == alice
        assert world.told(session, conversation.id)[-3:] == ["You are already talking with Alice."] * 3


def test_what_the_bot_knew_is_kept_for_the_agent(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        conversation = world.conversation(session, world.visitor(session).conversation)
        wish = requests.Wish("cancel", "too_late_to_cancel", {"order": "#W0000001"})
        requests.person(session, conversation, wish, by="bot")
        assert (conversation.topic, conversation.reason, conversation.facts) == (
            "cancel", "too_late_to_cancel", {"order": "#W0000001"},
        )  # fmt: skip
        [row] = world.assignments(session, conversation.id)
        assert row.by == "bot"
        assert row.detail is not None
        assert (row.detail["channel"], row.detail["language"], row.detail["proof"]) == ("web", "en", "none")
