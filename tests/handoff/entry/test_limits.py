"""Rate limits over HTTP, and what a gateway in production does not have."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import ports
from tests.conftest import development, fresh_sqlite
from tests.handoff.gateway import PASSWORD, Gateway, populate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def strict(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway that allows three of everything an hour."""
    folder = tmp_path_factory.mktemp("strict")
    settings = development(folder / "var", port=ports.free(), database_url=fresh_sqlite(sqlite_template, folder))
    rates = dict.fromkeys(("RATE_SESSIONS", "RATE_MESSAGES", "RATE_LOGINS"), "3/hour")
    gateway = Gateway(settings, "http://127.0.0.1:9", folder / "gateway.log", **rates)
    with gateway.db.transaction() as session:
        populate(session)
    yield gateway.start()
    gateway.close()


def too_many(answer: httpx.Response) -> None:
    assert answer.status_code == 429
    assert answer.json()["error"]["code"] == "too_many"
    assert 0 < int(answer.headers["retry-after"]) <= 3600


def test_sessions_messages_and_logins_are_limited_and_say_when_to_come_back(strict: Gateway) -> None:
    visitor = strict.visitor()
    for n in range(3):
        visitor.writes(f"m{n}")
    too_many(visitor.post(text="one more"))
    assert len(visitor.messages("customer")) == 3
    other = strict.visitor()
    other.writes("another visitor's allowance is their own")
    strict.visitor()
    too_many(strict.client().post("/api/chat/session", json={}))
    at_home = strict.client(Origin=strict.url)
    for _ in range(3):
        guess = {"email": "alice@shop.example", "password": "a guess"}
        assert at_home.post("/api/console/login", json=guess).status_code == 401
    too_many(at_home.post("/api/console/login", json={"email": "ALICE@shop.example", "password": PASSWORD}))
    strict.agent("ben")


def test_in_production_there_are_no_demo_logins_and_no_twins(sqlite_template: Path, tmp_path: Path) -> None:
    port = ports.free()
    settings = development(tmp_path, port=port, database_url=fresh_sqlite(sqlite_template, tmp_path))
    production = {"RAPPORT_ENV": "production", "PUBLIC_URL": settings.public_url, "IDENTITY_SECRET": "s" * 64}
    gateway = Gateway(settings, "http://127.0.0.1:9", tmp_path / "gateway.log", **production)
    try:
        gateway.start()
        http = gateway.client()
        http.event_hooks = {}  # the document of development describes more
        for path in ("/", "/phone", "/outbox", "/demo/customers", "/demo/agents", "/demo/phones"):
            assert http.get(path).status_code == 404, path
        assert http.post("/demo/identity", json={"customer": "mia"}).status_code == 404
        assert http.post("/sms/inbound", content=b"Body=hello").status_code == 403
        assert http.get("/console").status_code == 200
        assert http.get("/widget.js").status_code == 200
    finally:
        gateway.close()
