"""Yeses that come at once, from threads and from processes: one effect, one receipt, no gift card below nothing."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shop import identity, operations
from shop.ground.db import Database
from shop.ground.errors import Refusal
from shop.ground.jobs import Job
from shop.models import DELIVERED, PENDING, Order
from shop.operations import account, payment
from shop.plans import Plan
from shop.records import ReceiptRow
from tests.conftest import fresh_sqlite
from tests.shop import small
from tests.shop.operations import acting
from tests.shop.operations.acting import ELM, ID, PREPARE
from tests.shop.small import NOW

ROOT = Path(__file__).parents[3]
THREADS, ORDERS = 6, 4


def one_effect(session: Session) -> None:
    """One receipt, one mail, and the order's money adds up."""
    assert session.scalar(select(func.count()).select_from(ReceiptRow)) == 1
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    signed = [amount if kind == "payment" else -amount for kind, amount, _ in acting.moves(session)]
    assert session.get_one(Order, ID).paid_minor == sum(signed)
    assert session.get_one(Order, ID).version == 2


@pytest.mark.parametrize("write", PREPARE)
def test_parallel_yeses_are_one_effect(db: Database, write: str) -> None:
    with db.transaction() as session:
        who = acting.shop(session, status=DELIVERED if write in ("return", "exchange") else PENDING)
        plan = PREPARE[write](session, who, "c1:1")
    together = Barrier(THREADS)

    def commit(_: int) -> str:
        together.wait()
        with db.transaction() as session:
            return operations.commit(session, identity.of(session, "c1"), plan.id, "c1:3", NOW).number

    with ThreadPoolExecutor(THREADS) as threads:
        assert len(set(threads.map(commit, range(THREADS)))) == 1
    with db.transaction() as session:
        one_effect(session)


def race(db: Database, plans: list[Plan]) -> list[str]:
    """Commit them all at once: `done`, or the code of the refusal."""
    together = Barrier(len(plans))

    def commit(plan: Plan) -> str:
        together.wait()
        try:
            with db.transaction() as session:
                operations.commit(session, identity.of(session, "c1"), plan.id, f"c1:{plan.id}", NOW)
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(plans)) as threads:
        return sorted(threads.map(commit, plans))


def test_one_gift_card_pays_for_one_of_many_orders(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session, balance=7600)
        others = [small.order(session, f"#W200000{place}", sequence=place).id for place in range(1, ORDERS)]
        plans = [payment.prepare(session, who, one, "gift", f"c1:{one}", NOW) for one in [ID, *others]]
    assert race(db, plans) == ["done", *["gift_card_short"] * (ORDERS - 1)]
    with db.transaction() as session:
        assert acting.balance(session) == 100


def test_one_order_is_changed_by_one_of_many_plans(db: Database) -> None:
    with db.transaction() as session:
        who = acting.shop(session, balance=9000)
        writes = [write for write in PREPARE if write not in ("return", "exchange")]
        plans = [PREPARE[write](session, who, f"c1:{write}") for write in writes]
    assert race(db, plans) == ["done", *["plan_void"] * (len(plans) - 1)]
    with db.transaction() as session:
        one_effect(session)


def test_accounts_and_orders_do_not_stand_in_each_others_way(db: Database) -> None:
    """Several orders are locked by one plan: nobody waits for somebody who waits for them."""
    with db.transaction() as session:
        who = acting.shop(session)
        every = [ID, *(small.order(session, f"#W200000{place}", sequence=place).id for place in range(1, ORDERS))]
        plans = [
            account.prepare(session, who, ELM, every if place % 2 else every[::-1], f"c1:{place}", NOW)
            for place in range(ORDERS)
        ]
    assert race(db, plans) == ["done", *["plan_void"] * (ORDERS - 1)]


@pytest.mark.slow
@pytest.mark.parametrize("write", ["cancel", "items"])
def test_two_processes_are_one_effect(sqlite_template: Path, tmp_path: Path, write: str) -> None:
    url = fresh_sqlite(sqlite_template, tmp_path)
    db = Database(url)
    with db.transaction() as session:
        plan = PREPARE[write](session, acting.shop(session), "c1:1")
    command = [sys.executable, "-m", "tests.shop.operations.committer", url, plan.id]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("\n")
        process.stdin.flush()
    numbers = {process.communicate(timeout=60)[0].strip() for process in both}
    assert len(numbers) == 1 and numbers != {""}
    with db.transaction() as session:
        one_effect(session)
    db.close()
