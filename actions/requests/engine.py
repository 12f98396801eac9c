"""How a request goes through a turn: the message is heard, what is still unknown is asked, the plan is shown.

What may be answered to an open question stands in `answers`; what a single flow asks, in the flow's own file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.requests import one_by_one, plan, proof
from actions.requests.flow import Asked, Field, Flow, Instead, Refused, Scene, Took, Unclear
from actions.requests.flows import FLOWS, REPLACING, operation
from actions.requests.message import Message
from actions.requests.state import SIGN_IN, Request
from actions.requests.step import Step
from actions.requests.told import REFUSED, Over
from actions.turn import Said
from shop import order_states, orders, wording

NAMES_AN_ORDER = ("order_id", "order_pick", "date")  # whatever question is open
CARRIED = ("order", "lines", "address")  # still true when something else is wanted with the same things
INSTEAD = re.compile(r"\b(instead|rather|actually|changed my mind)\b", re.IGNORECASE)
BESIDES = re.compile(r"\b(too|also|as well|and then|another)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Heard:
    """`spoken`: the message was about the request; `news`: it changed something; `rest`: what nobody has taken yet."""

    spoken: bool
    news: bool
    rest: Message


def begin(step: Step, message: Message) -> None:
    """A new wish. One that is open already is put aside, or forgotten when this one comes in its place."""
    old = step.state.current
    new = Request(operation(message, old.operation if old else None) or "", wish=message)
    step.state.offered = False
    replaced = old is not None and REPLACING.get(old.operation) == new.operation
    if old is not None and old.operation == SIGN_IN:
        step.drop_plan()  # there is nothing in it to come back to
    elif old is not None and (replaced or INSTEAD.search(message.text)):
        step.drop_plan()
        new.wish = message if message.without(("address_scope",)).mentions else old.wish
        _carry_over(step, old, new)
    else:
        step.state.put_aside()
    step.state.current = new
    one_by_one.begin(step, new)
    go_on(step)


def is_besides(step: Step, message: Message) -> bool:
    """Whether the same is wished for one more order: "and cancel #W2 as well"."""
    number = message.value("order_id")
    known = step.request.order_id
    return bool(known and number and orders.spelled(number) != orders.spelled(known) and BESIDES.search(message.text))


def hear(step: Step, message: Message) -> Heard:
    """Take from the message what the request can use: for the open question first, then to correct what is known."""
    request, flow = step.request, FLOWS[step.request.operation]
    scene = step.scene(flow)
    spoken = news = False
    for field in _listening(flow, scene, message) if scene else []:
        assert scene is not None
        heard = field.hear(scene, message)
        if heard is None:
            continue
        spoken = True
        if isinstance(heard, Took):
            news |= step.settle(flow, field, heard.value)
        elif isinstance(heard, Refused) and field.name == request.asked:
            end(step, *heard.said, at=field.name)
            return Heard(True, True, message)
        else:
            _unclear(step, flow, field, heard)
            news = True
        request.spent.append(field.name)
        named = field.name == "order" and field.name != request.asked and message.all(*NAMES_AN_ORDER)
        message = message.without(NAMES_AN_ORDER if named else field.takes)
    return Heard(spoken, news, message)


def go_on(step: Step, *messages: Message) -> None:
    """Ask for what is unknown, one thing at a time; then show the plan. A field looks into the messages before it asks."""
    if step.state.current is None:
        return
    flow = FLOWS[step.request.operation]
    scene = step.scene(flow)
    if scene is None:
        step.state.current = proof.first(step.request.wish)
        go_on(step)
        return
    if step.request.order_id and scene.find_order() is None:
        gone = flow.field("order")
        step.forget(flow, "order", *(gone.clears if gone else ()))
    for field in flow.fields:
        unknown = field.name not in step.request.known and field.needed(scene)
        if unknown and not _learned(step, flow, field, scene, messages):
            return
    _conclude(step, flow, scene)


def end(step: Step, *said: Said, how: str = REFUSED, at: str | None = None) -> None:
    """The request is over, `at` the question that it was refused at. One that was put aside, and is still possible, is
    offered again."""
    step.say(*said)
    if step.state.current is not None:
        why = next((str(one.facts["why"]) for one in said if "why" in one.facts), "")
        step.over = Over(step.request, how, at or step.request.asked, why)
        step.drop_plan()
    step.state.current = None
    state = step.state
    while state.aside and not _possible(step, state.aside[-1]):
        state.aside.pop()
    state.offered = bool(state.aside)
    if state.offered:
        step.say(Said("utter_request_aside", {"doing": doing(state.aside[-1])}))


def doing(request: Request) -> str:
    """What the request is about, in words that follow "go on with"."""
    if request.order_id:
        return wording.say(f"doing_{request.operation}_order", order=request.order_id)
    return wording.say(f"doing_{request.operation}")


def _listening(flow: Flow, scene: Scene, message: Message) -> list[Field]:
    """Who hears the message: the open question, then what is known or need not be, the last thing first. What names an
    order outright is about the order."""
    asked = flow.field(scene.request.asked)
    others = [each for each in reversed(flow.fields) if each is not asked]
    known = [each for each in others if each.name in scene.known or not each.needed(scene)]
    if message.all(*NAMES_AN_ORDER):
        known.sort(key=lambda each: each.name != "order")
    return [asked, *known] if asked else known


def _learned(step: Step, flow: Flow, field: Field, scene: Scene, messages: Sequence[Message]) -> bool:
    """Whether the field is known now: it was said, or there is only one answer. Else it was asked, or all is over."""
    request = step.request
    unheard = () if field.name in request.spent else (request.wish,)
    for message in (*messages, *unheard):
        heard = field.hear(scene, message)
        if isinstance(heard, Took):
            step.settle(flow, field, heard.value)
            return True
        if heard is not None:
            request.spent.append(field.name)
            return _asked(step, flow, field, scene, heard)
    return _asked(step, flow, field, scene, field.ask(scene))


def _unclear(step: Step, flow: Flow, field: Field, heard: Unclear | Refused) -> None:
    step.say(*heard.said)
    if isinstance(heard, Unclear) and heard.among:
        step.forget(flow, field.name, *field.clears)
        step.request.among = list(heard.among)


def _asked(
    step: Step, flow: Flow, field: Field, scene: Scene, found: Asked | Took | Refused | Unclear | Instead
) -> bool:
    if isinstance(found, Took):
        step.settle(flow, field, found.value)
        return True
    if isinstance(found, Refused):
        end(step, *found.said, at=field.name)
        return False
    if isinstance(found, Unclear):
        _unclear(step, flow, field, found)
        return _asked(step, flow, field, scene, field.ask(scene))
    if isinstance(found, Instead):
        old, step.state.current = step.request, Request(found.operation, wish=step.request.wish)
        _carry_over(step, old, step.request)
        go_on(step)
        return False
    step.request.asked = field.name
    step.say(found.said)
    return False


def _conclude(step: Step, flow: Flow, scene: Scene) -> None:
    """All is known: the plan, or the code that tells who somebody is."""
    if step.request.agreed:
        proof.wait(step)
    elif flow.prepare is not None:
        _plan(step, flow, scene)
    else:
        refusal = proof.of_claim(step, flow, scene)
        if refusal is not None:
            end(step, refusal)


def _plan(step: Step, flow: Flow, scene: Scene) -> None:
    """Show the plan. Where what somebody chose stands in its way, that is asked again."""
    problem = plan.show(step, flow, scene)
    if problem is None:
        return
    blamed = flow.field(problem.field)
    if blamed is None:
        end(step, problem.said)
        return
    refused = step.request.known.get(blamed.name)
    step.forget(flow, blamed.name, *blamed.clears)
    step.request.spent.append(blamed.name)
    question = blamed.ask(scene)
    if isinstance(question, Refused) or question == Took(refused):
        end(step, problem.said)
        return
    step.say(Said("utter_request_why", {"why": problem.said.facts["why"]}))
    if _asked(step, flow, blamed, scene, question):
        go_on(step)


def _carry_over(step: Step, old: Request, new: Request) -> None:
    flow = FLOWS[new.operation]
    names = [each.name for each in flow.fields if each.name in CARRIED and each.name in old.known]
    order = old.order_id and step.customer_id and orders.find(step.session, step.customer_id, old.order_id)
    if "order" in names and not (order and order_states.allows(order.status, new.operation)):
        return
    if old.order_id and new.wish.value("order_id") not in (None, old.order_id):
        return
    new.known = {name: old.known[name] for name in names}
    new.drafts = dict(old.drafts)


def _possible(step: Step, request: Request) -> bool:
    if request.order_id is None or step.customer_id is None:
        return True
    order = orders.find(step.session, step.customer_id, request.order_id)
    return order is not None and order_states.allows(order.status, request.operation)
