"""Who wants no more texts may say so in any words, is told once that it is done, and can come back."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Consent, Delivery
from handoff.rules import arrivals, consent, deliveries, outbox, wishes
from handoff.rules.arrivals import Arrived
from shop.ground import jobs
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world

PHONE = "+12025550123"
REOPEN = timedelta(days=7)

SAID = """please stop texting me
Stop texting me!!
STOP MESSAGING ME
stop sending me texts
Stop sending messages to this number please
pls stop sending me these messages
can you stop texting me?
Could you please stop messaging me
don't text me again
Do not text me anymore.
dont ever text me
Don’t contact me again
never text me again
no more texts please
No more messages.
take me off your list
Remove me from this list
remove my number from your database
please remove my phone number from your mailing list
unsubscribe me
Please unsubscribe this number
quit texting me
I don't want any more texts
I do not want to get your messages
please stop all texts to me
opt me out
I want to opt out
I want to opt out of your texts
stop texts
wrong number, stop texting me""".splitlines()

NOT_SAID = """stop my order
please stop the shipment
can I stop the order before it ships?
don't stop texting me
why did you stop texting me
did you stop texting me?
I never got a text message
I got no message
text me when it is here
do not send the lamp to the old address
don't send it again
please don't charge me again
I didn't get the text
remove the lamp from my order
take the rug off my order
remove me from the order as a recipient
stop by the shop
the messages stopped
no more lamps?
cancel my order
how do I unsubscribe from the newsletter?
opt out of gift wrapping
you sent me texts about another order
stop""".splitlines()


@pytest.mark.parametrize("text", SAID)
def test_these_words_ask_to_be_left_alone(text: str) -> None:
    assert wishes.to_be_left_alone(text)


@pytest.mark.parametrize("text", NOT_SAID)
def test_these_are_about_something_else(text: str) -> None:
    assert not wishes.to_be_left_alone(text)


def arrive(session: Session, number: int, words: str) -> None:
    arrivals.receive(session, Arrived(f"SM{number:032x}", PHONE, words), REOPEN)


def sent(session: Session) -> list[str]:
    """What may go out now."""
    bodies = []
    while (job := jobs.claim(session, 30, ("deliver",))) is not None:
        step = deliveries.take(session, job)
        if isinstance(step, deliveries.ToSend):
            bodies.append(step.body)
            jobs.finish(session, job)
    return bodies


def test_who_asks_is_told_once_and_hears_nothing_more(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        arrive(session, 1, "Please stop texting me!")
        arrive(session, 1, "Please stop texting me!")
        arrive(session, 2, "I said stop texting me")
        row = session.scalars(select(Consent)).one()
        assert (row.kind, row.how, row.scope, row.source) == ("stop", "words", "all", f"sms:SM{1:032x}")
        assert row.wording == "Please stop texting me!"
        assert sent(session) == ["You won't get any more texts from us. If you change your mind, reply START."]
        assert session.scalars(select(jobs.Job.kind)).all() == []
        conversation = world.conversation(session, world.texts(session, PHONE, "person").conversation)
        outbox.say(session, conversation, outbox.bot(), "Are you there?")
        assert sent(session) == []
        assert session.scalars(select(Delivery.error_code).order_by(Delivery.id)).all()[-1] == 21610


def test_start_opens_the_way_again(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        arrive(session, 1, "no more texts")
        arrive(session, 2, "START")
        assert not consent.stopped(session, PHONE)
        kinds = session.execute(select(Consent.kind, Consent.how).order_by(Consent.id)).all()
        assert [tuple(row) for row in kinds] == [("stop", "words"), ("start", "keyword")]
        # To whom the carrier has nothing to say, as it never stopped anything; and what was true a moment ago is not said.
        assert sent(session) == ["You get our texts again. What can we do for you? Reply STOP to end them."]
        arrive(session, 3, "STOP")
        arrive(session, 4, "START")
        assert sent(session) == []
