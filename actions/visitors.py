"""What a visitor hears who asks for something of theirs and is nobody yet: the one place that decides it."""

from typing import Any

from actions.requests import message, proof, state
from actions.turn import Answer, Turn


def recognise(turn: Turn, topic: dict[str, Any]) -> Answer:
    """First who they are, by a request of its own; what they asked is answered when the code has come back."""
    requests, wish = state.loaded(turn.slot(state.SLOT)), message.of(turn)
    if requests.current is not None and requests.current.operation == state.SIGN_IN:
        requests.current.wish, requests.current.spent = wish, []
    else:
        requests.put_aside()
        requests.current = proof.first(wish)
    return Answer(slots={**topic, state.SLOT: state.dumped(requests)}, then=state.FORM)
