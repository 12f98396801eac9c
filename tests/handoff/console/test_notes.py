"""Private notes over HTTP: who may write and who may not, what a mention opens, and that no customer can fetch a word of it."""

import secrets
from typing import Any

import httpx

from handoff.entry.app import declared
from handoff.http import Endpoint
from tests.handoff.gateway import SOON_S, Console, Gateway, Visitor, eventually
from tests.local import LOCALLY

SECRET = "zwetschgenkompott"


def held(gateway: Gateway, customer: str | None = None) -> tuple[Console, Visitor]:
    """Alice answers a visitor."""
    alice, visitor = gateway.agent("alice"), gateway.visitor(customer)
    visitor.taps("person")
    alice.takes(visitor.conversation)
    return alice, visitor


def writes(agent: Console, conversation: str, text: str, key: str | None = None, **more: Any) -> httpx.Response:
    body = {"client_id": key or secrets.token_hex(8), "text": text, **more}
    return agent.http.post(f"/api/console/conversations/{conversation}/notes", json=body)


def mentions(agent: Console) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = agent.http.get("/api/console/queue").json()["mentions"]
    return listed


def test_whoever_may_not_see_it_writes_nothing_and_a_note_is_kept_once(gateway: Gateway) -> None:
    alice, visitor = held(gateway)
    ben, at = gateway.agent("ben"), f"/api/console/conversations/{visitor.conversation}/notes"
    good = {"client_id": "c1", "text": "Knows a lot"}
    assert [writes(alice, visitor.conversation, "Knows a lot", "c1").json() for _ in range(2)] == [{"no": 1}] * 2
    assert writes(alice, visitor.conversation, "Other words", "c1").json()["error"]["code"] == "client_id_reused"
    assert writes(alice, visitor.conversation, "x" * 4000).status_code == 201
    for bad in (
        {**good, "text": " "}, {**good, "text": ""}, {**good, "text": "x" * 4001}, {**good, "text": "a\x00b"}, {"text": "a"},
        {**good, "text": None}, {**good, "client_id": ""},
    ):  # fmt: skip
        assert alice.http.post(at, json=bad).status_code == 400, bad
    half = b'{"client_id": "c8", "text": "half a sign: \\ud83d"}'
    assert alice.http.post(at, content=half, headers={"Content-Type": "application/json"}).status_code == 400
    assert alice.http.post(at, json={**good, "client_id": "c9", "text": "👍\u0007 ok"}).status_code == 201
    assert ben.http.post(at, json=good).status_code == 404
    assert ben.http.post(f"{at}/seen", json={"no": 1}).status_code == 404
    assert alice.http.post(at.replace(visitor.conversation, "none"), json=good).status_code == 404
    assert alice.http.post(at, json=good, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert alice.http.post(at, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 403
    assert gateway.client(Origin=gateway.url).post(at, json=good).status_code == 401
    assert visitor.http.post(at, json=good, headers={"Origin": gateway.url}).status_code == 401
    assert len(alice.reads(visitor.conversation).json()["notes"]) == 3


def test_a_mention_is_told_opens_the_conversation_for_reading_and_ends_with_the_close(gateway: Gateway) -> None:
    alice, visitor = held(gateway)
    ben = gateway.agent("ben")
    url = f"/api/console/conversations/{visitor.conversation}"
    with ben.http.stream("GET", "/api/console/stream") as stream:
        lines = stream.iter_lines()
        next(line for line in lines if line == "event: hello")
        assert ben.reads(visitor.conversation).status_code == 404
        writes(alice, visitor.conversation, "@Ben what would you do?")
        assert next(line for line in lines if visitor.conversation in line)
    [item] = mentions(ben)
    assert (item["id"], item["by"]["name"], item["no"], item["unread"]) == (visitor.conversation, "Alice", 1, True)
    shown = ben.reads(visitor.conversation).json()
    assert (shown["along"], shown["can"], shown["notes"][0]["text"]) == (True, [], "@Ben what would you do?")
    assert [(one["name"], one["by"], one["read"]) for one in shown["participants"]] == [("Ben", "Alice", False)]
    assert ben.http.post(f"{url}/notes/seen", json={"no": 1}).status_code == 204
    assert not mentions(ben)[0]["unread"]
    assert alice.reads(visitor.conversation).json()["participants"][0]["read"]
    assert writes(ben, visitor.conversation, "I would send a new one").json() == {"no": 2}
    refused = ben.replies(visitor.conversation, "Hello, Ben here")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "reads_along")
    for verb in ("take-over", "claim", "close", "hand-back"):
        assert ben.does(verb, visitor.conversation).status_code == 403, verb
    assert ben.http.get(f"{url}/story").status_code == 200
    visitor.writes("hello?")
    assert alice.does("close", visitor.conversation, reason="Ben was right").status_code == 200
    assert ben.reads(visitor.conversation).status_code == 404
    assert mentions(ben) == []
    notes = alice.reads(visitor.conversation).json()["notes"]
    assert [(one["author"]["name"], one["verb"]) for one in notes] == [
        ("Alice", None),
        ("Ben", None),
        ("Alice", "close"),
    ]
    assert [one["after"] for one in notes] == sorted(one["after"] for one in notes)


def test_no_customer_can_fetch_a_word_of_it(gateway: Gateway) -> None:
    """Every address that is not the console's, asked with the customer's own session, and the whole of their stream."""
    alice, visitor = held(gateway, "mia")
    writes(alice, visitor.conversation, f"{SECRET} one")
    alice.replies(visitor.conversation, "Hello Mia")
    writes(alice, visitor.conversation, f"{SECRET} two")
    visitor.hears("Hello Mia")
    assert alice.does("park", visitor.conversation, **{"for": "customer", "note": SECRET}).status_code == 200
    visitor.writes("thanks")
    eventually(lambda: (alice.sees(visitor.conversation) or {}).get("state") == "held")
    assert alice.does("close", visitor.conversation, reason=SECRET).status_code == 200
    notes = alice.reads(visitor.conversation).json()["notes"]
    assert [one["text"] for one in notes] == [f"{SECRET} one", f"{SECRET} two", SECRET, SECRET]
    asked = 0
    for endpoint in _customers(gateway):
        answer = _asked(visitor, endpoint)
        assert SECRET not in answer, endpoint.path
        asked += 1
    assert asked > 5
    with visitor.stream() as stream:
        last = visitor.thread()["messages"][-1]["seq"]
        for event in stream:
            assert SECRET not in str(event)
            if event.get("id") == str(last):
                break


def _customers(gateway: Gateway) -> list[Endpoint]:
    every = declared(gateway.settings)
    return [one for one in every if not one.path.startswith("/api/console") and not one.path.endswith("/stream")]


def _asked(visitor: Visitor, endpoint: Endpoint) -> str:
    """Whatever it answers; what the path holds is the conversation's id."""
    path = "/".join(visitor.conversation if part.startswith("<") else part for part in endpoint.path.split("/"))
    body = {} if endpoint.method in ("POST", "PUT") else None
    url, asking = visitor.http.base_url.join(path), {"Authorization": visitor.http.headers["Authorization"]}
    return httpx.request(endpoint.method, url, json=body, headers=asking, timeout=SOON_S, **LOCALLY).text
