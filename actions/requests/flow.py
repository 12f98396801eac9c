"""What a flow is made of: fields in the order in which they are asked, the plan they lead to, and the words of both.

A field looks at a message (`hear`) and, while it is unknown, says how it is asked (`ask`). Both only read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from actions.requests.message import Message
from actions.requests.state import Request
from actions.turn import Option, Said
from shop import orders
from shop.identity import Identity
from shop.orders import Order
from shop.plans import Plan


@dataclass(frozen=True)
class Took:
    """The field's value: what the message says, or the only one there can be."""

    value: Any


@dataclass(frozen=True)
class Unclear:
    """The message spoke of the field, but the question stays open: say why, if there is something to say.

    `among`: what it could mean. A value that was known is then asked for again.
    """

    said: tuple[Said, ...] = ()
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """The field's question."""

    said: Said


@dataclass(frozen=True)
class Refused:
    """It can't be done at all: say why. A correction that can't be done leaves the request as it was."""

    said: tuple[Said, ...]


@dataclass(frozen=True)
class Instead:
    """The wish turns out to be another operation, with what is known already."""

    operation: str


@dataclass
class Scene:
    """A request in one turn, with all that its flow needs to look things up."""

    session: Session
    request: Request
    who: Identity
    customer_id: str  # empty where a visitor is to be recognised
    message_id: str
    now: datetime
    zone: ZoneInfo
    intent: str = "inform"  # what the options of this request stand for
    spoken_of: str | None = None  # the order that the conversation was about last
    seen: dict[str, Order | None] = field(default_factory=dict)

    @property
    def known(self) -> dict[str, Any]:
        return self.request.known

    def draft(self, name: str) -> dict[str, Any]:
        """What a field has heard of its value so far; forgotten with the value."""
        return self.request.drafts.setdefault(name, {})

    def find_order(self) -> Order | None:
        """The order this is about, read once in a turn; None when it is unknown or gone."""
        order_id = self.request.order_id
        if order_id is not None and order_id not in self.seen:
            self.seen[order_id] = orders.find(self.session, self.customer_id, order_id)
        return self.seen.get(order_id or "")

    @property
    def order(self) -> Order:
        """The order this is about. For fields behind the order's, and plans."""
        found = self.find_order()
        if found is None:
            raise LookupError("no order is known here")
        return found

    def option(self, label: str, **entities: Any) -> Option:
        """A choice that is complete in itself: it also names the order."""
        about = {"order_id": self.request.order_id} if self.request.order_id else {}
        return Option(label, self.intent, {**about, **entities})


Hear = Callable[[Scene, Message], Took | Unclear | Refused | None]
Ask = Callable[[Scene], Asked | Took | Refused | Instead]


def always(scene: Scene) -> bool:
    return True


@dataclass(frozen=True)
class Field:
    """One thing a request has to know.

    `takes`: the entities that are this field's when it was asked, and no other field's. `clears`: fields that depend on
    it and are forgotten when it changes. `needed`: whether it has to be known at all.
    """

    name: str
    hear: Hear
    ask: Ask
    takes: frozenset[str] = frozenset()
    clears: tuple[str, ...] = ()
    needed: Callable[[Scene], bool] = always


@dataclass(frozen=True)
class Words:
    """Responses of the bot's domain: `plan` {lines, plan}, `done` {lines, receipt}, `refused` {why, order_id}, `dropped`."""

    plan: str
    done: str
    refused: str
    dropped: str


@dataclass(frozen=True)
class Flow:
    """The conversation about one operation, from top to bottom.

    `intents`: the wishes that start it; the first is what its options stand for. `prepare`: None where there is nothing to
    change, only somebody to be recognised. `blames`: which field a refusal of the
    plan is about, by the refusal's code; that field is then asked again instead of ending the request. `extras`: further
    options beside yes and no under the plan.
    """

    operation: str
    intents: tuple[str, ...]
    fields: tuple[Field, ...]
    prepare: Callable[[Scene], Plan] | None
    words: Words
    blames: Mapping[str, str] = field(default_factory=dict)
    extras: Callable[[Scene], list[Option]] = lambda scene: []

    def field(self, name: str | None) -> Field | None:
        return next((each for each in self.fields if each.name == name), None)
