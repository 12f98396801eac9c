"""The office, the account and the search over HTTP: who may, from where, and what is said when something is wrong."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select, update

from handoff.models import Agent, Brake, FactorRule, RecoveryCode
from handoff.rules import totp
from shop.ground import clock
from tests.handoff.gateway import PASSWORD, Console, Gateway, eventually

AT = "/api/console/office"
READS = ("agents", "queues", "books", "books/dana", "articles", "policies", "front", "record")


@pytest.fixture
def roles(gateway: Gateway) -> Iterator[Gateway]:
    """Ben is an admin and Alice a supervisor, for this test alone."""
    with gateway.db.transaction() as session:
        session.execute(update(Agent).where(Agent.id == "ben").values(role="admin"))
        session.execute(update(Agent).where(Agent.id == "alice").values(role="supervisor"))
    yield gateway
    with gateway.db.transaction() as session:
        session.execute(update(Agent).values(role="agent", totp_secret=None, totp_pending=None, totp_step=0))
        for model in (Brake, FactorRule, RecoveryCode):
            session.execute(delete(model))


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_supervisors_read_admins_write_agents_do_neither(roles: Gateway) -> None:
    dana, alice, ben = (roles.agent(name) for name in ("dana", "alice", "ben"))
    for path in READS:
        assert alice.http.get(f"{AT}/{path}").status_code == ben.http.get(f"{AT}/{path}").status_code == 200, path
        assert said(dana.http.get(f"{AT}/{path}")) == (403, "role")
    writes = [
        path for path in roles.contract.document["paths"] if path.startswith(AT) and "post" in _methods(roles, path)
    ]
    writes.remove(f"{AT}/front/notice")  # which supervisors write too
    writes.remove(f"{AT}/agents/{{agent_id}}/picture")  # which is a file
    assert len(writes) > 10
    for path in writes:
        url = path.replace("{agent_id}", "dana")
        for console in (dana, alice):
            assert said(console.http.post(url, json={})) == (403, "role"), path
        assert said(ben.http.post(url, json={}, headers={"Origin": "https://evil.example"})) == (403, "wrong_origin")
        assert said(ben.http.post(url, content="{}", headers={"Content-Type": "text/plain"})) == (403, "not_json")


def _methods(gateway: Gateway, path: str) -> dict[str, Any]:
    operations: dict[str, Any] = gateway.contract.document["paths"][path]
    return operations


def test_an_admin_changes_an_agent_and_a_stale_page_is_told(roles: Gateway) -> None:
    ben = roles.agent("ben")
    agents = {one["id"]: one for one in ben.http.get(f"{AT}/agents").json()["agents"]}
    wish = {
        name: value
        for name, value in agents["dana"].items()
        if name not in ("id", "presence", "second_factor", "customers")
    }
    assert said(ben.http.post(f"{AT}/agents/dana", json=wish | {"hours": "mon: soon"})) == (400, "hours")
    assert said(ben.http.post(f"{AT}/agents/dana", json=wish | {"capacity": 0})) == (400, "bad_input")
    changed = ben.http.post(f"{AT}/agents/dana", json=wish | {"skills": ["lamps"]})
    assert changed.status_code == 200 and changed.json()["skills"] == ["lamps"]
    assert said(ben.http.post(f"{AT}/agents/dana", json=wish)) == (409, "stale")
    assert ben.http.post(f"{AT}/agents/dana", json=wish | {"mark": changed.json()["mark"]}).status_code == 200
    assert [row["action"] for row in ben.http.get(f"{AT}/record").json()["record"]][:2] == ["agent_changed"] * 2
    week = ben.http.post(f"{AT}/hours", json={"hours": "mon-sun: 0:00-24:00"}).json()
    assert week["open_now"] and len(week["days"]) == 7


def test_a_second_factor_from_the_picture_to_the_recovery_code(roles: Gateway) -> None:
    dana = roles.agent("dana")
    at = "/api/console/account"
    assert said(dana.http.post(f"{at}/second-factor/begin", json={"password": "guess"})) == (400, "password")
    begun = dana.http.post(f"{at}/second-factor/begin", json={"password": PASSWORD}).json()
    assert begun["picture"].startswith("<svg") and begun["secret"] in begun["link"]
    now = totp.step(clock.now())
    confirmed = dana.http.post(f"{at}/second-factor/confirm", json={"code": totp.at(begun["secret"], now - 1)})
    assert confirmed.status_code == 200, confirmed.text
    [first, *_] = confirmed.json()["codes"]
    http = roles.client(Origin=roles.url)
    credentials = {"email": "dana@shop.example", "password": PASSWORD}
    assert said(http.post("/api/console/login", json=credentials)) == (401, "second_factor")
    assert said(http.post("/api/console/login", json=credentials | {"code": "nonsense-1"})) == (
        401,
        "second_factor_wrong",
    )
    assert http.post("/api/console/login", json=credentials | {"code": first}).status_code == 200
    assert said(http.post("/api/console/login", json=credentials | {"code": first})) == (401, "second_factor_wrong")
    account = http.get(at).json()
    assert (account["second_factor"], account["codes_left"], len(account["sessions"])) == (True, 9, 2)
    assert http.post(f"{at}/sessions/end", json={}).status_code == 204
    assert dana.http.get("/api/console/me").status_code == 401
    assert http.post(f"{at}/second-factor/off", json={"password": PASSWORD}).status_code == 204


def test_who_must_set_one_up_reaches_nothing_else(roles: Gateway) -> None:
    ben, dana = roles.agent("ben"), roles.agent("dana")
    assert ben.http.post(f"{AT}/second-factor", json={"roles": ["agent"]}).json()["required"] == ["agent"]
    for path in ("queue", "stream", "canned", "searches"):
        assert said(dana.http.get(f"/api/console/{path}")) == (403, "enrol")
    assert said(dana.http.post("/api/console/search", json={"words": "lamp"})) == (403, "enrol")
    assert dana.http.get("/api/console/me").json()["agent"]["must_enrol"] is True
    assert dana.http.get("/api/console/account").json()["required"] is True


def test_failed_sign_ins_are_braked_alike_and_a_known_browser_goes_on(roles: Gateway) -> None:
    known = roles.agent("dana")
    stranger = roles.client(Origin=roles.url)
    emails = ("dana@shop.example", f"{secrets.token_hex(4)}@shop.example")
    wrong = [{"email": email, "password": "guess"} for email in emails]
    told = [[stranger.post("/api/console/login", json=body).json() for _ in range(5)] for body in wrong]
    assert told[0] == told[1] and told[0][0]["error"]["code"] == "unauthorised"
    later = clock.now() + timedelta(minutes=10)
    with roles.db.transaction() as session:
        counted = select(Brake.failures).where(Brake.key.startswith("account:"))
        assert session.scalars(counted).all() == [5, 5]
        session.execute(update(Brake).values(until=None))
        session.execute(update(Brake).where(Brake.key.startswith("account:")).values(until=later))
    refused = [stranger.post("/api/console/login", json=body) for body in wrong]
    assert [said(answer) for answer in refused] == [(429, "too_many")] * 2
    assert refused[0].json() == refused[1].json() and "Retry-After" in refused[0].headers
    credentials = {"email": "dana@shop.example", "password": PASSWORD}
    assert said(stranger.post("/api/console/login", json=credentials)) == (429, "too_many")
    assert known.http.post("/api/console/login", json=credentials).status_code == 200


def test_searching_shows_what_i_may_see_and_keeps_my_searches(gateway: Gateway) -> None:
    mia, noah = gateway.visitor("mia"), gateway.visitor("noah")
    for visitor in (mia, noah):
        visitor.writes("a turquoise lamp")
        visitor.taps("person")
    dana, alice = gateway.agent("dana"), gateway.agent("alice")
    eventually(lambda: dana.sees(mia.conversation))

    def found(console: Console, **wish: Any) -> set[str]:
        answer = console.http.post("/api/console/search", json=wish)
        assert answer.status_code == 200, answer.text
        return {item["id"] for item in answer.json()["items"]}

    assert mia.conversation in found(dana, words="turquoise") and mia.conversation in found(dana, words="mia")
    assert mia.conversation not in found(alice, words="turquoise") | found(alice, words="mia") | found(alice)
    for wrong in ({"since": "yesterday"}, {"states": ["gone"]}, {"words": "x" * 300}):
        assert alice.http.post("/api/console/search", json=wrong).status_code == 400
    kept = alice.http.post("/api/console/searches", json={"name": " Lamps ", "wish": {"words": "lamp"}})
    assert [one["name"] for one in kept.json()["saved"]] == ["Lamps"]
    one = kept.json()["saved"][0]["id"]
    assert dana.http.get("/api/console/searches").json() == {"saved": []}
    headers = {"Content-Type": "application/json"}
    assert dana.http.delete(f"/api/console/searches/{one}", headers=headers).status_code == 404
    assert alice.http.delete(f"/api/console/searches/{one}", headers=headers).status_code == 204
