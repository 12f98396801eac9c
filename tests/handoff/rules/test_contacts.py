"""How often the shop may speak first: by tier, in thirty days, whatever the way; and the reason where it may not."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Contact, Delivery
from handoff.routing import covers, explain, holding, policy, requests, shifts
from handoff.routing.requests import Wish
from handoff.rules import consent, contacts, deliveries, outbox
from handoff.rules.contacts import Standing, Whom
from handoff.tools.texter import Later, Outcome, Refused, Sent
from shop.ground import jobs
from shop.ground.db import Database
from tests.conftest import Clock
from tests.handoff import world
from tests.handoff.rules.test_ratings import ASKED, run_due, told

MOBILE = "+12125550123"  # in New York: the tests' clock begins at 8:00 there
OTHER = "+12125550124"
TIERS = policy.current().tiers
GAVE_UP = policy.current().gave_up.after.total_seconds()


def send(session: Session, outcome: Outcome | None = None) -> None:
    """Bring out every text that is due, as the worker would; each comes to the outcome, or is delivered."""
    while (job := jobs.claim(session, 30, ("deliver",))) is not None:
        step = deliveries.take(session, job)
        if isinstance(step, deliveries.ToSend):
            deliveries.sent(session, job, outcome or Sent(f"SM{step.delivery:032x}", "delivered"))
        session.flush()


def served_by_text(session: Session, clock: Clock) -> str:
    """Texts, has an answer, and is asked how it was, if that may be."""
    shifts.come(session, "alice")
    conversation_id = world.texts(session, MOBILE, "hello").conversation
    conversation = world.conversation(session, conversation_id)
    outbox.say(session, conversation, outbox.bot(), "Hello")
    requests.person(session, conversation, Wish())
    holding.accept(session, world.conversation(session, conversation_id), world.locked(session, "alice"))
    holding.close(session, world.conversation(session, conversation_id), world.locked(session, "alice"))
    clock.advance(minutes=2)
    run_due(session)
    send(session)
    return conversation_id


def gives_up(session: Session, clock: Clock, customer_id: str) -> str:
    """Agreed to texts, waited in vain for an agent, left, and is texted after a while, if that may be."""
    consent.record(session, MOBILE, "start", wording="", source="test", scope="updates", how="asked")
    visitor = world.visitor(session, customer_id)
    world.taps(session, visitor, "person")
    clock.advance(minutes=7)
    world.taps(session, visitor, "cancel-request")
    clock.advance(GAVE_UP)
    world.run_timers(session)
    send(session)
    return visitor.conversation


def refusals(session: Session) -> list[tuple[str, str | None]]:
    rows = session.execute(select(Contact.kind, Contact.refused).where(Contact.refused.is_not(None)))
    return [(row.kind, row.refused) for row in rows]


def asked(session: Session) -> int:
    return sum(ASKED in body for body in session.scalars(select(Delivery.body)))


def test_a_standard_customer_is_asked_how_it_was_once_in_thirty_days(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        world.agent(session, "Alice")
        noah = world.customer(session, "Noah", phone=MOBILE)
        served_by_text(session, clock)
        assert asked(session) == 1
        asked_at = clock()
        clock.advance(days=10)
        served_by_text(session, clock)
        assert asked(session) == 1
        why = "Customers of the tier standard are spoken to first once in 30 days at the most."
        assert refusals(session) == [("rating", why)]
        assert contacts.standing(session, Whom(noah)) == Standing("standard", 1, 1)
        lately = [(one.kind, one.refused) for one in contacts.lately(session, noah)]
        assert lately == [("rating", why), ("rating", None)]
        clock.time = asked_at + timedelta(days=30)
        assert contacts.standing(session, Whom(noah)).refusal == ""
        served_by_text(session, clock)
        assert asked(session) == 2


def test_who_had_their_share_is_not_texted_after_giving_up_and_their_representative_reads_why(
    db: Database, clock: Clock
) -> None:
    limit = TIERS["gold"].proactive_a_month
    with db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True, phone=MOBILE)
        world.book(session, mia, world.agent(session, "Dana", capacity=0))
        before = told(session, gives_up(session, clock, mia), "joined you in time")
        assert (before, covers.of(session, "dana")) == (1, [])
        for _ in range(limit - 1):
            assert contacts.invited(session, mia, 0) == ""
        assert contacts.invited(session, mia, 0) != ""
        clock.advance(days=1)
        noted = gives_up(session, clock, mia)
        [cover] = covers.of(session, "dana")
        assert (cover.conversation_id, cover.stage) == (noted, "gave_up")
        texts = [body for body in session.scalars(select(Delivery.body)) if "joined you in time" in body]
        assert len(texts) == 1
        assert f"spoken to first {limit} times in 30 days" in " ".join(explain.sentences(session, noted))
        assert {kind for kind, _ in refusals(session)} == {"gave_up", "invitation"}


def test_two_at_once_are_counted_one_after_the_other_and_the_second_says_why(db: Database, clock: Clock) -> None:
    """Both were said before either went out: the gate lets one through. What is no contact goes as ever."""
    with db.transaction() as session:
        clock.advance(hours=4)
        world.customer(session, "Noah", phone=MOBILE)
        conversation = world.conversation(session, world.texts(session, MOBILE, "hello").conversation)
        for key in ("already_with_bot", "idle_warning"):
            contacts.proactive(session, conversation, outbox.tell(session, conversation, key), contacts.GAVE_UP)
        outbox.tell(session, conversation, "idle_closed")
        send(session)
        rows = session.execute(select(Delivery.state, Delivery.reason).order_by(Delivery.id)).all()
        assert [row.state for row in rows] == ["delivered", "failed", "delivered"]
        assert rows[1].reason == refusals(session)[0][1] and "once in 30 days" in str(rows[1].reason)


def test_what_reached_nobody_or_has_still_to_go_counts_for_nothing(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        clock.advance(hours=4)
        noah = world.customer(session, "Noah", phone=MOBILE)
        conversation = world.conversation(session, world.texts(session, MOBILE, "hello").conversation)

        def says() -> None:
            seq = outbox.tell(session, conversation, "idle_warning")
            contacts.proactive(session, conversation, seq, contacts.GAVE_UP)
            session.flush()

        says()
        assert contacts.standing(session, Whom(noah)).had == 0
        send(session, Refused(30003, "switched off"))
        assert contacts.standing(session, Whom(noah)).had == 0
        says()
        send(session, Later("busy"))
        clock.advance(minutes=1)
        send(session)  # its own first try does not stand in its way
        assert contacts.standing(session, Whom(noah)).had == 1
        assert contacts.standing(session, Whom(None, MOBILE)).had == 1  # also where nobody knows whose it is
        assert contacts.standing(session, Whom(None, OTHER)).had == 0


def test_pages_may_invite_whom_the_tier_lets_and_visitors_as_the_last_tier(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        mia, noah = world.customer(session, "Mia", gold=True), world.customer(session, "Noah")
        began = clock()
        for customer_id, tier in ((mia, "gold"), (noah, "standard")):
            may = [contacts.invited(session, customer_id, 0) == "" for _ in range(6)]
            assert may == [n < TIERS[tier].proactive_a_month for n in range(6)]
        assert len(refusals(session)) == 2  # the last of each customer
        limit = TIERS["standard"].proactive_a_month
        assert [contacts.invited(session, None, shown) == "" for shown in range(3)] == [n < limit for n in range(3)]
        assert session.scalars(select(Contact).where(Contact.customer_id.is_(None))).all() == []
        clock.time = began + timedelta(days=30, seconds=-1)
        assert contacts.invited(session, noah, 0) != ""
        clock.advance(seconds=1)
        assert contacts.invited(session, noah, 0) == ""


def test_a_tier_may_never_be_spoken_to_first(sqlite_db: Database, clock: Clock) -> None:
    shipped = policy.current()
    tiers = {name: tier.model_copy(update={"proactive_a_month": 0}) for name, tier in shipped.tiers.items()}
    with policy.using(shipped.model_copy(update={"tiers": tiers})), sqlite_db.transaction() as session:
        assert "never spoken to first" in contacts.invited(session, world.customer(session, "Mia", gold=True), 0)
        assert contacts.invited(session, None, 0) != ""
