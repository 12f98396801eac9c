"""Pictures of people on staff over HTTP: who may bring one, how it is served, and what is refused."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import delete, update

from handoff.models import Agent, AgentPicture
from handoff.rules import faces
from tests.handoff.gateway import SHOP, Gateway
from tests.handoff.picturing import SECRET, exif, gif, jpeg, png, segment

MINE = "/api/console/account/picture"
DANAS = "/api/console/office/agents/dana/picture"
PHOTO = jpeg(segment(0xE1, b"Exif\0\0" + exif()))


@pytest.fixture
def staff(gateway: Gateway) -> Iterator[Gateway]:
    """Ben is an admin and Alice a supervisor, for this test alone."""
    with gateway.db.transaction() as session:
        session.execute(update(Agent).where(Agent.id == "ben").values(role="admin"))
        session.execute(update(Agent).where(Agent.id == "alice").values(role="supervisor"))
    yield gateway
    with gateway.db.transaction() as session:
        session.execute(update(Agent).values(role="agent"))
        session.execute(delete(AgentPicture))


def brings(http: httpx.Client, path: str, data: bytes = PHOTO, **headers: str) -> httpx.Response:
    return http.post(path, content=data, headers={"Content-Type": "application/octet-stream", **headers})


def said(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_picture_is_had_by_anybody_who_was_told_where_and_kept_by_browsers(staff: Gateway) -> None:
    dana, ben = staff.agent("dana"), staff.agent("ben")
    answer = brings(dana.http, MINE)
    assert answer.status_code == 200, answer.text
    picture = answer.json()["picture"]
    assert dana.http.get("/api/console/account").json()["picture"] == picture
    shown = staff.client(Origin=SHOP).get(picture)
    assert shown.status_code == 200 and shown.content.startswith(b"\xff\xd8") and SECRET not in shown.content
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert shown.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "set-cookie" not in shown.headers
    other = brings(ben.http, DANAS, png()).json()["picture"]
    staff_now = {one["id"]: one["picture"] for one in ben.http.get("/api/console/office/agents").json()["agents"]}
    assert staff_now["dana"] == other and staff_now["ben"] is None
    assert said(dana.http.get(picture)) == (404, "not_found")
    assert dana.http.get(other).headers["content-type"] == "image/png"
    assert ben.http.post(f"{DANAS}/remove", json={}).status_code == 204
    assert dana.http.post(f"{MINE}/remove", json={}).status_code == 204
    for gone in (other, f"{faces.AT}{'0' * 64}.jpg", f"{faces.AT}..", f"{faces.AT}dana"):
        assert dana.http.get(gone).status_code == 404
    record = ben.http.get("/api/console/office/record").json()["record"][:3]
    assert [(row["by"], row["action"], row["subject"]) for row in record] == [
        ("Ben", "picture_removed", "Dana"),
        ("Ben", "picture_set", "Dana"),
        ("Dana", "picture_set", "Dana"),
    ]


def test_only_admins_bring_others_pictures_and_only_pictures_from_the_console_s_page(staff: Gateway) -> None:
    dana, alice, ben = (staff.agent(name) for name in ("dana", "alice", "ben"))
    for console in (dana, alice):
        assert said(brings(console.http, DANAS)) == (403, "role")
    assert said(brings(staff.client(Origin=staff.url), MINE)) == (401, "unauthorised")
    assert said(brings(dana.http, MINE, Origin="https://evil.example")) == (403, "wrong_origin")
    assert said(dana.http.post(MINE, json={})) == (403, "not_a_file")
    assert said(brings(ben.http, DANAS.replace("dana", "nobody"))) == (404, "not_found")
    assert said(brings(dana.http, MINE, gif())) == (400, "picture")
    assert said(brings(dana.http, MINE, png()[:-20])) == (400, "file_broken")
    assert said(brings(dana.http, MINE, png() + bytes(faces.LARGEST))) == (413, "too_large")
    assert {one["picture"] for one in ben.http.get("/api/console/office/agents").json()["agents"]} == {None}
