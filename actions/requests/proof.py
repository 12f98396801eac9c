"""Codes that come back: before a plan is carried out, and to learn who a visitor is."""

from actions.requests.flow import Flow, Scene
from actions.requests.instead import person
from actions.requests.message import Message
from actions.requests.state import CODE, SIGN_IN, Request
from actions.requests.step import Step, refused
from actions.turn import Said
from shop import codes
from shop.claims import Claim
from shop.codes import Challenge
from shop.ground.errors import Refusal, TooMany


def first(wish: Message) -> Request:
    """The request of somebody who is nobody yet: to be recognised, and then what they wished."""
    return Request(SIGN_IN, wish=wish)


def of_plan(step: Step, flow: Flow, scene: Scene) -> Said | None:
    """Send a code before the plan is carried out. Returns why the request can't go on, if it can't."""
    request = step.request
    assert request.plan is not None
    try:
        with step.session.begin_nested():
            sent = codes.open_for_plan(step.session, step.who, request.plan["id"], scene.message_id, step.now)
    except TooMany as wait:
        request.shown = False  # the plan stays open; a yes shows it again
        step.say(_not_sent(wait))
        return None
    except Refusal as refusal:
        return refused(flow, scene, refusal)
    step.say(Said("utter_code_sent", {"hint": sent.hint}))
    _expect(step, sent)
    return None


def of_claim(step: Step, flow: Flow, scene: Scene) -> Said | None:
    """Send a code to whom the claim finds; what is said is the same where it finds nobody. Returns why it can't be."""
    try:
        with step.session.begin_nested():
            claim = Claim(**scene.known["claim"])
            sent = codes.open_for_claim(
                step.session, step.who.conversation_id, claim, scene.message_id, step.now, step.turn.address
            )
    except Refusal as refusal:
        return _not_sent(refusal)
    # Nothing was asked yet: the wish itself named the order.
    wished = step.request.asked is None and step.request.wish.intent != SIGN_IN
    step.say(Said("utter_code_sent_order" if wished else "utter_code_sent_claim"))
    _expect(step, sent)
    return None


def wait(step: Step) -> None:
    """The code's question again."""
    hint = step.request.hint
    step.say(Said("utter_code_waiting", {"hint": hint}) if hint else Said("utter_code_waiting_claim"))


def _expect(step: Step, sent: Challenge) -> None:
    request = step.request
    request.asked, request.agreed, request.shown, request.hint = CODE, True, False, sent.hint
    step.challenge = sent.id


def _not_sent(refusal: Refusal) -> Said:
    return Said("utter_code_not_sent", {"why": refusal.message}, [person()])
