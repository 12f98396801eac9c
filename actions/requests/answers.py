"""What the customer may answer while a request is open, and what becomes of it."""

import re
from collections.abc import Callable

from actions.requests import engine, plan, proof, questions, wishes
from actions.requests.flow import Flow
from actions.requests.flows import FLOWS, STARTS, TWINS, operation
from actions.requests.message import Message, turn_of
from actions.requests.state import CODE, SIGN_IN
from actions.requests.step import Step
from actions.requests.told import DONE, LEFT, Over
from actions.turn import Said
from shop import orders
from shop.picking.mentions import called
from shop.receipts import Receipt

WHY = re.compile(r"\b(why|what for|what (?:do|would|is|'s)\b.*\bfor)\b", re.IGNORECASE)
LOST = re.compile(r"\b(access|no longer|don'?t have|lost|old (?:e-?mail|number|phone))\b", re.IGNORECASE)
# Said to a plan, this is no no: something in it is to be different.
WRONG = re.compile(
    r"\b(wrong|incorrect|false|mistaken|not (quite )?(right|correct|true|like that|that way)"
    r"|not what (i|we) (meant|wanted|want|asked|said|ordered))\b",
    re.IGNORECASE,
)
# Said of items, everything stays where it is.
KEEPS = re.compile(r"\bkeep(ing)? (everything|it all|them all|both|all)\b", re.IGNORECASE)
LEAVE = re.compile(r"\b(stop|cancel|leave|keep|forget|never ?mind|don'?t|do not|changed my mind)\b", re.IGNORECASE)


def take(step: Step, message: Message) -> bool:
    """Let the open request answer the message. False: it is not for the request."""
    done = plan.done_before(step)
    if done is not None:
        return _told(step, message, done)
    if step.state.offered:
        return _to_the_offer(step, message)
    if step.state.current is None:
        return _start(step, message)
    if message.intent == "ask_person" or questions.asked(step, message):
        return False
    wished = _wished(step, message)
    if wished and (wished != step.request.operation or engine.is_besides(step, message)):
        engine.begin(step, message)
        return True
    if KEEPS.search(message.text) and not message.all("product"):
        return no(step, message)
    heard = engine.hear(step, message)
    answer = ANSWERS.get(message.intent)
    if answer and not heard.news:
        return answer(step, message)
    if heard.spoken or wished:
        engine.go_on(step, heard.rest)
        return True
    return False


def _wished(step: Step, message: Message) -> str | None:
    """The operation that the message wishes. Of an order that is known, a change and an exchange are the same wish."""
    request = step.request
    wished = operation(message, request.operation)
    if wished is None or wished != TWINS.get(request.operation) or message.all(*engine.NAMES_AN_ORDER):
        return wished
    order = step.customer_id and request.order_id and orders.find(step.session, step.customer_id, request.order_id)
    lines = order.lines if order else ()
    named = message.all("product")
    own = lines and all(any(called(line.name, one, message.text) for line in lines) for one in named)
    return request.operation if own else wished


def again(step: Step, message: Message) -> bool:
    """Ask the open question again; the same plan, as long as it holds."""
    engine.go_on(step)
    return True


def yes(step: Step, message: Message) -> bool:
    """A yes counts only for the plan that was shown last, or by the option under it."""
    request, tapped = step.request, message.value("plan")
    if request.plan is None or tapped not in (None, request.plan["id"]):
        return again(step, message)
    if not tapped and not request.just_read(step.turn.message_id):
        return again(step, message)
    return _carry_out(step)


def no(step: Step, message: Message) -> bool:
    """What was on its way is left, and nothing changes. Who says that it is wrong is asked what it should be."""
    if message.intent == "deny" and WRONG.search(message.text) and not LEAVE.search(message.text):
        return correct(step, message)
    engine.end(step, Said(FLOWS[step.request.operation].words.dropped), how=LEFT)
    return True


def goodbye(step: Step, message: Message) -> bool:
    """Whoever leaves is not asked whether to go on with something else."""
    step.state.aside = []
    engine.end(step, Said(FLOWS[step.request.operation].words.dropped), Said("utter_goodbye"), how=LEFT)
    return True


def correct(step: Step, message: Message) -> bool:
    """Something is wrong, but not what: show what there is, so that it can be said."""
    step.say(Said("utter_request_correct"))
    return again(step, message)


def code_accepted(step: Step, message: Message) -> bool:
    """The yes was given before: now it is carried out. Or a visitor is known: now to what they wished."""
    request = step.request
    if request.agreed and request.plan:
        return _carry_out(step)
    step.say(Said("utter_code_accepted_short"))
    if request.operation == SIGN_IN and step.customer_id is not None:
        return _fulfil(step, request.wish)
    return again(step, message)


def code_refused(step: Step, message: Message) -> bool:
    """The code stays the open question, as long as there are tries left."""
    left = int(message.value("tries_left") or 0)
    if message.value("why") == "wrong" and left:
        step.say(Said("utter_code_wrong" if left > 1 else "utter_code_wrong_last", {"tries_left": left}))
    else:
        step.say(Said("utter_code_void"))
    return step.request.asked == CODE or again(step, message)


def resend_code(step: Step, message: Message) -> bool:
    """Another code. To whom the contact is lost, only a person can help."""
    request, flow = step.request, FLOWS[step.request.operation]
    scene = step.scene(flow)
    if request.asked != CODE or scene is None:
        return False
    if LOST.search(message.text):
        step.say(Said("utter_code_lost"))
        return True
    if WHY.search(message.text):
        step.say(Said("utter_code_why"))  # a new code would make the one on its way void
        return True
    problem = proof.of_plan(step, flow, scene) if request.plan else proof.of_claim(step, flow, scene)
    if problem is not None:
        engine.end(step, problem)
    return True


def _carry_out(step: Step) -> bool:
    flow = FLOWS[step.request.operation]
    scene = step.scene(flow)
    if scene is None:
        return again(step, Message())
    done = plan.commit(step, flow, scene)
    if isinstance(done, Receipt):
        engine.end(step, _done(flow, done), how=DONE)
    elif isinstance(done, Said):
        engine.end(step, done)
    elif step.request.plan is None:
        engine.go_on(step)
    return True


def _done(flow: Flow, receipt: Receipt) -> Said:
    facts = {"lines": "\n".join(receipt.lines), "receipt": receipt.number, "order_id": receipt.order_id or ""}
    return Said(flow.words.done, facts, card=receipt.card)


def _fulfil(step: Step, wish: Message) -> bool:
    """What was wished before anybody was known."""
    step.over, step.state.current = Over(step.request, DONE, None), None
    if wish.intent in STARTS and wish.intent != "sign_in":
        engine.begin(step, wish)
        return True
    read = wishes.rule(wish.intent)
    if read is not None:
        answer = read(step.session, turn_of(wish, step.turn))
        step.said += answer.said
        step.slots |= answer.slots
    engine.end(step, *([] if read else [Said("utter_request_next")]))
    return True


def _start(step: Step, message: Message) -> bool:
    if message.intent in STARTS:
        engine.begin(step, message)
    elif message.intent != "resume":
        return False
    elif step.state.aside:
        _take_up_again(step)
    else:
        step.say(Said("utter_resume"))
    return True


def _told(step: Step, message: Message, done: Receipt) -> bool:
    """What was done is no open question any more. Who asks for it again gets the same receipt."""
    flow = FLOWS[step.request.operation]
    step.over, step.state.current = Over(step.request, DONE, None), None
    if message.intent in ("affirm", "code_accepted"):
        engine.end(step, _done(flow, done))
        return True
    return _start(step, message)


def _to_the_offer(step: Step, message: Message) -> bool:
    """Shall we go on with what was put aside?"""
    if message.intent in ("affirm", "resume"):
        _take_up_again(step)
    elif message.intent in ("deny", "stop"):
        step.state.aside.pop()
        engine.end(step, Said("utter_request_left"))
    elif message.intent == "goodbye":
        step.state.aside, step.state.offered = [], False
        step.say(Said("utter_goodbye"))
    elif message.intent in STARTS:
        engine.begin(step, message)
    else:
        return False
    return True


def _take_up_again(step: Step) -> None:
    step.state.current, step.state.offered = step.state.aside.pop(), False
    engine.go_on(step)


ANSWERS: dict[str, Callable[[Step, Message], bool]] = {
    "affirm": yes,
    "deny": no,
    "stop": no,
    "goodbye": goodbye,
    "correct": correct,
    "resume": again,
    "code_accepted": code_accepted,
    "code_refused": code_refused,
    "resend_code": resend_code,
}
