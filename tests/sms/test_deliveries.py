"""The state of a text only moves forward: status reports in every order, early, twice, and for texts that are not ours."""

import itertools

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handoff.models import Consent, Delivery, DeliveryEvent
from handoff.rules import consent, deliveries
from handoff.tools.texter import Later, NotThere, Refused, Sent, Uncertain
from shop.ground import jobs
from shop.ground.db import Database
from tests.conftest import Clock
from tests.sms.sending import owe, state_of

PHONE = "+12025550123"
SID = "SM" + "0" * 32
OTHER = "SM" + "1" * 32


def claimed(session: Session) -> jobs.Claimed:
    job = jobs.claim(session, 30, ("deliver",))
    assert job is not None
    return job


def taken(session: Session) -> tuple[int, jobs.Claimed]:
    """A delivery that is being sent."""
    delivery = owe(session, PHONE, "hello")
    job = claimed(session)
    assert isinstance(deliveries.take(session, job), deliveries.ToSend)
    return delivery, job


def owed(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(jobs.Job)) or 0


def test_a_text_is_marked_as_being_sent_before_it_is(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        delivery, _ = taken(session)
    with db.transaction() as session:
        assert state_of(session, delivery) == ("sending", None)


@pytest.mark.parametrize("reports", list(itertools.permutations(["queued", "sending", "sent", "delivered"])))
def test_reports_in_every_order_come_to_the_same(sqlite_db: Database, clock: Clock, reports: tuple[str, ...]) -> None:
    for place in range(len(reports) + 1):  # and the send's own answer before, between and after them
        with sqlite_db.transaction() as session:
            delivery, job = taken(session)
            sid = f"SM{delivery:032x}"
            for index, status in enumerate([*reports, *reports]):
                if index == place:
                    deliveries.sent(session, job, Sent(sid))
                deliveries.report(session, sid, status, None, to=PHONE, delivery_id=delivery)
            assert state_of(session, delivery) == ("delivered", None)
            assert session.scalars(select(Delivery.sid).where(Delivery.id == delivery)).one() == sid
            if place == len(reports):
                deliveries.sent(session, job, Sent(sid))
            jobs.finish(session, job)


@pytest.mark.parametrize("reports", list(itertools.permutations(["sent", "failed", "undelivered"])))
def test_a_failure_keeps_its_code_whatever_comes_after(
    sqlite_db: Database, clock: Clock, reports: tuple[str, ...]
) -> None:
    codes = {"sent": None, "failed": 30008, "undelivered": 30003}
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        deliveries.sent(session, job, Sent(SID))
        for status in reports:
            deliveries.report(session, SID, status, codes[status], to=PHONE, delivery_id=None)
        assert state_of(session, delivery) == ("undelivered", 30003)
        assert session.get_one(Delivery, delivery).reason == "The phone is switched off or out of reach."
        deliveries.report(session, SID, "delivered", None, to=PHONE, delivery_id=None)
        assert state_of(session, delivery) == ("delivered", None)


def test_each_report_is_kept_once(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        _, job = taken(session)
        deliveries.sent(session, job, Sent(SID))
        for status in ("sent", "sent", "delivered", "delivered", "something_new"):
            deliveries.report(session, SID, status, None, to=PHONE, delivery_id=None)
        kept = session.scalars(select(DeliveryEvent.status).order_by(DeliveryEvent.id)).all()
        assert kept == ["sent", "delivered", "something_new"]


def test_a_report_before_the_answer_counts_when_the_answer_comes(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        deliveries.report(session, SID, "delivered", None, to=PHONE, delivery_id=None)
        assert state_of(session, delivery) == ("sending", None)
        deliveries.sent(session, job, Sent(SID))
        assert state_of(session, delivery) == ("delivered", None)
        assert owed(session) == 0


def test_a_report_that_names_the_delivery_ends_the_uncertainty(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        deliveries.sent(session, job, Uncertain("ReadTimeout"))
        assert state_of(session, delivery) == ("uncertain", None)
        deliveries.report(session, SID, "sent", None, to=PHONE, delivery_id=delivery)
        assert state_of(session, delivery) == ("sent", None)
        clock.advance(minutes=5)
        assert deliveries.take(session, claimed(session)) is None
        assert owed(session) == 0


def test_a_report_for_another_phone_or_an_unknown_text_moves_nothing(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        deliveries.report(session, SID, "delivered", None, to="+12025550199", delivery_id=delivery)
        deliveries.report(session, OTHER, "delivered", None, to=PHONE, delivery_id=999_999)
        assert state_of(session, delivery) == ("sending", None)
        deliveries.sent(session, job, Sent("SM" + "2" * 32))
        deliveries.report(session, OTHER, "undelivered", 30003, to=PHONE, delivery_id=delivery)
        assert state_of(session, delivery) == ("sent", None)


def test_only_a_minute_without_a_trace_lets_it_be_sent_again(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        deliveries.sent(session, job, Uncertain("ReadTimeout"))
        for waited_s in (5, 15, 40):
            assert deliveries.take(session, clock_claim(session, clock, waited_s - 1)) is None
            clock.advance(1)
            job = claimed(session)
            assert isinstance(deliveries.take(session, job), deliveries.ToLookUp)
            assert state_of(session, delivery) == ("uncertain", None)
            deliveries.looked_up(session, job, NotThere())
        assert state_of(session, delivery) == ("queued", None)
        assert isinstance(deliveries.take(session, claimed(session)), deliveries.ToSend)


def clock_claim(session: Session, clock: Clock, wait_s: float) -> jobs.Claimed:
    """Nothing may be due before its time; the job that comes out is one that does not exist."""
    clock.advance(wait_s)
    assert jobs.claim(session, 30, ("deliver",)) is None
    return jobs.Claimed(0, "deliver", "sms:none", {"delivery": 0}, "", 1, clock.time, False)


def test_a_found_text_is_not_sent_again(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        deliveries.sent(session, job, Uncertain("500"))
        clock.advance(5)
        job = claimed(session)
        assert isinstance(deliveries.take(session, job), deliveries.ToLookUp)
        deliveries.looked_up(session, job, Sent(SID, "delivered"))
        assert state_of(session, delivery) == ("delivered", None)
        assert owed(session) == 0


def test_what_certainly_did_not_go_out_is_tried_again_with_longer_pauses(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        pauses = []
        for _ in range(9):
            deliveries.sent(session, job, Later("429"))
            assert state_of(session, delivery) == ("queued", None)
            due = jobs.next_due(session)
            assert due is not None
            pauses.append((due - clock.time).total_seconds())
            clock.time = due
            job = claimed(session)
            assert isinstance(deliveries.take(session, job), deliveries.ToSend)
        assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300]


def test_an_answer_that_is_hours_late_is_not_sent(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery = owe(session, PHONE, "hello")
        clock.advance(hours=5)
        assert deliveries.take(session, claimed(session)) is None
        assert state_of(session, delivery) == ("failed", None)
        assert "four hours" in (session.get_one(Delivery, delivery).reason or "")
        assert owed(session) == 0


def test_whoever_lost_the_lease_does_not_put_the_text_back(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        clock.advance(31)
        other = claimed(session)
        assert isinstance(deliveries.take(session, other), deliveries.ToLookUp)
        deliveries.sent(session, job, Later("429"))
        assert state_of(session, delivery) == ("uncertain", None)


def test_nothing_is_sent_after_stop_and_again_after_start(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        consent.record(session, PHONE, "stop", wording="STOP", source="sms:x")
        delivery = owe(session, PHONE, "hello")
        assert deliveries.take(session, claimed(session)) is None
        assert state_of(session, delivery) == ("failed", 21610)
        assert "opted out" in (session.get_one(Delivery, delivery).reason or "")
        consent.record(session, PHONE, "start", wording="START", source="sms:y")
        taken(session)


def test_twilio_knowing_of_a_stop_writes_it_into_the_ledger(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        deliveries.sent(session, job, Refused(21610, "Attempt to send to unsubscribed recipient"))
        assert state_of(session, delivery) == ("failed", 21610)
        assert consent.stopped(session, PHONE)
        assert session.scalars(select(Consent.source)).all() == ["carrier"]


def test_a_refusal_that_is_ours_to_mend_is_kept_for_the_operators(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        delivery, job = taken(session)
        deliveries.sent(session, job, Refused(21606, "The 'From' phone number is not valid"))
        assert state_of(session, delivery) == ("failed", 21606)
        kept = session.scalars(select(jobs.Job)).one()
        assert kept.failed_at is not None
        assert (kept.error or "").startswith("21606")
