"""Somebody on staff in the console's API."""

from typing import Any
from uuid import uuid4

import httpx

from handoff.demo.staff import PASSWORD
from tests.local import LOCALLY
from tests.system.product import PATIENCE_S, Product, eventually


class Agent:
    """Somebody on staff, signed in to the console."""

    def __init__(self, product: Product, id_: str, url: str = "") -> None:
        self.id = id_
        base = url or product.url
        self.http = httpx.Client(base_url=base, headers={"Origin": product.url}, timeout=PATIENCE_S, **LOCALLY)
        email = f"{id_}@juniperandpine.example"
        login = self.http.post("/api/console/login", json={"email": email, "password": PASSWORD})
        assert login.status_code == 200, login.text
        self.name: str = login.json()["agent"]["name"]

    def queue(self) -> dict[str, Any]:
        answer = self.http.get("/api/console/queue")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def listed(self, conversation: str) -> str:
        """The list in which the conversation stands: mine, dedicated, general, or none."""
        queue = self.queue()
        return next((name for name in ("mine", "dedicated", "general") if _in(queue[name], conversation)), "")

    def offered(self, conversation: str) -> dict[str, Any]:
        """Wait until the conversation is offered to this agent."""

        def offer() -> dict[str, Any] | None:
            queue = self.queue()
            item = _in(queue["dedicated"] + queue["general"], conversation)
            return item if item and item["offer_expires_at"] else None

        return eventually(offer, what=f"an offer to {self.name}")

    def sees(self, conversation: str) -> dict[str, Any]:
        answer = self.http.get(f"/api/console/conversations/{conversation}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def does(self, verb: str, conversation: str) -> httpx.Response:
        version = self.sees(conversation)["version"]
        return self.http.post(f"/api/console/conversations/{conversation}/{verb}", json={"version": version})

    def accepts(self, conversation: str) -> None:
        self.offered(conversation)
        self._done(self.does("accept", conversation))

    def hands_back(self, conversation: str) -> None:
        self._done(self.does("hand-back", conversation))

    def replies(self, conversation: str, text: str) -> httpx.Response:
        reply = {"client_id": uuid4().hex, "text": text}
        return self.http.post(f"/api/console/conversations/{conversation}/reply", json=reply)

    def clears(self) -> None:
        """Give everything back to the bot: what this agent holds, is offered, and could take."""
        while True:
            queue = self.queue()
            held, waiting = queue["mine"], queue["dedicated"] + queue["general"]
            for item in held:
                self.does("hand-back", item["id"])
            for item in waiting[: 0 if held else 1]:
                self.does("accept" if item["offer_expires_at"] else "claim", item["id"])
            if not held and not waiting:
                return

    def signs_out(self) -> None:
        self.http.post("/api/console/logout", json={})
        self.http.close()

    def _done(self, answer: httpx.Response) -> None:
        assert answer.status_code == 200, answer.text


def _in(items: list[dict[str, Any]], conversation: str) -> dict[str, Any] | None:
    return next((item for item in items if item["id"] == conversation), None)
