"""Every state of an order x every write: what may be done is done, what may not is refused in words and changes nothing."""

import re

import pytest

from shop import order_states, wording
from shop.ground.db import Database
from shop.ground.errors import Conflict
from shop.models import CANCELLED, DELIVERED, EXCHANGING, MODIFIED, PENDING, RETURNING, STATUSES, Order
from shop.order_states import ACCOUNT, ADDRESS, CANCEL, EXCHANGE, ITEMS, OPERATIONS, PAYMENT, RETURN
from tests.shop.operations import acting
from tests.shop.operations.acting import ID, PREPARE

# (state, write) -> the state afterwards. What is not here is refused.
POSSIBLE = {
    (PENDING, CANCEL): CANCELLED,
    (PENDING, ADDRESS): PENDING,
    (PENDING, PAYMENT): PENDING,
    (PENDING, ITEMS): MODIFIED,
    (PENDING, ACCOUNT): PENDING,  # with this order among those that get the new default address
    (DELIVERED, RETURN): RETURNING,
    (DELIVERED, EXCHANGE): EXCHANGING,
}
TABLE = [(status, write) for status in STATUSES for write in PREPARE]


def test_the_table_is_whole() -> None:
    assert set(PREPARE) == {*OPERATIONS, ACCOUNT} and len(TABLE) == 49
    assert set(order_states.ALLOWED) == set(order_states.WORDS) == set(STATUSES)
    listed = {(status, operation) for status in STATUSES for operation in order_states.ALLOWED[status]}
    assert listed == {pair for pair in POSSIBLE if pair[1] != ACCOUNT}


@pytest.mark.parametrize(("status", "write"), TABLE)
def test_a_state_and_a_write(sqlite_db: Database, status: str, write: str) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=status)
        before = acting.rows(session)
        if (status, write) in POSSIBLE:
            plan = PREPARE[write](session, who, "c1:1")
            assert session.get_one(Order, ID).status == status
            assert acting.commit(session, who, plan).operation == write
            session.expire_all()
            assert session.get_one(Order, ID).status == POSSIBLE[status, write]
            return
        with pytest.raises(Conflict) as refused:
            PREPARE[write](session, who, "c1:1")
        assert refused.value.code == "order_state"
        assert refused.value.message == order_states.why_not(status, ADDRESS if write == ACCOUNT else write)
        assert acting.rows(session) == before


@pytest.mark.parametrize(("status", "write"), [pair for pair in POSSIBLE if POSSIBLE[pair] != pair[0]])
def test_once_done_it_cannot_be_planned_again(sqlite_db: Database, status: str, write: str) -> None:
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=status)
        acting.commit(session, who, PREPARE[write](session, who, "c1:1"))
        before = acting.rows(session)
        for other in PREPARE:
            with pytest.raises(Conflict):
                PREPARE[other](session, who, "c1:5")
        assert acting.rows(session) == before


@pytest.mark.parametrize(("first", "second"), [(one, two) for one in POSSIBLE for two in POSSIBLE if one[0] == two[0]])
def test_of_two_plans_for_an_order_the_second_is_void(
    sqlite_db: Database, first: tuple[str, str], second: tuple[str, str]
) -> None:
    """Whatever the two are: also where the first left the state and the sum as they were."""
    with sqlite_db.transaction() as session:
        who = acting.shop(session, status=first[0])
        plans = [PREPARE[write](session, who, f"c1:{seq}") for seq, (_, write) in enumerate((first, second))]
        acting.commit(session, who, plans[0])
        before = acting.rows(session)
        with pytest.raises(Conflict) as refused:
            acting.commit(session, who, plans[1])
        assert refused.value.code == "plan_void"
        assert acting.rows(session) == before


@pytest.mark.parametrize(
    ("status", "operation"),
    [(status, one) for status in STATUSES for one in OPERATIONS if not order_states.allows(status, one)],
)
def test_a_refusal_says_the_rule_plainly(status: str, operation: str) -> None:
    said = order_states.why_not(status, operation)
    assert re.fullmatch(r"[A-Z][^!]+\.", said) and "{" not in said and len(said) <= 220
    possible = "You can" in said or "you can" in said or wording.say("person_can")[:8] in said
    nothing_left = {(CANCELLED, CANCEL), (CANCELLED, PAYMENT), (CANCELLED, RETURN)}
    under_way = {(RETURNING, CANCEL), (EXCHANGING, CANCEL)}
    assert possible or (status, operation) in nothing_left | under_way
