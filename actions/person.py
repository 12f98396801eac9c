"""A person is asked for. The gateway finds one and does the speaking, for it alone knows who is there."""

from sqlalchemy.orm import Session

from actions import patience
from actions.requests import state
from actions.turn import Answer, Turn


def ask_person(session: Session, turn: Turn) -> Answer:
    """The handoff, with what the conversation is about and how it went. An open request waits; a plan no longer takes a
    bare yes."""
    requests = state.loaded(turn.slot(state.SLOT))
    open_one = requests.current
    if open_one is not None:
        open_one.shown = False
    order_id = (open_one and open_one.order_id) or turn.slot("order_id")
    counted = patience.of(turn)
    counted.listen(turn)
    facts = ({"order_id": order_id} if order_id else {}) | _known(open_one) | counted.facts
    counted.begin_anew()
    topic = (open_one and open_one.operation) or turn.slot("topic") or "general"
    handoff = {"topic": topic, "reason": "customer_asked", "facts": facts}
    return Answer(slots={state.SLOT: state.dumped(requests), **counted.slot}, handoff=handoff)


def _known(request: state.Request | None) -> dict[str, str]:
    """What the open request has learned beside the order, as far as it is one word or one line."""
    known = request.known if request is not None else {}
    return {name: value for name, value in known.items() if name != "order" and isinstance(value, str)}


READS = {"action_ask_person": ask_person}
