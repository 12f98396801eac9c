"""What is remembered of a customer's requests between two messages: plain JSON in the slot `request`, written here alone."""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from actions.requests.message import Message
from shop.picking.mentions import Mention

FORM, SLOT = "request_form", "request"
KEPT_ASIDE = 3
PLAN, CODE = "plan", "code"  # open questions that no field asks: "shall I do it?" and "what is the code?"
SIGN_IN = "sign_in"  # the one operation that changes nothing


@dataclass
class Request:
    """One wish on its way: what is known of it, the question that is open, and the plan that was shown.

    `wish` is the message that began it: each field looks there before it asks, unless it is among `spent`.
    `among` narrows the open question. `shown`: the plan was the last thing said, in answer to the message `shown_at` and in
    at most `parts` messages. `agreed`: the yes was given, and a code must prove who gave it.
    """

    operation: str
    known: dict[str, Any] = field(default_factory=dict)
    drafts: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: str | None = None
    among: list[Any] = field(default_factory=list)
    wish: Message = field(default_factory=Message)
    spent: list[str] = field(default_factory=list)
    plan: dict[str, Any] | None = None
    shown: bool = False
    shown_at: str = ""
    parts: int = 1
    agreed: bool = False
    hint: str | None = None

    @property
    def order_id(self) -> str | None:
        known = self.known.get("order")
        return None if known is None else str(known)

    def just_read(self, message_id: str) -> bool:
        """Whether this message comes right after the plan: what was written before it was there, or after a person spoke
        in between, is no answer to it. The gateway counts all messages of a conversation."""
        before, now = _count(self.shown_at), _count(message_id)
        in_turn = before is None or now is None or before + 2 <= now <= before + self.parts + 1
        return self.shown and in_turn


@dataclass
class State:
    """`offered`: going on with the last request put aside is the open question."""

    current: Request | None = None
    aside: list[Request] = field(default_factory=list)
    offered: bool = False

    def put_aside(self) -> None:
        """The current request makes room for another; the oldest are forgotten."""
        if self.current is not None:
            waiting = replace(self.current, asked=None, among=[], shown=False, agreed=False, hint=None)
            self.aside = [*self.aside, waiting][-KEPT_ASIDE:]
        self.current = None


def _count(message_id: str) -> int | None:
    number = message_id.rpartition(":")[2]
    return int(number) if number.isascii() and number.isdigit() else None


def dumped(state: State) -> dict[str, Any] | None:
    """As the slot keeps it; None when nothing is left to remember."""
    return asdict(state) if state.current or state.aside else None


def loaded(slot: Any) -> State:
    if not slot:
        return State()
    current = _request(slot["current"]) if slot.get("current") else None
    return State(current, [_request(waiting) for waiting in slot["aside"]], bool(slot["offered"]))


def _request(given: dict[str, Any]) -> Request:
    """A field that an older release did not write has its default."""
    names = {each.name for each in fields(Request)}
    return Request(**{name: value for name, value in given.items() if name in names and name != "wish"} | _wish(given))


def _wish(given: dict[str, Any]) -> dict[str, Any]:
    wish = given.get("wish") or {}
    mentions = tuple(Mention(**mention) for mention in wish.get("mentions", ()))
    return {"wish": Message(**{**wish, "mentions": mentions})}
