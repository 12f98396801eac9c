"""One turn of the requests as it is being worked out: what is known so far, and what has been said."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.requests.flow import Field, Flow, Scene
from actions.requests.instead import instead
from actions.requests.state import FORM, SLOT, Request, State, dumped
from actions.requests.told import Over, told
from actions.turn import Answer, Said, Turn
from shop import plans
from shop.ground.errors import Refusal
from shop.identity import Identity, Proof

OTHERS = 3  # messages that an answer of another action may consist of
ENDED = {"requested_slot": None}  # what tells Rasa that the form is done


@dataclass(frozen=True)
class Problem:
    """Why there is no plan; `field` is the answer that stands in its way, if it is one."""

    said: Said
    field: str | None = None


@dataclass
class Step:
    session: Session
    turn: Turn
    state: State
    who: Identity
    now: datetime
    said: list[Said] = field(default_factory=list)
    slots: dict[str, Any] = field(default_factory=dict)
    challenge: str | None = None
    over: Over | None = None

    @property
    def customer_id(self) -> str | None:
        """Whose data may be read here: nobody's before a proof."""
        return self.who.customer_id if self.who.level >= Proof.PHONE else None

    @property
    def request(self) -> Request:
        assert self.state.current is not None
        return self.state.current

    def say(self, *said: Said) -> None:
        self.said += said

    def scene(self, flow: Flow) -> Scene | None:
        """What the flow looks at; None while nobody's data may be read."""
        customer_id = self.customer_id
        if customer_id is None and flow.prepare is not None:
            return None
        return Scene(
            self.session,
            self.request,
            self.who,
            customer_id or "",
            self.turn.message_id,
            self.now,
            self.turn.zone,
            flow.intents[0],
            self.turn.slot("order_id"),
        )

    def settle(self, flow: Flow, known: Field, value: Any) -> bool:
        """Note a value down; whether it is news. News make what hangs on it unknown again, and the plan void."""
        request = self.request
        if known.name in request.known and request.known[known.name] == value:
            return False
        self.forget(flow, known.name, *known.clears)
        request.known[known.name] = value
        return True

    def forget(self, flow: Flow, *names: str) -> None:
        for name in names:
            self.request.known.pop(name, None)
            self.request.drafts.pop(name, None)
        self.request.among = []
        self.drop_plan()

    def drop_plan(self) -> None:
        """The plan that was shown can't be carried out any more."""
        request = self.request
        if request.plan is not None:
            plans.drop(self.session, self.who, str(request.plan["id"]), self.now)
        request.plan, request.shown, request.agreed, request.hint = None, False, False, None

    def answer(self) -> Answer:
        """What Rasa is told; the form is done when no question is open."""
        state = self.state
        if state.current is not None and state.current.shown:
            others = OTHERS if self.turn.answered_by_others(FORM) else 0
            state.current.shown_at, state.current.parts = self.turn.message_id, len(self.said) + others
        if state.current is not None:
            self.slots |= {"topic": state.current.operation}
            self.slots |= {"order_id": state.current.order_id} if state.current.order_id else {}
        done = {} if state.current or state.offered else ENDED
        slots = {**self.slots, SLOT: dumped(state), **done}
        return Answer(self.said, slots, challenge=self.challenge, request=told(state, self.over))


def refused(flow: Flow, scene: Scene, refusal: Refusal) -> Said:
    """A refusal in the flow's words, with what is possible instead."""
    facts = {"why": refusal.message, "order_id": scene.request.order_id or ""}
    return Said(flow.words.refused, facts, instead(scene.find_order(), flow.operation))
