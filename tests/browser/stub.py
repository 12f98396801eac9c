"""The web API in memory, for the widget's own behaviour alone: it can fall silent, refuse, forget and come back on demand."""

import base64
import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from handoff.rules import filetypes
from tests import ports
from tests.browser.stub_http import Server, listening

NOBODY: dict[str, Any] = {"agent": None, "queue": None, "position": None, "waiting_since": None}


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Conversation:
    """One thread with its state."""

    id: str
    state: str = "bot"
    status: dict[str, Any] = field(default_factory=lambda: dict(NOBODY))
    messages: list[dict[str, Any]] = field(default_factory=list)


class Gateway:
    """The stub with its levers. `answer(gateway, conversation, words)` is the bot; without one it is silent."""

    def __init__(self, answer: Callable[["Gateway", Conversation, str], None] | None = None) -> None:
        self.answer = answer
        self.changed = threading.Condition()
        self.conversations: dict[str, Conversation] = {}
        self.tokens: dict[str, str] = {}
        self.of_customer: dict[str, str] = {}
        self.spent: set[str] = set()
        self.refusals: list[tuple[str, int, str, str]] = []
        self.asked: list[str] = []
        self.signs: list[tuple[str, dict[str, Any]]] = []
        self.lasts = timedelta(days=30)
        self.by_text = "off"
        self.invites = True
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.pages: dict[str, tuple[str, dict[str, str]]] = {}
        self.files: dict[str, tuple[dict[str, Any], bytes]] = {}
        self.let_through = threading.Event()
        self.let_through.set()
        self.streams = 0
        self.generation = 0
        self.port = ports.free()  # its own also while nobody listens there
        self.server: Server = listening(self, self.port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def page(self) -> str:
        return f"http://localhost:{self.port}/"

    def down(self) -> None:
        """Nobody listens any more, and every open stream breaks."""
        self.let_through.set()
        self.server.stop()
        self.drop_streams()
        self.server.hang_up()

    def up(self) -> None:
        self.server = listening(self, self.port)

    def drop_streams(self) -> None:
        with self.changed:
            self.generation += 1
            self.changed.notify_all()

    def forget_tokens(self) -> None:
        """Every session is over, as after its expiry."""
        with self.changed:
            self.tokens.clear()
        self.drop_streams()

    def refuse_next(self, what: str, status: int, code: str, message: str) -> None:
        """The next POST to `what` ("session" or "messages") is answered with this error."""
        self.refusals.append((what, status, code, message))

    def only(self) -> Conversation:
        """The conversation, where there is just one."""
        (conversation,) = self.conversations.values()
        return conversation

    @property
    def heard(self) -> list[str]:
        """Everything that customers have said, in whatever conversation."""
        said = [one for conversation in list(self.conversations.values()) for one in conversation.messages]
        return [one["text"] for one in said if one["author"]["kind"] == "customer"]

    def say(self, to: Conversation, kind: str, text: str, *, name: str = "Assistant", **more: Any) -> None:
        with self.changed:
            message = {
                "seq": len(to.messages) + 1,
                "author": {"kind": kind, "name": name},
                "text": text,
                "options": [],
                "at": now(),
            }
            to.messages.append(message | more)
            self.changed.notify_all()

    def sign(self, event: str, **data: Any) -> None:
        """A sign of life to every open stream."""
        with self.changed:
            self.signs.append((event, data))
            self.changed.notify_all()

    def turn(self, conversation: Conversation, state: str, **status: Any) -> None:
        with self.changed:
            conversation.state, conversation.status = state, NOBODY | status
            self.changed.notify_all()

    def only_of(self, customer: str) -> Conversation:
        return self.conversations[self.of_customer[customer]]

    def text_me(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Going on by text: any number gets the code 123456."""
        if path.endswith("stop"):
            self.by_text = "off"
        elif "code" in body:
            self.by_text = "on"
        elif len(body.get("number", "")) > 4:
            self.by_text = "code"
        elif body:
            return 400, {"error": {"code": "bad_input", "message": "We can't text this number."}}
        number = None if self.by_text == "off" else "••00"
        return 200, {"possible": True, "state": self.by_text, "number": number, "on_file": None, "expires_at": None}

    def open_session(self, identity: str | None, keep: str | None = None) -> dict[str, Any] | None:
        """None when the identity has been used before."""
        customer = None
        if identity:
            claims = json.loads(base64.urlsafe_b64decode(identity.split(".")[1] + "=="))
            if claims["jti"] in self.spent:
                return None
            self.spent.add(claims["jti"])
            customer = claims["sub"]
        conversation = self.conversations.get(self.of_customer.get(customer or "", ""))
        if conversation is None and customer and keep:
            conversation = self.conversations[self.tokens.pop(keep)]
            self.of_customer[customer] = conversation.id
        if conversation is None:
            conversation = Conversation(f"c-{len(self.conversations) + 1}")
            self.conversations[conversation.id] = conversation
            self.of_customer[customer or ""] = conversation.id if customer else ""
        return self.session(uuid.uuid4().hex, conversation.id)

    def session(self, token: str, conversation: str) -> dict[str, Any]:
        self.tokens[token] = conversation
        expires = datetime.now(UTC) + self.lasts
        return {"token": token, "conversation": conversation, "expires_at": expires.isoformat()}

    def accept(self, to: Conversation, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        for message in to.messages:
            if message.get("client_id") == body["client_id"]:
                return 202, {"seq": message["seq"], "conversation": to.id}
        files = [self.shown(one) for one in body.get("files") or []]
        more: dict[str, Any] = {"files": files, "wordless": not body.get("text")} if files else {}
        words = body.get("text") or ("(files)" if files else self.label(to, body["option"]))
        if words is None:
            return 409, {"error": {"code": "option_stale", "message": "This choice is no longer open."}}
        self.say(to, "customer", words, name="", client_id=body["client_id"], **more)
        seq = len(to.messages)
        if self.answer:
            self.answer(self, to, words)
        return 202, {"seq": seq, "conversation": to.id}

    def keep(self, name: str, data: bytes) -> dict[str, Any]:
        kept = {"file": uuid.uuid4().hex, "name": name, "type": filetypes.of(data), "bytes": len(data)}
        self.files[str(kept["file"])] = (kept, data)
        return kept

    def unsent(self) -> list[dict[str, Any]]:
        said = [message for one in list(self.conversations.values()) for message in one.messages]
        sent = {file["id"] for message in said for file in message.get("files", [])}
        return [kept for kept, _ in list(self.files.values()) if kept["file"] not in sent]

    def shown(self, file: str) -> dict[str, Any]:
        kept, _ = self.files[file]
        return {
            "id": file,
            "name": kept["name"],
            "type": kept["type"],
            "bytes": kept["bytes"],
            "url": f"{self.url}/files/{file}",
        }

    def label(self, to: Conversation, option: str) -> str | None:
        always = {"person": "Talk to a person", "bot": "Go on with the assistant", "cancel-request": "Stop waiting"}
        for message in reversed(to.messages):
            if message["author"]["kind"] == "customer":
                break
            for one in message["options"]:
                if one["id"] == option:
                    return str(one["label"])
        return always.get(option)
