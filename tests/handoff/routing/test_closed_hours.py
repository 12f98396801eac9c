"""The team is not there: when it is back is told, by when somebody answers, and the order is kept until then."""

from datetime import timedelta

from handoff.models import Address
from handoff.routing import holding, requests
from handoff.rules import thread
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.routing.lines import MOBILE, closed, texted


def test_out_of_hours_there_is_a_promise_in_the_customer_s_zone(db: Database, clock: Clock) -> None:
    with db.transaction() as session, closed():
        alice = world.agent(session, "Alice")
        visitor = world.visitor(session)
        session.get_one(Address, world.address(session, visitor)).zone = "Europe/Madrid"
        session.flush()
        assert thread.read(session, visitor.conversation).status["team"]["open"] is False
        world.taps(session, visitor, "person")
        asked = world.conversation(session, visitor.conversation)
        assert (asked.state, asked.waiting_since) == ("waiting", clock.time)
        assert asked.promised_at == clock.time + timedelta(hours=1, minutes=15)
        assert world.told(session, visitor.conversation)[0] == (
            "The team is back today at 3:00 PM. Your message is safe and keeps its place: someone answers by 3:15 PM."
            " You don't have to stay; the answer comes here."
        )
        shown = thread.read(session, visitor.conversation).status
        assert (shown["outcome"], shown["opens_at"]) == ("closed", "2026-06-15T13:00:00.000Z")
        world.stays(session, alice)
        clock.advance(hours=1)
        world.stays(session, alice)
        world.run_timers(session)
        assert world.conversation(session, visitor.conversation).state == "offered"


def test_by_text_it_is_acknowledged_once_and_the_answer_comes_as_a_text(db: Database, clock: Clock) -> None:
    with db.transaction() as session, closed():
        world.customer(session, "Noah", phone=MOBILE)
        conversation = world.texts(session, MOBILE, "hello").conversation
        requests.person(session, world.conversation(session, conversation), requests.Wish(), by="bot")
        for words in ("are you there?", "anyone?"):
            world.texts(session, MOBILE, words)
        assert len(texted(session, conversation)) == 1
        assert "The team is back today at 6:00 AM" in texted(session, conversation)[0]
        assert "someone texts you by 6:15 AM" in texted(session, conversation)[0]


def test_at_the_opening_the_order_is_that_of_the_requests(db: Database, clock: Clock) -> None:
    with db.transaction() as session, closed():
        alice = world.agent(session, "Alice")
        asked = []
        for _ in range(3):
            asked.append(world.asks_for_a_person(session))
            clock.advance(60)
        clock.advance(hours=1)
        world.stays(session, alice)
        world.run_timers(session)
        offered = []
        for _ in asked:
            [current] = [one for one in asked if world.conversation(session, one).state == "offered"]
            offered.append(current)
            holding.accept(session, world.conversation(session, current), world.locked(session, alice))
        assert offered == asked
