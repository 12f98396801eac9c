"""What may be done to an order in which state: the one table, read by everything that writes to orders."""

from shop import wording
from shop.ground.errors import Conflict
from shop.models import CANCELLED, DELIVERED, EXCHANGING, MODIFIED, PENDING, PROCESSED, RETURNING

CANCEL, ADDRESS, PAYMENT, ITEMS, RETURN, EXCHANGE = OPERATIONS = (
    "cancel",
    "address",
    "payment",
    "items",
    "return",
    "exchange",
)
ACCOUNT = "account"  # of the customer, not of an order; the orders it touches must allow ADDRESS

ALLOWED: dict[str, frozenset[str]] = {
    PENDING: frozenset({CANCEL, ADDRESS, PAYMENT, ITEMS}),
    MODIFIED: frozenset(),
    PROCESSED: frozenset(),
    DELIVERED: frozenset({RETURN, EXCHANGE}),
    CANCELLED: frozenset(),
    RETURNING: frozenset(),
    EXCHANGING: frozenset(),
}

# How the wording names a state: state_<word>, status_<word>, <operation>_refused_<word>.
WORDS = {
    PENDING: "pending",
    MODIFIED: "modified",
    PROCESSED: "processed",
    DELIVERED: "delivered",
    CANCELLED: "cancelled",
    RETURNING: "returning",
    EXCHANGING: "exchanging",
}


def word(status: str, sent: bool = True) -> str:
    """The state in the one or two words that customers read everywhere. `sent`: a parcel is on its way."""
    return wording.say("state_processed_unsent" if status == PROCESSED and not sent else f"state_{WORDS[status]}")


def allows(status: str, operation: str) -> bool:
    return operation in ALLOWED[status]


def allowing(operation: str) -> list[str]:
    """The states in which the operation may be done."""
    return [status for status, operations in ALLOWED.items() if operation in operations]


def why_not(status: str, operation: str) -> str:
    """The rule in words, for a state that does not allow the operation, and what is possible instead."""
    return wording.say(f"{operation}_refused_{WORDS[status]}")


def check(status: str, operation: str) -> None:
    """`Conflict`, with the rule in words, when the state does not allow the operation."""
    if not allows(status, operation):
        raise Conflict(why_not(status, operation), code="order_state")
