"""Eight processes take what waits on PostgreSQL: nothing is taken twice, nothing is lost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select

from handoff.models import Assignment, Conversation
from shop.ground import clock
from shop.ground.db import Database
from tests.conftest import fresh_postgres
from tests.handoff import world
from tests.handoff.routing import claims

PROCESSES = 8
# `make torture` takes 20,000; what a wrong claim does shows with a few hundred.
WAITING = int(os.environ.get("RAPPORT_TEST_CLAIMS", "400"))


@pytest.fixture
def postgres(postgres_server: str, postgres_template: str) -> Iterator[Database]:
    with fresh_postgres(postgres_server, postgres_template) as url:
        opened = Database(url)
        yield opened
        opened.close()


@pytest.mark.slow
def test_eight_processes_take_each_conversation_once_and_lose_none(postgres: Database) -> None:
    now = clock.now()
    waits = {
        "version": 1, "state": "waiting", "channel": "web", "stage": "team", "queue": "general", "needs": "",
        "tier": "standard", "reason": "customer_asked", "topic": "general", "waiting_since": now, "rank_at": now,
        "opened_at": now, "changed_at": now, "last_seq": 0, "last_customer_seq": 0, "last_reply_seq": 0,
    }  # fmt: skip
    with postgres.transaction() as session:
        for n in range(PROCESSES):
            world.agent(session, f"a{n}", here=False)
        session.execute(insert(Conversation), [{"id": uuid4().hex, **waits} for _ in range(WAITING)])
    running = [
        subprocess.Popen(
            [sys.executable, "-m", claims.__name__, postgres.url, f"a{n}"], stdout=subprocess.PIPE, text=True
        )
        for n in range(PROCESSES)
    ]
    taken = [int(process.communicate()[0]) for process in running]
    assert [process.returncode for process in running] == [0] * PROCESSES
    assert sum(taken) == WAITING
    with postgres.transaction() as session:
        held = session.scalar(select(func.count()).where(Conversation.state == "held", Conversation.version == 2))
        steps = session.scalar(select(func.count()).select_from(Assignment).where(Assignment.to_state == "held"))
        each = select(func.count(Assignment.conversation_id.distinct())).where(Assignment.to_state == "held")
        assert (held, steps, session.scalar(each)) == (WAITING, WAITING, WAITING)
