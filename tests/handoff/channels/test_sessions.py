"""Sessions over HTTP: a visitor's lasts longer when they come again, and becomes the customer's when they agree."""

from tests.handoff.gateway import Gateway


def test_a_visitors_session_is_renewed_and_kept_by_who_signs_in(gateway: Gateway) -> None:
    opened = gateway.client().post("/api/chat/session", json={}).json()
    before = gateway.client(Authorization=f"Bearer {opened['token']}")
    renewed = before.post("/api/chat/session/renew", json={})
    assert renewed.status_code == 200 and renewed.json()["expires_at"] >= opened["expires_at"]
    assert renewed.json()["token"] == opened["token"]
    body = {"identity": gateway.identity("noah"), "keep": opened["token"]}
    kept = gateway.client().post("/api/chat/session", json=body).json()
    assert kept["conversation"] == opened["conversation"] and kept["token"] != opened["token"]
    assert before.get("/api/chat/messages").status_code == 401
    after = gateway.client(Authorization=f"Bearer {kept['token']}")
    assert after.post("/api/chat/session/renew", json={}).status_code == 401
    forged = {"identity": gateway.identity("noah"), "keep": "nonsense.token"}
    assert gateway.client().post("/api/chat/session", json=forged).status_code == 201
