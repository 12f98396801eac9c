"""The verbs over HTTP: passing on, parking, taking over, going away; each is refused once the conversation moved on."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.handoff.gateway import Gateway, eventually


def test_passed_on_with_a_note_and_accepted(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    ben = gateway.agent("ben")
    to = alice.http.get("/api/console/colleagues").json()
    assert {(one["id"], one["presence"], one["can_be_asked"]) for one in to["agents"]} >= {("ben", "online", True)}
    assert to["queues"][0]["name"] == "general"
    version = alice.reads(visitor.conversation).json()["version"]
    url = f"/api/console/conversations/{visitor.conversation}/transfer"
    assert alice.http.post(url, json={"version": version - 1, "agent": "ben"}).status_code == 409
    gone = alice.http.post(url, json={"version": version, "agent": "dana"})
    assert (gone.status_code, gone.json()["error"]["code"]) == (409, "not_here")
    passed = alice.http.post(url, json={"version": version, "agent": "ben", "note": "Wants it by Friday"})
    assert passed.status_code == 200
    item = eventually(lambda: ben.sees(visitor.conversation))
    assert (item["stage"], item["returns_to"]) == ("transfer", {"id": "alice", "name": "Alice"})
    assert alice.reads(visitor.conversation).json()["can"] == ["take-back"]
    shown = ben.reads(visitor.conversation).json()
    assert (shown["passed"]["by"], shown["passed"]["note"]) == ("Alice", "Wants it by Friday")
    ben.takes(visitor.conversation)
    why = ben.http.get(f"/api/console/conversations/{visitor.conversation}/why").json()["decisions"]
    assert [step["reason"] for step in why if step["by"] == "agent:alice"][-1] == "transfer"
    assert all(step["text"] for step in why)
    assert ben.http.get("/api/console/conversations/none/why").status_code == 404
    ben.replies(visitor.conversation, "Ben here")
    assert visitor.hears("Ben here")["author"]["name"] == "Ben"


def test_parked_until_the_customer_writes(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    url = f"/api/console/conversations/{visitor.conversation}/park"
    version = alice.reads(visitor.conversation).json()["version"]
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    wrong = [
        {"for": "time"}, {"for": "time", "until": "soon"}, {"for": "time", "until": "2026-01-01T09:00:00"},
        {"for": "weather"}, {"for": "order", "order": "#W1"},
    ]  # fmt: skip
    assert {alice.http.post(url, json={"version": version, **body}).status_code for body in wrong} == {400}
    assert alice.http.post(url, json={"version": version, "for": "time", "until": until}).json()["state"] == "parked"
    shown = alice.sees(visitor.conversation)
    assert shown and (shown["state"], shown["parked_for"]) == ("parked", "time")
    assert alice.does("unpark", visitor.conversation).json()["state"] == "held"
    version = alice.reads(visitor.conversation).json()["version"]
    assert alice.http.post(url, json={"version": version, "for": "customer"}).json()["state"] == "parked"
    visitor.writes("here it is")
    assert eventually(lambda: (alice.sees(visitor.conversation) or {}).get("state") == "held")


@pytest.mark.parametrize(("choice", "kept"), [("keep", True), ("requeue", False)])
def test_going_away_with_a_reason(gateway: Gateway, choice: str, kept: bool) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    wish = {"status": "away", "reason": "Lunch", "conversations": choice}
    assert alice.http.post("/api/console/presence", json=wish).json() == {"presence": "away", "away_reason": "Lunch"}
    assert bool(alice.queue()["mine"]) is kept
    back = alice.http.post("/api/console/presence", json={"status": "transfers"}).json()
    assert back == {"presence": "transfers", "away_reason": None}


def test_taking_over_from_who_is_away(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    version = alice.reads(visitor.conversation).json()["version"]
    ben = gateway.agent("ben")
    url = f"/api/console/conversations/{visitor.conversation}/transfer"
    alice.http.post(url, json={"version": version, "agent": "ben"})
    eventually(lambda: ben.sees(visitor.conversation))
    ben.takes(visitor.conversation)
    assert alice.does("take-over", visitor.conversation).status_code == 403
    ben.http.post("/api/console/presence", json={"status": "away"})
    assert alice.does("take-over", visitor.conversation).status_code == 200
    visitor.hears("Alice has taken over from Ben")
