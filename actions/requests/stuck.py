"""An answer that did not help: the open question comes again in other words, and after the second one a person is offered."""

import json
import re
from dataclasses import asdict, replace

from actions import patience
from actions.patience import Patience
from actions.requests.flows import STARTS
from actions.requests.state import FORM, SIGN_IN, State
from actions.requests.step import Step

# Questions that have a second wording in the bot's domain, under the name with "_again".
WORDED_TWICE = re.compile(r"utter_(ask_\w+|sign_in_ask|sign_in_more|code_waiting|code_waiting_claim)")
# Nobody who says this has failed to answer.
FREE = frozenset({*STARTS, "resume", "code_accepted", "resend_code", "goodbye"})


def standing(state: State) -> str:
    """What is known and asked, to be compared after the turn: the same means that nothing was gained."""
    request = state.current
    if request is None:
        return ""
    drafts = {name: _without_marks(draft) for name, draft in request.drafts.items()}
    plan = request.plan and request.plan["id"]
    what = [request.operation, request.asked, request.known, drafts, request.among, plan]
    return json.dumps([*what, asdict(request.wish)], sort_keys=True, default=str)


def mind(step: Step, before: str) -> None:
    """Count a turn in which nothing was gained, and say it so that the next one may go better."""
    counted = patience.of(step.turn)
    counted.listen(step.turn)
    if standing(step.state) != before:
        counted.tries = 0
    elif before and not step.turn.answered_by_others(FORM) and step.turn.intent not in FREE:
        counted.try_again(step.turn)
    counted.note(step.turn, step.said, in_a_request=True)
    if step.state.current is not None:
        _worded(step, counted, before)
    step.said = patience.offering(counted, step.turn, step.said)
    step.slots |= counted.slot


def _worded(step: Step, counted: Patience, before: str) -> None:
    """The question in its other words, where nothing was gained or where it would be said twice running. Where the bot says
    beside it why it asks, or comes back to it after another answer, it is plain enough."""
    if len(step.said) != 1 or not WORDED_TWICE.fullmatch(step.said[0].response):
        counted.question = ""
        return
    asked = step.said[0]
    others, now = step.turn.answered_by_others(FORM), patience.fingerprint(asked)
    failed = counted.tried == step.turn.message_id
    twice = not failed and not others and step.turn.intent != "resume" and now == counted.question
    if (failed and counted.tries % 2) or twice or (others and _another_wish_of_nobody(step, before)):
        step.said = [replace(asked, response=f"{asked.response}_again")]
        now = ""
    counted.question = now


def _another_wish_of_nobody(step: Step, before: str) -> bool:
    """Whoever is asked who they are, and wishes something else, is asked the same once more."""
    return before != "" and json.loads(before)[:2] == [SIGN_IN, step.request.asked]


def _without_marks(draft: dict[str, object]) -> dict[str, object]:
    """What was heard when is no answer."""
    return {name: value for name, value in draft.items() if not name.startswith("heard ")}
