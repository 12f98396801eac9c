"""Whatever is said and done around it: after an opt-out nothing goes out but its one confirmation, until they come back."""

import random
from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Consent, Delivery
from handoff.rules import arrivals, deliveries, outbox
from handoff.rules.arrivals import Arrived
from handoff.rules.pace import AGENT, BOT, NOTICE
from handoff.tools.texter import Sent, Uncertain
from shop.ground import jobs
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world
from tests.sms.test_arrivals import REOPEN, sid

DAYS, STEPS = 10, 40
STOPS = ("STOP", "Cancel", "please stop texting me", "take me off your list")
STARTS = ("START", "unstop", "yes")
SAYS = {AGENT: outbox.Author("agent", "Dana", None), BOT: outbox.bot(), NOTICE: outbox.system()}


class Day:
    """One number's day, and what we know of it without asking the rules."""

    def __init__(self, session: Session, clock: Clock, seed: int) -> None:
        self.session, self.clock, self.dice = session, clock, random.Random(seed)
        self.number, self.stopped, self.confirmed = f"+1202555{seed:04}", False, False
        self.texts = 1000 * seed
        self.ledger: list[tuple[object, ...]] = []
        self.went: Counter[str] = Counter()

    def writes(self, words: str) -> None:
        self.texts += 1
        self.clock.advance(1)
        arrivals.receive(self.session, Arrived(sid(self.texts), self.number, words), REOPEN)
        if words in STOPS and not self.stopped:
            self.stopped, self.confirmed = True, words in STOPS[:2]  # to a keyword the carrier itself answers
        elif words in STARTS and self.stopped:
            self.stopped = False

    def says(self, rank: int, words: str = "Hello.") -> None:
        conversation = world.conversation(self.session, world.texts(self.session, self.number, "hm").conversation)
        outbox.say(self.session, conversation, SAYS[rank], words)

    def sends(self) -> None:
        while (job := jobs.claim(self.session, 30, ("deliver",))) is not None:
            step = deliveries.take(self.session, job)
            if isinstance(step, deliveries.ToSend):
                self.goes_out(self.session.get_one(Delivery, step.delivery))
                lost = self.dice.random() < 0.2
                deliveries.sent(
                    self.session, job, Uncertain("500") if lost else Sent(f"SM{step.delivery:030x}{job.attempts:02x}")
                )
            elif isinstance(step, deliveries.ToLookUp):
                deliveries.looked_up(self.session, job, Sent(f"SM{step.delivery:030x}ff"))

    def goes_out(self, delivery: Delivery) -> None:
        if delivery.last_word:
            assert not self.confirmed, "confirmed twice"
            self.confirmed = True
        else:
            assert not self.stopped, f"{delivery.body!r} went out after a stop"
        self.went["last word" if delivery.last_word else "text"] += 1

    def only_grows(self) -> None:
        """The ledger keeps each row as it was written, and its last one says how it stands."""
        rows = self.session.execute(
            select(*Consent.__table__.c).where(Consent.number == self.number).order_by(Consent.id)
        )
        ledger = [tuple(row) for row in rows]
        assert ledger[: len(self.ledger)] == self.ledger
        assert self.stopped == (bool(ledger) and "stop" in ledger[-1])
        self.ledger = ledger

    def passes(self) -> None:
        for _ in range(STEPS):
            match self.dice.randrange(6):
                case 0:
                    self.writes(self.dice.choice(STOPS))
                case 1:
                    self.writes(self.dice.choice(STARTS))
                case 2:
                    self.writes(f"where is my order {self.texts}?")
                case 3:
                    self.says(self.dice.choice((AGENT, BOT, NOTICE)))
                case 4:
                    self.clock.advance(minutes=self.dice.choice((1, 30, 300)))
                case _:
                    self.sends()
            self.only_grows()
        self.writes("STOP")
        self.writes("START")
        self.says(BOT, "Welcome back.")
        for _ in range(4):  # what nobody knows of is looked up
            self.clock.advance(minutes=2)
            self.sends()
        assert self.session.query(Delivery).filter_by(to=self.number, body="Welcome back.").one().state == "sent"


def test_after_a_stop_nothing_goes_out_but_one_confirmation_and_after_a_start_everything(
    sqlite_db: Database, clock: Clock
) -> None:
    went: Counter[str] = Counter()
    with sqlite_db.transaction() as session:
        for seed in range(DAYS):
            day = Day(session, clock, seed)
            day.passes()
            went += day.went
    assert went["last word"] >= DAYS // 2 and went["text"] >= 3 * DAYS, went
