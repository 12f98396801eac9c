"""The console is open to nobody who is not signed in, to no other page, and to no agent whom it does not concern."""

import httpx
import pytest

from handoff.routing import holding
from tests.handoff.gateway import PASSWORD, SHOP, Gateway, eventually

READS = ["me", "queue", "stream", "colleagues", "canned", "book", "conversations/any/said", "conversations/any/story",
         "conversations/any"]  # fmt: skip
WRITES = ["logout", "presence", "canned", "conversations/any/later", *(f"conversations/any/{verb}" for verb in
          (*holding.VERBS, "reply", "transfer", "park"))]  # fmt: skip


def refused(answer: httpx.Response, status: int, code: str | None = None) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["message"]
    assert code in (None, answer.json()["error"]["code"])


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("cookie", ["", "nonsense", "x" * 500])
def test_nothing_is_read_without_a_session(gateway: Gateway, path: str, cookie: str) -> None:
    headers = {"Cookie": f"rapport_console={cookie}"} if cookie else {}
    refused(gateway.client(**headers).get(f"/api/console/{path}"), 401, "unauthorised")


@pytest.mark.parametrize("path", WRITES)
def test_nothing_is_written_without_a_session(gateway: Gateway, path: str) -> None:
    refused(gateway.client(Origin=gateway.url).post(f"/api/console/{path}", json={"version": 1}), 401, "unauthorised")


@pytest.mark.parametrize("path", ["login", *WRITES])
def test_nothing_is_written_from_another_page_or_by_a_form(gateway: Gateway, path: str) -> None:
    alice = gateway.agent("alice")
    cookie = "; ".join(f"{name}={value}" for name, value in alice.http.cookies.items())
    body = {"email": "alice@shop.example", "password": PASSWORD, "version": 1, "client_id": "x", "text": "hello"}
    for origin in ({}, {"Origin": SHOP}, {"Origin": "null"}, {"Origin": gateway.url.replace("127.0.0.1", "localhost")}):
        refused(gateway.client(Cookie=cookie, **origin).post(f"/api/console/{path}", json=body), 403, "wrong_origin")
    for media in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        answer = gateway.client(Cookie=cookie, Origin=gateway.url).post(
            f"/api/console/{path}", content=b'{"version": 1}', headers={"Content-Type": media}
        )
        refused(answer, 403, "not_json")
    assert alice.http.get("/api/console/me").status_code == 200  # nor was she signed out


def test_a_wrong_password_and_an_unknown_agent_are_told_alike(gateway: Gateway) -> None:
    at_home = gateway.client(Origin=gateway.url)
    answers = [
        at_home.post("/api/console/login", json={"email": email, "password": password})
        for email, password in (("alice@shop.example", "a guess"), ("nobody@shop.example", PASSWORD))
    ]
    for answer in answers:
        refused(answer, 401)
        assert "set-cookie" not in answer.headers
    assert answers[0].text == answers[1].text


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"email": "alice@shop.example"}', b'{"email": ["a"], "password": "b"}',
     b'{"email": "a\\u0000b", "password": "b"}', b'{"email": "alice@shop.example", "password": "' + b"x" * 5000 + b'"}'],
)  # fmt: skip
def test_a_login_that_is_none_is_refused(gateway: Gateway, body: bytes) -> None:
    at_home = gateway.client(Origin=gateway.url, **{"Content-Type": "application/json"})
    refused(at_home.post("/api/console/login", content=body), 400, "bad_input")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(gateway: Gateway) -> None:
    credentials = {"email": "Alice@Shop.Example", "password": PASSWORD}
    answer = gateway.client(Origin=gateway.url).post("/api/console/login", json=credentials)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert PASSWORD not in answer.text
    assert "hash" not in answer.text


def test_signed_out_is_out(gateway: Gateway) -> None:
    alice = gateway.agent("alice")
    cookie = "; ".join(f"{name}={value}" for name, value in alice.http.cookies.items())
    assert alice.http.post("/api/console/logout", json={}).status_code == 204
    refused(gateway.client(Cookie=cookie).get("/api/console/queue"), 401)


def test_another_agent_s_conversation_does_not_exist(gateway: Gateway) -> None:
    """A gold customer waits for Dana: Alice can neither see nor touch it, whatever she tries."""
    gateway.agent("dana")
    alice, visitor = gateway.agent("alice"), gateway.visitor("mia")
    visitor.taps("person")
    assert alice.queue() == {"mine": [], "dedicated": [], "general": []}
    refused(alice.reads(visitor.conversation), 404)
    refused(alice.http.get(f"/api/console/conversations/{visitor.conversation}/said"), 404)
    before = visitor.thread()
    for verb in ("accept", "decline", "claim", "hand-back", "close"):
        for version in (1, 2, 3):
            refused(alice.does(verb, visitor.conversation, version), 404)
    refused(alice.replies(visitor.conversation, "hello"), 404)
    assert visitor.thread() == before
    same = alice.reads("0" * 32)
    assert same.text == alice.reads(visitor.conversation).text


@pytest.mark.parametrize("name", ["../../etc/passwd", "%00", "a" * 500, "1 OR 1=1", "%F0%9F%98%80"])
def test_an_id_that_is_none_is_not_found(gateway: Gateway, name: str) -> None:
    alice = gateway.agent("alice")
    for answer in (alice.reads(name), alice.does("close", name, 1)):
        assert answer.status_code == 404, answer.text


@pytest.mark.parametrize(
    "body",
    [{}, {"version": "1"}, {"version": 0}, {"version": 1.5}, {"version": None}, {"version": 1, "reason": "x" * 501},
     {"version": 1, "reason": 7}, {"version": 1, "reason": "a\x00b"}, []],
)  # fmt: skip
def test_a_verb_without_the_version_that_was_seen_is_refused(gateway: Gateway, body: object) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    eventually(lambda: alice.sees(visitor.conversation))
    path = f"/api/console/conversations/{visitor.conversation}/accept"
    refused(alice.http.post(path, json=body), 400, "bad_input")
    assert visitor.thread()["state"] == "offered"


@pytest.mark.parametrize("text", ["", "   ", "x" * 4001, 7, None, "a\x00b"])
def test_a_reply_that_is_no_message_is_refused(gateway: Gateway, text: object) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    path = f"/api/console/conversations/{visitor.conversation}/reply"
    refused(alice.http.post(path, json={"client_id": "x", "text": text}), 400, "bad_input")
    assert visitor.messages("agent") == []


@pytest.mark.parametrize("status", ["busy", "", None, 1])
def test_a_presence_that_is_none_is_refused(gateway: Gateway, status: object) -> None:
    refused(gateway.agent("alice").http.post("/api/console/presence", json={"status": status}), 400, "bad_input")
