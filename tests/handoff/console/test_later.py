"""Replies that go out later, over HTTP: planned, seen by colleagues alone, changed, sent at once, dropped."""

from datetime import UTC, datetime, timedelta

from tests.handoff.gateway import Gateway


def test_planned_changed_sent_and_dropped(gateway: Gateway) -> None:
    alice, visitor = gateway.agent("alice"), gateway.visitor()
    visitor.taps("person")
    alice.takes(visitor.conversation)
    url = f"/api/console/conversations/{visitor.conversation}/later"
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    body = {"client_id": "l1", "text": "Any news?", "at": at}
    for wrong in (
        {"text": " "},
        {"at": "soon"},
        {"at": "2026-01-01T09:00:00"},
        {"at": "2026-01-01T09:00:00Z"},
        {"client_id": ""},
    ):
        assert alice.http.post(url, json=body | wrong).status_code == 400, wrong
    planned = alice.http.post(url, json=body)
    assert planned.status_code == 201
    assert alice.http.post(url, json=body).json() == planned.json()
    [shown] = alice.reads(visitor.conversation).json()["later"]
    assert (shown["text"], shown["held_back"], shown["version"]) == ("Any news?", False, 1)
    assert "Any news?" not in visitor.post(text="hello").text + str(visitor.thread())
    assert alice.reads(visitor.conversation).json()["later"][0]["why"] == "customer_wrote"
    one = f"{url}/{planned.json()['id']}"
    changed = alice.http.post(f"{one}/change", json={"version": 1, "text": "Good morning", "at": at})
    assert changed.json()["version"] == 2
    assert alice.http.post(f"{one}/change", json={"version": 1, "text": "Again", "at": at}).status_code == 409
    stranger = gateway.agent("ben")
    assert stranger.http.post(f"{one}/send", json={"version": 2}).status_code in (404, 409)
    seq = alice.http.post(f"{one}/send", json={"version": 2}).json()["seq"]
    assert alice.http.post(f"{one}/send", json={"version": 2}).json()["seq"] == seq
    assert visitor.hears("Good morning")["seq"] == seq
    other = alice.http.post(url, json=body | {"client_id": "l2", "park": True}).json()
    assert alice.reads(visitor.conversation).json()["state"] == "parked"
    assert alice.http.post(f"{url}/{other['id']}/drop", json={"version": 1}).status_code == 204
    assert alice.http.post(f"{url}/none/drop", json={"version": 1}).status_code == 404
    assert alice.reads(visitor.conversation).json()["later"] == []
    assert alice.http.get("/api/console/queue").json()["held_back"] == []
