"""What people are told of a request: what is asked, what is known, and how it ended."""

from actions.requests import told
from actions.requests.flows import FLOWS
from actions.requests.state import Request, State
from actions.requests.told import Over
from handoff.rules import bot_words
from shop.identity import Proof
from shop.models import DELIVERED
from tests.actions.calls import Bot


def test_the_question_that_is_open_then_the_plan_then_that_it_is_done(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    asked = bot.says("cancel_order", text="please cancel my order")
    about = {"operation": "cancel", "order": order_id}
    assert asked.request == {**about, "known": {}, "at": "reason", "aside": []}
    plan = bot.taps(asked, "I ordered it by mistake")
    reason = {"reason": "ordered by mistake"}
    assert plan.request == {**about, "known": reason, "at": "plan", "aside": []}
    done = bot.taps(plan, "Yes")
    assert done.request == {**about, "known": reason, "at": "plan", "ended": "done", "why": ""}


def test_what_is_left_and_what_a_rule_refuses(bot: Bot) -> None:
    ada = bot.customer()
    bot.order(ada, 1)
    bot.says("cancel_order", text="please cancel my order")
    left = bot.says("deny", text="no, leave it").request
    assert left and (left["ended"], left["at"]) == ("left", "reason")
    gone = bot.order(ada, 2, DELIVERED)
    refused = bot.says("cancel_order", {"order_id": gone}, text=f"cancel {gone}").request
    assert refused and (refused["operation"], refused["ended"], refused["at"]) == ("cancel", "refused", "order")


def test_a_wish_of_another_request_names_what_waits(bot: Bot) -> None:
    order_id = bot.order(bot.customer(), 1)
    bot.says("cancel_order", {"order_id": order_id}, text=f"cancel {order_id}")
    other = bot.says("change_address", {"order_id": order_id}, text=f"send {order_id} elsewhere").request
    assert other and (other["operation"], other["at"], other["aside"]) == ("address", "address", ["cancel"])


def test_how_a_visitor_wants_to_be_found_is_never_told(bot: Bot) -> None:
    bot.customer(level=Proof.NONE)
    reply = bot.says("sign_in", {"email": "ada@mail.example"}, text="I am ada@mail.example")
    assert reply.request and "ada@mail" not in str(reply.request)
    assert reply.request["known"] == {"claim": ["email"]}


def test_it_is_cut_to_size() -> None:
    long = Request("cancel", known={"order": "#W1", "reason": "x" * 900})
    told_of = told.told(State(current=long), None)
    assert told_of and len(told_of["known"]["reason"]) == told.LONGEST
    many = Request("items", known={"lines": list(range(1000))})
    told_of = told.told(State(), Over(many, told.REFUSED, "lines", "y" * 900))
    assert told_of and told_of["known"] == {} and len(told_of["why"]) == told.LONGEST


def test_every_request_and_question_has_words() -> None:
    words = bot_words.every()
    fields = {field.name for flow in FLOWS.values() for field in flow.fields}
    assert set(words["operations"]) == set(FLOWS)
    assert set(words["details"]) == fields
    assert set(words["steps"]) == fields | {"plan", "code"}
