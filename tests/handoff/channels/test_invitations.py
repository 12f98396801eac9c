"""A page asks whether its reader may be invited to the chat, over HTTP."""

from sqlalchemy import delete

from handoff.models import Contact
from tests.handoff.gateway import SHOP, Gateway

INVITATIONS = "/api/chat/invitations"


def test_a_page_asks_before_it_invites_and_the_token_is_not_used_up(gateway: Gateway) -> None:
    with gateway.db.transaction() as session:
        session.execute(delete(Contact))
    page = gateway.client(Origin=SHOP)
    noah = {"identity": gateway.identity("noah")}
    assert page.post(INVITATIONS, json=noah).json() == {"show": True}
    refused = page.post(INVITATIONS, json=noah).json()
    assert refused["show"] is False and "once in 30 days" in refused["why"]
    assert page.post("/api/chat/session", json=noah).status_code == 201
    assert page.post(INVITATIONS, json={}).json() == {"show": True}
    assert page.post(INVITATIONS, json={"shown": 1}).json()["show"] is False
    assert page.post(INVITATIONS, json={"identity": "no.such.token"}).status_code == 401
    assert gateway.client(Origin="https://elsewhere.example").post(INVITATIONS, json={}).status_code == 403
    assert page.post(INVITATIONS, json={"shown": -1}).status_code == 400
