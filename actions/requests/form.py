"""The action `validate_request_form`: a request's whole turn in one transaction.

It answers with nothing when the message is not for the request. Rasa then lets the rule of that wish answer and calls
again, for the open question to follow in the same reply.
"""

from typing import Any
from zoneinfo import ZoneInfo

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.requests import answers, engine, message, plan, stuck
from actions.requests.state import FORM, SLOT, loaded
from actions.requests.step import Step
from actions.requests.told import DONE, Over
from actions.turn import Answer, Events, Run, Turn, speak
from shop import identity
from shop.ground import clock
from shop.ground.db import Database


def take(session: Session, turn: Turn) -> Answer | None:
    """The answer to the customer's message; None when it is not for the request."""
    who = identity.of(session, turn.conversation)
    step = Step(session, turn, loaded(turn.slot(SLOT)), who, clock.now())
    before = stuck.standing(step.state)
    if turn.answered_by_others(FORM):
        step.state.offered = False  # what was offered in passing is not asked twice
        if plan.done_before(step):
            step.over, step.state.current = Over(step.request, DONE, None), None
        engine.go_on(step)
    elif not answers.take(step, message.of(turn)):
        return None
    stuck.mind(step, before)
    return step.answer()


def taking(db: Database, zone: ZoneInfo) -> Run:
    async def run(dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        answer = await db.write(take, Turn(tracker, zone))
        return speak(dispatcher, answer) if answer else []

    return run


RUNS = {f"validate_{FORM}": taking}
