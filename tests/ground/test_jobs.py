"""Jobs: one claimant, a lane one at a time and in order, leases that lapse, and nobody who settles twice."""

import asyncio
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.jobs import Claimed, Job
from tests.conftest import Clock

KINDS = ("walk", "talk")
LEASE_S = 30.0


def owe(db: Database, *lanes: str, kind: str = "walk", key: str | None = None) -> bool:
    with db.transaction() as session:
        made = [jobs.owe(session, kind, lane, {"n": n}, key=key) for n, lane in enumerate(lanes)]
    return all(made)


def claim(db: Database) -> Claimed | None:
    with db.transaction() as session:
        return jobs.claim(session, LEASE_S, KINDS)


def taken(db: Database) -> Claimed:
    job = claim(db)
    assert job is not None
    return job


def asked(db: Database) -> Claimed:
    job = taken(db)
    with db.transaction() as session:
        assert jobs.asking(session, job)
    return job


def finish(db: Database, job: Claimed) -> bool:
    with db.transaction() as session:
        return jobs.finish(session, job)


def all_rows(db: Database) -> list[Job]:
    with Session(db.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_a_job_is_claimed_once_and_gone_when_it_is_finished(db: Database, clock: Clock) -> None:
    owe(db, "a")
    job = taken(db)
    assert (job.kind, job.lane, job.payload, job.attempts, job.asked_before) == ("walk", "a", {"n": 0}, 1, False)
    assert claim(db) is None
    assert finish(db, job)
    assert all_rows(db) == []


def test_parallel_claims_give_each_job_to_one_claimant(db: Database) -> None:
    owe(db, *(f"lane-{n}" for n in range(40)))

    async def claim_all() -> list[int]:
        async def one() -> list[int]:
            mine = []
            while (job := await db.write(jobs.claim, LEASE_S, KINDS)) is not None:
                mine.append(job.id)
            return mine

        return [job for mine in await asyncio.gather(*(one() for _ in range(16))) for job in mine]

    claimed = asyncio.run(claim_all())
    assert len(claimed) == len(set(claimed)) == 40


def test_parallel_claims_never_run_a_lane_twice_or_out_of_order(db: Database) -> None:
    owe(db, *("same",) * 12)

    async def work() -> list[int]:
        order: list[int] = []
        running = 0

        async def one() -> None:
            nonlocal running
            while len(order) < 12:
                job = await db.write(jobs.claim, LEASE_S, KINDS)
                if job is None:
                    continue
                running += 1
                assert running == 1
                order.append(job.payload["n"])
                running -= 1
                await db.write(jobs.finish, job)

        await asyncio.wait_for(asyncio.gather(*(one() for _ in range(8))), 60)
        return order

    assert asyncio.run(work()) == list(range(12))


def test_other_lanes_go_on_while_one_is_busy(db: Database, clock: Clock) -> None:
    owe(db, "a", "a", "b")
    assert [taken(db).payload["n"], taken(db).payload["n"]] == [0, 2]
    assert claim(db) is None


def test_what_is_due_longest_comes_first_and_what_is_not_due_waits(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        jobs.owe(session, "walk", "later", {}, due_at=clock.time + timedelta(seconds=20))
        jobs.owe(session, "walk", "sooner", {}, due_at=clock.time + timedelta(seconds=10))
    assert claim(db) is None
    clock.advance(30)
    assert [taken(db).lane, taken(db).lane] == ["sooner", "later"]


def test_only_the_kinds_that_were_asked_for_are_claimed(db: Database) -> None:
    owe(db, "a", kind="swim")
    assert claim(db) is None


def test_a_lapsed_lease_is_claimed_again_and_the_late_first_holder_settles_nothing(db: Database, clock: Clock) -> None:
    owe(db, "a")
    first = taken(db)
    clock.advance(LEASE_S + 1)
    second = taken(db)
    assert (second.id, second.attempts) == (first.id, 2)
    with db.transaction() as session:
        assert not jobs.finish(session, first)
        assert not jobs.later(session, first, clock.time)
        jobs.give_up(session, first, "too late to say so")
    assert [(row.failed_at, row.lease) for row in all_rows(db)] == [(None, second.lease)]
    assert finish(db, second)


def test_a_job_is_marked_as_asked_before_anybody_is_asked(db: Database, clock: Clock) -> None:
    owe(db, "a")
    assert not taken(db).asked_before
    clock.advance(LEASE_S + 1)
    late = asked(db)  # whoever held it before had asked nobody
    assert not late.asked_before
    clock.advance(LEASE_S + 1)
    assert taken(db).asked_before
    with db.transaction() as session:
        assert not jobs.asking(session, late)


def test_what_was_certainly_not_asked_may_be_asked_again(db: Database, clock: Clock) -> None:
    owe(db, "a")
    with db.transaction() as session:
        jobs.later(session, taken_in(session), clock.time + timedelta(seconds=3), unasked=True, payload={"told": True})
    assert claim(db) is None
    clock.advance(3)
    again = taken(db)
    assert (again.asked_before, again.payload, again.attempts) == (False, {"told": True}, 2)


def taken_in(session: Session) -> Claimed:
    job = jobs.claim(session, LEASE_S, KINDS)
    assert job is not None
    assert jobs.asking(session, job)
    return job


def test_a_job_put_off_keeps_its_lane_s_order(db: Database, clock: Clock) -> None:
    owe(db, "a", "a")
    with db.transaction() as session:
        jobs.later(session, taken_in(session), clock.time + timedelta(seconds=60))
    assert claim(db) is None  # the second one waits for the first
    clock.advance(60)
    assert taken(db).payload["n"] == 0


def test_a_job_that_is_given_up_stays_to_be_looked_at_and_frees_its_lane(db: Database, clock: Clock) -> None:
    owe(db, "a", "a")
    with db.transaction() as session:
        jobs.give_up(session, taken_in(session), "x" * 5000)
    assert taken(db).payload["n"] == 1
    kept = all_rows(db)[0]
    assert kept.failed_at is not None
    assert kept.error == "x" * 1000


def test_a_key_is_owed_once_and_again_when_it_was_paid_or_given_up(db: Database) -> None:
    assert owe(db, "a", key="k")
    assert not owe(db, "a", key="k")
    finish(db, taken(db))
    assert owe(db, "a", key="k")
    with db.transaction() as session:
        jobs.give_up(session, taken_in(session), "no")
    assert owe(db, "a", key="k")


def test_what_is_withdrawn_is_owed_no_more(db: Database) -> None:
    owe(db, "a", key="k")
    with db.transaction() as session:
        jobs.withdraw(session, "k")
    assert claim(db) is None


def test_at_the_start_the_leases_of_a_dead_process_are_void_but_not_what_it_asked(db: Database) -> None:
    owe(db, "a", "b")
    asked(db), taken(db)
    with db.transaction() as session:
        assert jobs.void_leases(session) == 2
    assert [taken(db).asked_before, taken(db).asked_before] == [True, False]


def test_the_next_thing_to_do_is_what_falls_due_or_the_end_of_a_lease(db: Database, clock: Clock) -> None:
    def next_due() -> float | None:
        with Session(db.engine) as session:
            due = jobs.next_due(session)
        return (due - clock.time).total_seconds() if due else None

    assert next_due() is None
    owe(db, "a")
    assert next_due() == 0
    taken(db)
    assert next_due() == LEASE_S


def test_owing_and_settling_ring_the_bell(db: Database) -> None:
    heard: list[str] = []
    db.on_bells = heard.extend
    owe(db, "a")
    finish(db, taken(db))
    assert heard == [jobs.BELL, jobs.BELL]
