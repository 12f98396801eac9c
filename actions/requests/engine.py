"""How a request goes through a turn: the message is heard, what is still unknown is asked, the plan is shown.

What may be answered to an open question stands in `answers`; what a single flow asks, in the flow's own file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from actions.requests import plan
from actions.requests.flow import Asked, Field, Flow, Refused, Scene, Took, Unclear
from actions.requests.flows import FLOWS, STARTS
from actions.requests.message import Message
from actions.requests.state import Request
from actions.requests.step import Step
from actions.turn import Said
from shop import order_states, orders, wording

NAMES_AN_ORDER = ("order_id", "order_pick", "date")  # whatever question is open
CARRIED = ("order", "lines", "address")  # still true when something else is wanted with the same things
INSTEAD = re.compile(r"\b(instead|rather|changed my mind)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Heard:
    """`spoken`: the message was about the request; `news`: it changed something; `rest`: what nobody has taken yet."""

    spoken: bool
    news: bool
    rest: Message


def begin(step: Step, message: Message) -> None:
    """A new wish. One that is open already is put aside, or forgotten when this one comes in its place."""
    old, new = step.state.current, Request(STARTS[message.intent], wish=message)
    step.state.offered = False
    if old is not None and INSTEAD.search(message.text):
        step.drop_plan()
        _carry_over(step, old, new)
    else:
        step.state.put_aside()
    step.state.current = new
    go_on(step)


def hear(step: Step, message: Message) -> Heard:
    """Take from the message what the request can use: for the open question first, then to correct what is known."""
    request, flow = step.request, FLOWS[step.request.operation]
    scene = step.scene(flow)
    spoken = news = False
    for field in _listening(flow, request, message):
        heard = field.hear(scene, message) if scene else None
        if heard is None:
            continue
        spoken = True
        if isinstance(heard, Took):
            news |= step.settle(flow, field, heard.value)
        elif isinstance(heard, Refused) and field.name == request.asked:
            end(step, *heard.said)
            return Heard(True, True, message)
        else:
            step.say(*heard.said)
            news = True
        request.spent.append(field.name)
        if field.name == request.asked:
            message = message.without(field.takes)
    return Heard(spoken, news, message)


def go_on(step: Step, *messages: Message) -> None:
    """Ask for what is unknown, one thing at a time; then show the plan. A field looks into the messages before it asks."""
    if step.state.current is None:
        return
    flow = FLOWS[step.request.operation]
    scene = step.scene(flow)
    if scene is None:
        end(step, Said("utter_not_recognised"))
        return
    if step.request.order_id and scene.find_order() is None:
        step.forget(flow, "order", *[field.name for field in flow.fields])
    for field in flow.fields:
        unknown = field.name not in step.request.known and field.needed(scene)
        if unknown and not _learned(step, flow, field, scene, messages):
            return
    _plan(step, flow, scene)


def end(step: Step, *said: Said) -> None:
    """The request is over. One that was put aside, and is still possible, is offered again."""
    step.say(*said)
    if step.state.current is not None:
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


def _listening(flow: Flow, request: Request, message: Message) -> list[Field]:
    """Who hears the message: the open question, then what is known, the last thing first. What names an order outright
    is about the order."""
    asked = flow.field(request.asked)
    known = [each for each in reversed(flow.fields) if each.name in request.known and each is not asked]
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


def _asked(step: Step, flow: Flow, field: Field, scene: Scene, found: Asked | Took | Refused | Unclear) -> bool:
    if isinstance(found, Took):
        step.settle(flow, field, found.value)
        return True
    if isinstance(found, Refused):
        end(step, *found.said)
        return False
    if isinstance(found, Unclear):
        step.say(*found.said)
        return _asked(step, flow, field, scene, field.ask(scene))
    step.request.asked = field.name
    step.say(found.said)
    return False


def _plan(step: Step, flow: Flow, scene: Scene) -> None:
    """Show the plan. Where what somebody chose stands in its way, that is asked again."""
    problem = plan.show(step, flow, scene)
    if problem is None:
        return
    blamed = flow.field(problem.field)
    if blamed is None:
        end(step, problem.said)
        return
    step.forget(flow, blamed.name, *blamed.clears)
    step.request.spent.append(blamed.name)
    question = blamed.ask(scene)
    if isinstance(question, Asked):
        _asked(step, flow, blamed, scene, Unclear((problem.said,)))
    else:
        end(step, problem.said)


def _carry_over(step: Step, old: Request, new: Request) -> None:
    flow = FLOWS[new.operation]
    names = [each.name for each in flow.fields if each.name in CARRIED and each.name in old.known]
    order = old.order_id and step.customer_id and orders.find(step.session, step.customer_id, old.order_id)
    if "order" in names and not (order and order_states.allows(order.status, new.operation)):
        return
    new.known = {name: old.known[name] for name in names}


def _possible(step: Step, request: Request) -> bool:
    if request.order_id is None or step.customer_id is None:
        return True
    order = orders.find(step.session, step.customer_id, request.order_id)
    return order is not None and order_states.allows(order.status, request.operation)
