"""What texts cost: as Twilio tells it afterwards, and so for the next one."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from handoff.models import Conversation, Delivery
from handoff.rules import links, outbox, prices
from handoff.tools.texter import Price, _micros
from shop.ground.db import Database
from shop.ground.settings import Settings
from tests.conftest import Clock
from tests.handoff import world


def texted(session: Session, words: str = "Here it is.") -> Conversation:
    conversation = world.conversation(session, world.texts(session, "+12025550123", "hi").conversation)
    outbox.say(session, conversation, outbox.bot(), words)
    session.execute(update(Delivery).where(Delivery.sid.is_(None)).values(sid=Delivery.body))
    session.flush()
    return conversation


def test_a_price_is_shown_as_it_was_lately(db: Database, settings: Settings, clock: Clock) -> None:
    links.start(settings)
    with db.transaction() as session:
        conversation = texted(session)
        assert prices.beside(session, conversation) is None
        assert prices.wanted_since(session) == clock()
        texted(session, "x" * 200)
        prices.note(
            session, [Price("Here it is.", 8_300, "USD"), Price("x" * 200, 16_600, "USD"), Price("other", 5, "USD")]
        )
        assert prices.beside(session, conversation) == {"segment": "0.0083", "spent": "0.0249", "currency": "USD"}
        assert prices.wanted_since(session) is None
        clock.advance(days=31)
        assert prices.beside(session, conversation) is None


def test_until_then_as_it_is_set(sqlite_db: Database, settings: Settings, clock: Clock) -> None:
    links.start(settings.model_copy(update={"sms_price": "0.0079"}))
    with sqlite_db.transaction() as session:
        assert prices.beside(session, texted(session)) == {"segment": "0.0079", "spent": "0.0000", "currency": "USD"}
        opened = world.visitor(session)
        on_the_web = world.conversation(session, world.writes(session, opened, "hi").conversation)
        assert prices.beside(session, on_the_web) is None
        clock.advance(days=3)
        assert prices.wanted_since(session) is None


def test_twilios_way_of_writing_it() -> None:
    assert [_micros(told) for told in ("-0.00830", "0", None, "", "x")] == [8_300, 0, None, None, None]
