"""A Rasa that speaks the contract of a bot turn and behaves as the test says."""

import json
from collections.abc import Callable
from typing import Any

from tests.serving import Answering, Server

PATH = "/webhooks/gateway/turn"
Turn = dict[str, Any]
Reply = tuple[int, Any]


def echo(turn: Turn) -> Reply:
    return says(turn, f"You said: {turn['text']}")


def says(turn: Turn, *texts: str, **more: Any) -> Reply:
    parts = [{"text": text} for text in texts]
    return 200, {"message_id": turn["message_id"], "parts": parts, "understood": {}, **more}


def offers(turn: Turn) -> Reply:
    choice = {"intent": "pick", "entities": [{"entity": "n", "value": 1}]}
    options = [{"label": label, "choice": choice} for label in ("The blue one", "The red one")]
    return 200, {"message_id": turn["message_id"], "parts": [{"text": "Which one?", "options": options}]}


class StubRasa:
    """Serves in threads of this process. `behave` makes each answer; `asked` keeps every question."""

    def __init__(self, secret: str) -> None:
        self.asked: list[Turn] = []
        self.behave: Callable[[Turn], Reply] = echo
        stub = self

        class Door(Answering):
            def do_GET(self) -> None:
                self._answer(200, {"status": "ok"})

            def do_POST(self) -> None:
                turn = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path != PATH or self.headers["X-Gateway-Secret"] != secret:
                    return self._answer(401, {})
                stub.asked.append(turn)
                return self._answer(*stub.behave(turn))

            def _answer(self, status: int, body: Any) -> None:
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content)
                except (BrokenPipeError, ConnectionResetError):
                    pass  # the gateway was killed while it waited

        self._server = Server(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._server.start()

    def texts(self) -> list[str]:
        """What it was asked, in order."""
        return [turn["text"] for turn in self.asked]

    def reset(self) -> None:
        self.asked.clear()
        self.behave = echo

    def close(self) -> None:
        self._server.end()
