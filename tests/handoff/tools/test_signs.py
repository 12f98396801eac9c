"""Signs of life: heard by who listens to that conversation, and with PostgreSQL in every gateway."""

import asyncio

import pytest

from handoff.tools import signs
from handoff.tools.live import Doorbell
from handoff.tools.signs import Sign
from shop.ground.db import Database
from tests.conftest import fresh_postgres
from tests.handoff.tools.test_live import hearing

SOON_S = 120.0
TYPING = Sign("c1", "typing", {"kind": "customer", "name": ""})


def test_a_sign_is_heard_by_who_listens_to_its_conversation_or_to_all(sqlite_db: Database) -> None:
    async def scene() -> None:
        bell = Doorbell()
        with bell.signs.hearing("c1") as here, bell.signs.hearing() as all_, bell.signs.hearing("c2") as elsewhere:
            await bell.tell(sqlite_db, TYPING)
            assert here.get_nowait() == all_.get_nowait() == TYPING
            assert elsewhere.empty()
        await bell.tell(sqlite_db, TYPING)  # nobody is there any more
        assert here.empty()

    asyncio.run(scene())


def test_who_listens_too_slowly_misses_signs_and_holds_nobody_up(sqlite_db: Database) -> None:
    async def scene() -> None:
        bell = Doorbell()
        with bell.signs.hearing("c1") as here:
            for _ in range(signs.BEHIND * 2):
                await bell.tell(sqlite_db, TYPING)
            assert here.qsize() == signs.BEHIND

    asyncio.run(scene())


def test_who_looks_is_known_until_they_say_nothing_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(signs.time, "monotonic", lambda: clock[0])
    heard = signs.Signs()
    for name in ("Ben", "Alice"):
        heard.hear(Sign("c1", "looking", {"id": name.lower(), "name": name}).topic)
        clock[0] += 10
    assert [one["name"] for one in heard.looking("c1")] == ["Alice", "Ben"]
    clock[0] += signs.LOOKS_FOR_S - 15
    assert [one["name"] for one in heard.looking("c1")] == ["Alice"]
    clock[0] += 20
    assert heard.looking("c1") == []


@pytest.mark.slow
def test_with_postgres_a_sign_is_heard_in_every_gateway(postgres_server: str, postgres_template: str) -> None:
    async def scene(url: str) -> None:
        db = Database(url)
        async with hearing(url) as here, hearing(url) as there:
            with here.signs.hearing("c1") as ours, there.signs.hearing("c1") as theirs:
                await here.tell(db, TYPING)
                async with asyncio.timeout(SOON_S):
                    assert await ours.get() == await theirs.get() == TYPING
        db.close()

    with fresh_postgres(postgres_server, postgres_template) as url:
        asyncio.run(scene(url))
