"""The flows by their operation, and the wishes that start them."""

from actions.requests import account, address, cancel, exchange, items, payment, returns, sign_in
from actions.requests.flow import Flow
from actions.requests.message import Message
from shop.order_states import ACCOUNT, ADDRESS, EXCHANGE, ITEMS, RETURN

FLOWS: dict[str, Flow] = {
    flow.operation: flow
    for flow in (
        cancel.FLOW,
        address.FLOW,
        account.FLOW,
        payment.FLOW,
        items.FLOW,
        returns.FLOW,
        exchange.FLOW,
        sign_in.FLOW,
    )
}
STARTS: dict[str, str] = {intent: flow.operation for flow in FLOWS.values() for intent in flow.intents}
# Where these are asked about, a method of payment is for the difference or the refund.
SETTLED = (ITEMS, RETURN, EXCHANGE)
# The same wish in other words: which of the two it is depends on how far the order is, and that is known by then.
TWINS = {ITEMS: EXCHANGE, EXCHANGE: ITEMS}
# Of these the later one takes the former's place: it says more exactly what is wished.
REPLACING = {ADDRESS: ACCOUNT, ACCOUNT: ADDRESS}


def operation(message: Message, open_one: str | None) -> str | None:
    """The operation that the message wishes, or None when it is no such wish. `open_one`: what is asked about just now."""
    by_the_way = message.intent not in ("affirm", "deny", *STARTS)
    scoped = open_one in REPLACING and by_the_way and message.value("address_scope")
    if message.intent == address.INTENT or scoped:
        return address.scope(message, open_one)
    settles = open_one in SETTLED and message.all("payment", "last_four") and not message.all("order_id")
    if message.intent == "change_payment" and settles:
        return open_one
    return STARTS.get(message.intent)
