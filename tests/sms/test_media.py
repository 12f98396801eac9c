"""What is attached to a text: fetched with credentials from Twilio alone, looked at, kept once, and missed openly."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.jobs import fetch_media
from handoff.models import Message
from handoff.rules import arrivals, files, thread
from handoff.rules.arrivals import Arrived
from handoff.tools.media import Fetched, Gone, Later, Media, Outcome
from handoff.tools.shelf import Shelf
from shop.ground import jobs
from shop.ground.db import Database
from shop.ground.settings import Settings
from tests.conftest import Clock
from tests.sms.test_files import PNG

PHONE = "+12025550123"
REOPEN = timedelta(days=7)
HOME = "https://api.twilio.com"
URL = f"{HOME}/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
Answer = Callable[[httpx.Request], httpx.Response]


@dataclass(frozen=True)
class Parts:
    """What the job needs."""

    db: Database
    media: Media
    shelf: Shelf


def media(settings: Settings, answer: Answer, largest: int = files.LARGEST) -> Media:
    real = settings.model_copy(
        update={"twilio_api_url": "", "twilio_account_sid": "AC1", "twilio_auth_token": "secret"}
    )
    return Media(real, largest, httpx.MockTransport(answer))


def fetched(settings: Settings, answer: Answer, url: str = URL, largest: int = files.LARGEST) -> Outcome:
    return asyncio.run(media(settings, answer, largest).fetch(url))


def asked(*seen: httpx.Request) -> list[tuple[str, bool]]:
    return [(str(request.url), "authorization" in request.headers) for request in seen]


def test_credentials_go_to_twilio_and_not_to_its_store(settings: Settings) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "api.twilio.com":
            return httpx.Response(307, headers={"Location": "https://mms.twiliocdn.com/AC1/x?sig=1"})
        return httpx.Response(200, content=PNG, headers={"Content-Type": "image/png"})

    assert fetched(settings, answer) == Fetched(PNG, "image/png")
    assert asked(*seen) == [(URL, True), ("https://mms.twiliocdn.com/AC1/x?sig=1", False)]
    assert base64.b64decode(seen[0].headers["authorization"].removeprefix("Basic ")) == b"AC1:secret"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/x", "http://api.twilio.com/x", "https://api.twilio.com:444/x", "https://api.twilio.com.evil.example/x",
        "https://api.twilio.com@evil.example/x", "file:///etc/passwd", "http://127.0.0.1/x", "", "nonsense",
    ],
)  # fmt: skip
def test_nothing_is_asked_of_anybody_else(settings: Settings, url: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"asked {request.url}")

    assert isinstance(fetched(settings, answer, url), Gone)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/x",
        "http://mms.twiliocdn.com/x",
        "https://twiliocdn.com.evil.example/",
        "http://169.254.169.254/x",
    ],
)
def test_no_way_leads_out_of_twilio(settings: Settings, elsewhere: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "api.twilio.com"
        return httpx.Response(302, headers={"Location": elsewhere})

    assert isinstance(fetched(settings, answer), Gone)


def test_a_ring_of_redirects_ends(settings: Settings) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": URL})

    assert isinstance(fetched(settings, answer), Gone)


@pytest.mark.parametrize(("status", "kind"), [(404, Gone), (401, Gone), (429, Later), (500, Later), (503, Later)])
def test_what_an_answer_means(settings: Settings, status: int, kind: type[object]) -> None:
    assert isinstance(fetched(settings, lambda _: httpx.Response(status)), kind)


def test_what_is_too_large_is_not_read_to_its_end(settings: Settings) -> None:
    assert fetched(settings, lambda _: httpx.Response(200, content=b"0" * 2000), largest=1000) == Gone("too large")


def broken(_: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow")


def test_a_text_with_pictures_shows_them_in_order_and_says_which_are_lost(
    db: Database, settings: Settings, clock: Clock
) -> None:
    """Three files: a picture, a page that calls itself one, and one that is there only after a while."""
    late = [httpx.Response(503)]

    def answer(request: httpx.Request) -> httpx.Response:
        which = request.url.path[-1]
        if which == "1":
            return httpx.Response(200, content=b"<script>alert(1)</script>", headers={"Content-Type": "image/png"})
        if which == "2" and late:
            return late.pop()
        return httpx.Response(200, content=PNG + which.encode())

    listed = tuple({"url": f"{HOME}/m/{n}", "content_type": "image/png"} for n in range(3))

    async def play() -> None:
        parts = Parts(db, media(settings, answer), Shelf(settings.var_dir / "files"))
        for _ in range(2):  # Twilio brings it twice
            await db.write(arrivals.receive, Arrived(f"MM{1:032x}", PHONE, "", listed), REOPEN)
        for _ in range(2):
            while (job := await db.write(jobs.claim, 30, ("fetch_media",))) is not None:
                await fetch_media.run(parts, job)
            clock.advance(minutes=1)

    asyncio.run(play())
    with db.transaction() as session:
        shown = shown_files(session)
        assert [file["name"] for file in shown] == ["1-1.png", "1-3.png"]
        assert [file["bytes"] for file in shown] == [len(PNG) + 1] * 2
        message = session.scalars(select(Message)).one()
        # Who knew the text before its files were there reads it again, until they must have.
        assert thread.with_late_files(session, message.conversation_id, message.seq) == message.seq - 1
        clock.advance(minutes=11)
        assert thread.with_late_files(session, message.conversation_id, message.seq) == message.seq
        lost = [item.get("lost") for item in session.scalars(select(Message.meta)).one()["media"]]  # type: ignore[index]
        assert lost == [None, "Only pictures, PDF, video and sound are taken.", None]
    assert sum(path.is_file() for path in (settings.var_dir / "files").iterdir()) == 2


def shown_files(session: Session) -> list[dict[str, Any]]:
    message = session.scalars(select(Message)).one()
    (read,) = thread.messages(session, message.conversation_id, 0)
    found: list[dict[str, Any]] = read["files"]
    return found


def test_what_does_not_come_within_an_hour_is_given_up(sqlite_db: Database, settings: Settings, clock: Clock) -> None:
    async def play() -> None:
        parts = Parts(sqlite_db, media(settings, broken), Shelf(settings.var_dir / "files"))
        listed = ({"url": URL, "content_type": "image/png"},)
        await sqlite_db.write(arrivals.receive, Arrived(f"MM{1:032x}", PHONE, "hi", listed), REOPEN)
        for _ in range(60):
            job = await sqlite_db.write(jobs.claim, 30, ("fetch_media",))
            if job is not None:
                await fetch_media.run(parts, job)
            clock.advance(minutes=2)

    asyncio.run(play())
    with sqlite_db.transaction() as session:
        meta = session.scalars(select(Message.meta)).one() or {}
        assert meta["media"][0]["lost"] == "ReadTimeout"
        assert session.scalars(select(jobs.Job.kind)).all() == ["ask_bot"]
