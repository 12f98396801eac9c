"""The twin's switches: what goes wrong with a send or a look-up, and how status callbacks arrive."""

import random
from collections import deque
from dataclasses import asdict, dataclass, field, fields
from typing import Any

SEND = {
    "busy": "429, not accepted",
    "broken": "500, not accepted",
    "broken_after": "accepted, answered 500",
    "silent": "not accepted, never answered",
    "silent_after": "accepted, never answered",
    "dropped_after": "accepted, the connection cut",
    "slow": "accepted, answered late",
}
LOOK_UP = {"busy", "broken", "silent"}
CALLBACKS = {
    "normal": "sent, then delivered",
    "twice": "each report twice",
    "reversed": "delivered before sent",
    "early": "before the send is answered",
    "never": "no report at all",
}


class BadSwitch(ValueError):
    """A switch that does not exist."""


@dataclass
class Faults:
    """`send` and `look_up` are used up one by one; `share` of the other sends go wrong in a way of `shared`, from a fixed seed."""

    send: deque[str] = field(default_factory=deque)
    look_up: deque[str] = field(default_factory=deque)
    callbacks: str = "normal"
    outcome: int | None = None  # an error code: every text comes to `undelivered` with it
    opt_out_type: bool = False  # Twilio's advanced opt-out adds OptOutType to the webhook
    slow_s: float = 2.0
    share: float = 0.0
    shared: list[str] = field(default_factory=list)
    seed: int = 1
    _dice: random.Random = field(default_factory=lambda: random.Random(1))

    def set(self, wanted: dict[str, Any]) -> None:
        """Take over the given switches, or none of them: `BadSwitch`."""
        known = {f.name for f in fields(self) if not f.name.startswith("_")}
        _check(wanted.keys() <= known, f"known switches are {', '.join(sorted(known))}")
        _check(set(wanted.get("send", ())) <= SEND.keys(), f"send takes {', '.join(SEND)}")
        _check(set(wanted.get("shared", ())) <= SEND.keys(), f"shared takes {', '.join(SEND)}")
        _check(set(wanted.get("look_up", ())) <= LOOK_UP, f"look_up takes {', '.join(sorted(LOOK_UP))}")
        _check(wanted.get("callbacks", "normal") in CALLBACKS, f"callbacks takes {', '.join(CALLBACKS)}")
        for name, value in wanted.items():
            setattr(self, name, deque(value) if name in ("send", "look_up") else value)
        if "seed" in wanted:
            self._dice = random.Random(self.seed)

    def of_send(self) -> str:
        if self.send:
            return self.send.popleft()
        return self._dice.choice(self.shared) if self.shared and self._dice.random() < self.share else ""

    def of_look_up(self) -> str:
        return self.look_up.popleft() if self.look_up else ""

    def shown(self) -> dict[str, Any]:
        return {
            name: list(v) if isinstance(v, deque) else v for name, v in asdict(self).items() if not name.startswith("_")
        }


def _check(good: bool, message: str) -> None:
    if not good:
        raise BadSwitch(message)
