"""What the customer may answer while a request is open, and what becomes of it."""

from collections.abc import Callable

from actions.requests import engine, plan
from actions.requests.flows import FLOWS, STARTS
from actions.requests.message import Message
from actions.requests.state import PLAN
from actions.requests.step import Step
from actions.turn import Said
from shop.receipts import Receipt

# Asked in the middle of a request, these have answers of their own, unless the message is nothing but an answer to ours.
QUESTIONS = frozenset(
    {
        *("ask_person", "ask_help", "ask_info", "ask_bot", "complain", "report_problem", "lost_parcel"),
        *("track_order", "order_details", "list_orders", "refund_status", "list_requests"),
        *("product_info", "list_products", "price_difference", "recommend"),
        *("show_account", "gift_card_balance", "list_payments"),
    }
)
BARE = 0.7  # the share of a message that its mentions must make up to be nothing but an answer


def take(step: Step, message: Message) -> bool:
    """Let the open request answer the message. False: it is not for the request."""
    if step.state.offered:
        return _to_the_offer(step, message)
    if step.state.current is None:
        return _start(step, message)
    if message.intent == "ask_person" or (message.intent in QUESTIONS and not _bare(message)):
        return False
    another = STARTS.get(message.intent, step.request.operation) != step.request.operation
    if another:
        engine.begin(step, message)
        return True
    if message.intent in STARTS:
        step.request.wish, step.request.spent = message, []
    heard = engine.hear(step, message)
    answer = ANSWERS.get(message.intent)
    if answer and not heard.news:
        return answer(step, message)
    if heard.spoken or message.intent in STARTS:
        engine.go_on(step, heard.rest)
        return True
    return False


def again(step: Step, message: Message) -> bool:
    """Ask the open question again; the same plan, as long as it holds."""
    engine.go_on(step)
    return True


def yes(step: Step, message: Message) -> bool:
    """A yes counts only for the plan that was shown last, or by the option under it."""
    request, tapped = step.request, message.value("plan")
    if request.plan is None or tapped not in (None, request.plan["id"]) or not (tapped or request.shown):
        return again(step, message)
    return _carry_out(step)


def no(step: Step, message: Message) -> bool:
    """What was on its way is left, and nothing changes."""
    engine.end(step, Said(FLOWS[step.request.operation].words.dropped))
    return True


def goodbye(step: Step, message: Message) -> bool:
    """Whoever leaves is not asked whether to go on with something else."""
    step.state.aside = []
    engine.end(step, Said(FLOWS[step.request.operation].words.dropped), Said("utter_goodbye"))
    return True


def correct(step: Step, message: Message) -> bool:
    """Something is wrong, but not what: show what there is, so that it can be said."""
    step.say(Said("utter_request_correct"))
    return again(step, message)


def code_accepted(step: Step, message: Message) -> bool:
    if step.request.agreed and step.request.plan:
        return _carry_out(step)
    step.say(Said("utter_code_accepted_short"))
    return again(step, message)


def _carry_out(step: Step) -> bool:
    flow = FLOWS[step.request.operation]
    scene = step.scene(flow)
    if scene is None:
        return again(step, Message())
    done = plan.commit(step, flow, scene)
    if isinstance(done, Receipt):
        facts = {"lines": "\n".join(done.lines), "receipt": done.number, "order_id": done.order_id or ""}
        engine.end(step, Said(flow.words.done, facts, card=done.card))
    elif isinstance(done, Said):
        engine.end(step, done)
    elif step.request.asked == PLAN:
        engine.go_on(step)
    return True


def _start(step: Step, message: Message) -> bool:
    if message.intent in STARTS:
        engine.begin(step, message)
    elif step.state.aside:
        _take_up_again(step)
    else:
        step.say(Said("utter_resume"))
    return True


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


def _bare(message: Message) -> bool:
    """Whether the message consists of things and nothing else: "gift card" is an answer, "what is on my gift card" is not."""
    letters = len(message.text.replace(" ", ""))
    named = sum(len(message.text[m.start : m.end].replace(" ", "")) for m in message.mentions)
    return not message.tapped and letters > 0 and named >= BARE * letters


ANSWERS: dict[str, Callable[[Step, Message], bool]] = {
    "affirm": yes,
    "deny": no,
    "stop": no,
    "goodbye": goodbye,
    "correct": correct,
    "resume": again,
    "code_accepted": code_accepted,
}
