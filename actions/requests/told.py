"""How far a request is, for the people who may take over: what is known, the open question, or how it ended. Cut to size, and
without what finds or proves anybody."""

import json
from dataclasses import dataclass
from typing import Any

from actions.requests.state import Request, State

DONE, LEFT, REFUSED = "done", "left", "refused"
MOST = 1500  # characters of what is known; more than that is not told
LONGEST = 120  # of one of them
CLAIM = "claim"  # by which a visitor is to be found: told is only which parts of it they gave


@dataclass(frozen=True)
class Over:
    """A request that ended in this turn: how, at which question, and why where a rule of the shop refused it."""

    request: Request
    how: str
    at: str | None
    why: str = ""


def told(state: State, over: Over | None) -> dict[str, Any] | None:
    """The open request, or the one that is over since this turn; None where there is neither."""
    if state.current is not None:
        return {**_what(state.current), "at": state.current.asked, "aside": [one.operation for one in state.aside]}
    if over is None:
        return None
    return {**_what(over.request), "at": over.at, "ended": over.how, "why": over.why[:LONGEST]}


def _what(request: Request) -> dict[str, Any]:
    known = {name: _cut(name, value) for name, value in request.known.items() if name != "order"}
    small = len(json.dumps(known, default=str)) <= MOST
    return {"operation": request.operation, "order": request.order_id, "known": known if small else {}}


def _cut(name: str, value: Any) -> Any:
    if name == CLAIM:
        return sorted(value)
    return value[:LONGEST] if isinstance(value, str) else value
