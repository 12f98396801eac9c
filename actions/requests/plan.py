"""The plan of a request: shown, agreed to, carried out; and the code that proves who agreed."""

from datetime import datetime

from actions.requests import proof
from actions.requests.flow import Flow, Scene
from actions.requests.state import PLAN
from actions.requests.step import Problem, Step, refused
from actions.turn import Said
from shop import operations, receipts
from shop.ground.errors import Refusal
from shop.receipts import Receipt

OUTDATED = ("plan_gone", "plan_expired", "plan_void")  # the order may still be changed, by a plan made afresh


def show(step: Step, flow: Flow, scene: Scene) -> Problem | None:
    """Say what would happen, as long as it holds by the plan that was shown before."""
    assert flow.prepare is not None
    request = step.request
    if request.plan is None or datetime.fromisoformat(request.plan["expires_at"]) <= step.now:
        try:
            with step.session.begin_nested():
                request.plan = flow.prepare(scene).card
        except Refusal as refusal:
            return Problem(refused(flow, scene, refusal), flow.blames.get(refusal.code))
    request.asked, request.shown = PLAN, True
    facts = {"lines": "\n".join(request.plan["lines"]), "plan": request.plan["id"]}
    step.say(Said(flow.words.plan, facts, flow.extras(scene), request.plan))
    return None


def commit(step: Step, flow: Flow, scene: Scene) -> Receipt | Said | None:
    """Carry the plan out: its receipt, or why not. None: it is outdated, which was said, and must be made afresh; or a code
    is waited for, which was said too."""
    request = step.request
    assert request.plan is not None
    try:
        with step.session.begin_nested():
            receipt = operations.commit(step.session, step.who, request.plan["id"], scene.message_id, step.now)
    except Refusal as refusal:
        if refusal.code == "needs_code":
            return proof.of_plan(step, flow, scene)
        if refusal.code not in OUTDATED:
            return refused(flow, scene, refusal)
        step.drop_plan()
        step.say(Said("utter_plan_afresh", {"why": refusal.message}))
        return None
    request.plan = None
    return receipt


def done_before(step: Step) -> Receipt | None:
    """The receipt of the plan that is still open here: its turn was carried out, but its answer was lost."""
    current = step.state.current
    if current is None or current.plan is None:
        return None
    receipt = receipts.of_plan(step.session, str(current.plan["id"]))
    return None if receipt is None or receipt.message_id == step.turn.message_id else receipt
