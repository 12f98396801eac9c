"""The customer's account: contacts, ways to pay, what is on a gift card, and what they asked for before."""

from sqlalchemy.orm import Session

from actions import visitors
from actions.turn import Answer, Said, Turn
from shop import customers, receipts, wording, zones
from shop.customers import Customer, Method
from shop.ground.money import Money

TOPIC = {"topic": "account"}
PAYMENTS, REQUESTS = {"topic": "payment_methods"}, {"topic": "my_requests"}
LISTED = {"web": 10, "sms": 4}  # requests at once


def details(session: Session, turn: Turn) -> Answer:
    """Name, contacts and default address."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return visitors.recognise(turn, TOPIC)
    customer = customers.get(session, customer_id)
    lines = [
        wording.say("account_name", name=customer.name),
        wording.say("account_email", email=customer.email),
        _phone(customer),
        wording.say("account_address", address=customer.address),
    ]
    return Answer([Said("utter_account", {"lines": "\n".join(lines)})], TOPIC)


def payments(session: Session, turn: Turn) -> Answer:
    """The ways to pay on file. Of a card the last four digits are all that is known here."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return visitors.recognise(turn, PAYMENTS)
    methods = customers.get(session, customer_id).methods
    if not methods:
        return Answer([Said("utter_no_payments")], PAYMENTS)
    lines = "\n".join(_method(method) for method in methods)
    return Answer([Said("utter_payments", {"lines": lines})], PAYMENTS)


def gift_cards(session: Session, turn: Turn) -> Answer:
    """What is left on each gift card; of several the sum too."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return visitors.recognise(turn, PAYMENTS)
    balances = [method.balance for method in customers.get(session, customer_id).methods if method.balance is not None]
    if not balances:
        return Answer([Said("utter_no_gift_card")], PAYMENTS)
    if len(balances) == 1:
        return Answer([Said("utter_gift_card", {"balance": balances[0]})], PAYMENTS)
    facts = {"count": len(balances), "lines": wording.listed([str(one) for one in balances]), "total": _sums(balances)}
    return Answer([Said("utter_gift_cards", facts)], PAYMENTS)


def requests(session: Session, turn: Turn) -> Answer:
    """The customer's receipts of all conversations, the newest first."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return visitors.recognise(turn, REQUESTS)
    most = LISTED[turn.channel]
    found = receipts.of_customer(session, customer_id, most)
    if not found:
        return Answer([Said("utter_no_requests")], REQUESTS)
    told = zones.of(session, customer_id, turn.zone)
    lines = [
        wording.say("request_line", number=one.number, day=told.day(one.at), what=next(iter(one.lines), ""))
        for one in found
    ]
    return Answer([Said("utter_requests", {"lines": "\n".join(lines)})], REQUESTS)


def _phone(customer: Customer) -> str:
    if customer.phone is None:
        return wording.say("account_no_phone")
    return wording.say(
        "account_phone" if customer.phone_confirmed else "account_phone_unconfirmed", phone=customer.phone
    )


def _method(method: Method) -> str:
    if method.balance is None:
        return wording.say("method_line", method=method.label)
    return wording.say("method_balance_line", method=method.label, balance=method.balance)


def _sums(balances: list[Money]) -> str:
    """All of it together, a sum for each currency."""
    sums: dict[str, Money] = {}
    for balance in balances:
        sums[balance.currency] = sums.get(balance.currency, Money(0, balance.currency)) + balance
    return wording.listed([str(one) for one in sums.values()])


READS = {
    "action_show_account": details,
    "action_list_payments": payments,
    "action_gift_card_balance": gift_cards,
    "action_list_requests": requests,
}
