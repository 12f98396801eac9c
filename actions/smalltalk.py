"""Small talk that depends on who is there."""

from sqlalchemy.orm import Session

from actions.turn import Answer, Turn, say
from shop import customers


def greet(session: Session, turn: Turn) -> Answer:
    """By name, once the customer is proved."""
    customer_id = turn.customer(session)
    if customer_id is None:
        return say("utter_greet")
    return say("utter_greet_known", name=customers.get(session, customer_id).first_name)


READS = {"action_greet": greet}
