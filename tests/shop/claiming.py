"""Who is there to be claimed, and a claim made."""

from sqlalchemy.orm import Session

from shop.claims import Claim
from tests.shop import small
from tests.shop.asking import claimed


def shop(session: Session) -> None:
    small.catalogue(session)
    small.customer(session)
    small.customer(session, "bob")
    small.order(session)
    small.order(session, "#W2000002", "bob")


FOUND = {
    "an e-mail in any case": Claim(email=" ADA@Example.COM "),
    "names and zip": Claim(first="ADA", last=" byron ", zip="02134"),
    "an accent, and a longer zip": Claim(first="Áda", last="Byron", zip="02134-1234"),
    "an order": Claim(order_id="w1000001"),
    "an order with its e-mail": Claim(email="ada@example.com", order_id="#W1000001"),
    "everything": Claim("ada@example.com", "Ada", "Byron", "02134", "#W1000001"),
}


def bombed(session: Session) -> None:
    for number, claim in enumerate(list(FOUND.values())[:3]):
        assert claimed(session, claim, f"z{number}:1", f"z{number}")


ORDER = Claim(order_id="#W1000001")
