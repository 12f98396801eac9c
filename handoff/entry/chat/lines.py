"""The two ways a customer reaches the shop: the public web API, and a phone behind the carrier's twin (development)."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

import httpx

PATIENCE_S = 30.0
LOOK_S, LOOK_MOST_S = 0.04, 0.25  # between two looks: at first, and after some in vain
QUIET_S = 0.4  # after a text, so long without another means that it was the last one
CODE = re.compile(r"\b\d{6}\b")
_NUMBERED = re.compile(r"(?:Reply )?(\d+): (.+)")


class NoAnswer(Exception):
    """The shop refused, or did not answer; the message says which."""


@dataclass(frozen=True)
class Answer:
    """All that was said in one turn."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def whole(self) -> str:
        """Everything that can be read in it."""
        return "\n".join((*self.texts, *self.labels))


class Line(Protocol):
    """One customer's line to the shop."""

    def say(self, text: str) -> Answer: ...
    def tap(self, label: str) -> Answer: ...
    def close(self) -> None: ...


class Web:
    """A web chat. `identity` is the shop's token for a signed-in customer."""

    def __init__(self, url: str, identity: str = "") -> None:
        self.http = httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False)
        opened = self._ok(self.http.post("/api/chat/session", json={"identity": identity} if identity else {}))
        self.conversation: str = opened["conversation"]
        self.http.headers["Authorization"] = f"Bearer {opened['token']}"
        self.options: dict[str, str] = {}

    def say(self, text: str) -> Answer:
        return self._answer(self.send(text=text))

    def tap(self, label: str) -> Answer:
        return self._answer(self.send(option=self.options[label]))

    def send(self, **body: str) -> int:
        """Post a text or an option; returns the number of the message."""
        taken = self._ok(self.http.post("/api/chat/messages", json={"client_id": uuid4().hex, **body}))
        return int(taken["seq"])

    def read(self, after: int = 0) -> list[dict[str, Any]]:
        """The messages after a number, those of the customer too."""
        messages: list[dict[str, Any]] = self._ok(self.http.get("/api/chat/messages", params={"after": after}))[
            "messages"
        ]
        return messages

    def close(self) -> None:
        self.http.close()

    def _answer(self, seq: int) -> Answer:
        """A turn is stored as one: whoever sees a part of it sees it all."""
        said = waited_for(lambda: [one for one in self.read(seq) if one["author"]["kind"] != "customer"])
        offered: list[dict[str, str]] = next((one["options"] for one in reversed(said) if one["options"]), [])
        self.options = {option["label"]: option["id"] for option in offered}
        return Answer(tuple(one["text"] for one in said), tuple(self.options))

    def _ok(self, answer: httpx.Response) -> Any:
        if answer.is_success:
            return answer.json()
        raise NoAnswer(_refusal(answer))


class Phone:
    """A phone. `all_there` says whether the texts of a turn have all come; without it a quiet moment does."""

    def __init__(self, url: str, number: str, all_there: Callable[[], bool] | None = None) -> None:
        self.number = number
        self.http = httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False)
        self.labels: list[str] = []
        self._all_there = all_there

    def say(self, text: str) -> Answer:
        before = len(self.got())
        sent = self.http.post("/twin/texts", json={"number": self.number, "body": text})
        if sent.status_code != 201 or sent.json()["door"] != "200":
            raise NoAnswer(_refusal(sent) if sent.status_code != 201 else "The shop's door did not take the text.")
        return self._answer(before)

    def tap(self, label: str) -> Answer:
        """By its number, as people do."""
        return self.say(str(self.labels.index(label) + 1))

    def got(self) -> list[str]:
        """What was sent to the phone, by the shop or (to STOP and the like) by the carrier."""
        thread = self.http.get("/twin/thread", params={"number": self.number}).json()
        return [text["body"] for text in thread["texts"] if text["direction"] != "inbound"]

    def close(self) -> None:
        self.http.close()

    def _answer(self, before: int) -> Answer:
        waited_for(lambda: self.got()[before:])
        texts = self._rest(before)
        self.labels = [found[2] for line in texts[-1].splitlines() if (found := _NUMBERED.fullmatch(line))]
        return Answer(tuple(texts), tuple(self.labels))

    def _rest(self, before: int) -> list[str]:
        if self._all_there:
            waited_for(self._all_there)
            return self.got()[before:]
        texts = self.got()[before:]
        while True:
            time.sleep(QUIET_S)
            texts, earlier = self.got()[before:], texts
            if texts == earlier:
                return texts


class Outbox:
    """Where codes arrive in development: the twin's mails, and its texts to a phone that is not on the line."""

    def __init__(self, url: str, person: str = "", phone: str = "") -> None:
        self.http = httpx.Client(base_url=url, timeout=PATIENCE_S, trust_env=False)
        self.person, self.phone = person.casefold(), phone
        self._seen = set(self._codes())

    def code(self) -> str:
        """The newest code that came since the last one was taken, which takes it."""
        code = self.peek()
        self.forget()
        return code

    def forget(self) -> None:
        """Only what comes from now on is a new code."""
        self._seen.update(self._codes())

    def peek(self) -> str:
        """The same, and leaves it."""
        came = waited_for(
            lambda: [code for key, code in self._codes().items() if key not in self._seen], "No code came."
        )
        return str(came[-1])

    def close(self) -> None:
        self.http.close()

    def _codes(self) -> dict[str, str]:
        """By the mail or text that brought them, the oldest first."""
        mails = reversed(self.http.get("/twin/mails").json()["mails"])
        told = [(f"mail {mail['id']}", mail["text"]) for mail in mails if self._theirs(mail["receivers"])]
        if self.phone:
            texts = self.http.get("/twin/thread", params={"number": self.phone}).json()["texts"]
            told += [(text["sid"], text["body"]) for text in texts if text["direction"] != "inbound"]
        return {key: found[0] for key, words in told if (found := CODE.search(words))}

    def _theirs(self, receivers: list[str]) -> bool:
        return any(self.person in receiver.casefold() for receiver in receivers)


def identity(url: str, person: str) -> str:
    """The token that the demo shop's backend makes for a customer, named by e-mail or id."""
    answer = httpx.post(f"{url}/demo/identity", json={"customer": person}, timeout=PATIENCE_S, trust_env=False)
    if answer.is_success:
        return str(answer.json()["identity"])
    if answer.status_code == 404:
        raise NoAnswer(f"{person}: there is no such customer, or this shop is no demo shop.")
    raise NoAnswer(_refusal(answer))


def waited_for(look: Callable[[], Any], otherwise: str = "No answer came.") -> Any:
    """What `look` finds, as soon as that is something true."""
    ends, pause = time.monotonic() + PATIENCE_S, LOOK_S
    while not (found := look()):
        if time.monotonic() > ends:
            raise NoAnswer(otherwise)
        time.sleep(pause)
        pause = min(1.5 * pause, LOOK_MOST_S)
    return found


def _refusal(answer: httpx.Response) -> str:
    try:
        error = answer.json()["error"]
        return f"{answer.status_code} {error['code']}: {error['message']}"
    except (ValueError, KeyError, TypeError):
        return f"{answer.request.url} answered {answer.status_code}."
