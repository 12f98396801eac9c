"""The doorbell: rings are heard between two waits, from other threads, and with PostgreSQL from other gateways."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator

import psycopg
import pytest
from sqlalchemy.orm import Session

from handoff.tools.live import Doorbell
from shop.ground.db import Database, ring
from tests.conftest import fresh_postgres

SOON_S = 120.0
NOT_YET_S = 0.05


def test_a_ring_wakes_who_waits_for_the_topic_and_nobody_else() -> None:
    async def scene() -> None:
        bell = Doorbell()
        bell.attach()
        with bell.listening("a", "b") as ours, bell.listening("c") as theirs:
            bell.ring(frozenset({"b"}))
            assert await ours.wait(SOON_S)
            assert not await theirs.wait(NOT_YET_S)

    asyncio.run(scene())


def test_a_ring_between_two_waits_is_not_lost_and_is_heard_once() -> None:
    async def scene() -> None:
        bell = Doorbell()
        bell.attach()
        with bell.listening("a") as listener:
            bell.ring(frozenset({"a"}))
            bell.ring(frozenset({"a"}))
            await asyncio.sleep(0)
            assert await listener.wait(SOON_S)
            assert not await listener.wait(NOT_YET_S)

    asyncio.run(scene())


def test_a_ring_from_another_thread_arrives() -> None:
    async def scene() -> None:
        bell = Doorbell()
        bell.attach()
        with bell.listening("a") as listener:
            threading.Thread(target=bell.ring, args=(frozenset({"a"}),)).start()
            assert await listener.wait(SOON_S)

    asyncio.run(scene())


def test_a_ring_before_anybody_is_there_or_after_the_end_is_harmless() -> None:
    bell = Doorbell()
    bell.ring(frozenset({"a"}))

    async def attach() -> None:
        bell.attach()

    asyncio.run(attach())
    bell.ring(frozenset({"a"}))


def test_who_left_is_forgotten() -> None:
    async def scene() -> None:
        bell = Doorbell()
        bell.attach()
        with bell.listening("a"):
            pass
        assert not bell._by_topic

    asyncio.run(scene())


@pytest.mark.slow
def test_a_commit_here_rings_at_another_gateway_of_the_same_postgresql(
    postgres_server: str, postgres_template: str
) -> None:
    async def scene(here: Database, url: str) -> None:
        async with hearing(url) as there:
            with there.listening("conversation:x") as listener, there.listening("other") as other:
                await here.write(lambda session: ring(session, "conversation:x"))
                assert await listener.wait(SOON_S)
                assert not await other.wait(NOT_YET_S)

    with fresh_postgres(postgres_server, postgres_template) as url:
        here = Database(url)
        asyncio.run(scene(here, url))
        here.close()


@pytest.mark.slow
def test_a_rule_that_was_rolled_back_rings_at_no_other_gateway(postgres_server: str, postgres_template: str) -> None:
    def refuse(session: Session) -> None:
        ring(session, "lost")
        raise LookupError

    async def scene(here: Database, url: str) -> None:
        async with hearing(url) as there:
            with there.listening("lost", "kept") as listener, there.listening("lost") as lost:
                with contextlib.suppress(LookupError):
                    await here.write(refuse)
                await here.write(lambda session: ring(session, "kept"))
                assert await listener.wait(SOON_S)
                assert not await lost.wait(NOT_YET_S)

    with fresh_postgres(postgres_server, postgres_template) as url:
        here = Database(url)
        asyncio.run(scene(here, url))
        here.close()


@pytest.mark.slow
def test_after_a_lost_connection_everybody_looks_again(postgres_server: str, postgres_template: str) -> None:
    async def scene(url: str) -> None:
        async with hearing(url) as there:
            with there.listening("anything") as listener:
                with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
                    connection.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                assert await listener.wait(SOON_S)

    with fresh_postgres(postgres_server, postgres_template) as url:
        asyncio.run(scene(url))


@contextlib.asynccontextmanager
async def hearing(url: str) -> AsyncIterator[Doorbell]:
    """A doorbell that listens at PostgreSQL already."""
    bell = Doorbell()
    bell.attach()
    task = asyncio.create_task(bell.hear_postgres(url))
    address = url.replace("+psycopg", "")
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        with bell.listening("is anybody there") as listener:
            async with asyncio.timeout(SOON_S):
                while not await listener.wait(NOT_YET_S):
                    await connection.execute("SELECT pg_notify('rapport', 'is anybody there')")
    try:
        yield bell
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
