from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bench import plans
from shop import pins, policy, purchases, value
from shop.ground.db import Database
from shop.ground.errors import NotFound, Refusal
from shop.models import RETURNING, Payment
from shop.policy import TierRule
from tests.shop import small
from tests.shop.small import NOW


def buyers(session: Session, count: int, days_ago: int = 10) -> None:
    """c1 spent $1, c2 spent $2, and so on."""
    small.catalogue(session)
    for number in range(1, count + 1):
        small.customer(session, f"c{number}")
        moves = (("payment", 100 * number, "card"),)
        small.order(session, f"#W{number}", f"c{number}", moves=moves, placed_at=NOW - timedelta(days=days_ago))


def tier_names(session: Session, count: int) -> list[str]:
    return [value.tier(session, f"c{number}", NOW).name for number in range(count, 0, -1)]


def test_the_top_five_percent_are_gold_and_the_top_twenty_silver(db: Database) -> None:
    with db.transaction() as session:
        buyers(session, 40)
        assert tier_names(session, 40) == ["gold"] * 2 + ["silver"] * 6 + ["standard"] * 32
        assert value.customers_of(session, "gold", NOW) == ["c40", "c39"]
        assert value.customers_of(session, "silver", NOW) == ["c38", "c37", "c36", "c35", "c34", "c33"]


def test_the_best_of_a_small_shop_is_gold(db: Database) -> None:
    with db.transaction() as session:
        buyers(session, 3)
        assert tier_names(session, 3) == ["gold", "standard", "standard"]


def test_why_is_said_in_words(db: Database) -> None:
    with db.transaction() as session:
        buyers(session, 40)
        assert value.tier(session, "c40", NOW).why == (
            "$40.00 spent in the last 12 months: number 1 of 40 customers who bought, among the top 5 %"
        )
        assert value.tier(session, "nobody", NOW) == value.Tier("standard", "Nothing bought in the last 12 months")


def test_the_same_spend_is_the_same_rank(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        for number in range(1, 5):
            small.customer(session, f"c{number}")
            small.order(session, f"#W{number}", f"c{number}")
        assert tier_names(session, 4) == ["gold"] * 4


def test_what_was_refunded_or_is_older_than_a_year_does_not_count(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        for name in ("refunded", "old", "undated"):
            small.customer(session, name)
        small.order(session, "#W1", "refunded", moves=(("payment", 7500, "card"), ("refund", 7500, "card")))
        small.order(session, "#W2", "old", placed_at=NOW - value.PERIOD)
        small.order(session, "#W3", "undated", placed_at=None)
        assert value.customers_of(session, "gold", NOW) == ["undated"]
        assert value.tier(session, "old", NOW).name == value.tier(session, "refunded", NOW).name == "standard"


def test_in_a_large_shop_everybodys_spend_is_added_up_once_in_some_minutes(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The own spend is that of this moment."""
    monkeypatch.setattr(value, "LARGE", 1)
    with db.transaction() as session:
        buyers(session, 40)
        small.order(session, "#W99", "c1", moves=(("payment", 1, "card"),), sequence=1)
        assert value.tier(session, "c1", NOW).name == "standard"
        small.order(session, "#W100", "c1", moves=(("payment", 10_000, "card"),), sequence=2)
        small.order(session, "#W101", "c2", moves=(("payment", 20_000, "card"),), sequence=3)
        assert "number 1 of 40" in value.tier(session, "c1", NOW).why
        assert "number 2 of 40" in value.tier(session, "c1", NOW + value.OLD).why


def test_a_tier_is_read_from_one_index(sqlite_db: Database) -> None:
    """The whole shop's spend without touching an order: what keeps a shop of 100,000 orders quick."""
    with sqlite_db.transaction() as session:
        with plans.recorded(session) as statements:
            purchases.spends(session, NOW)
        steps = plans.steps(session, next(iter(statements.values())))
    assert any("COVERING INDEX ix_orders_customer" in step for step in steps), steps


def ruled(**tiers: dict[str, Any]) -> AbstractContextManager[None]:
    """The policy with these tiers, the best first."""
    rules = {name: TierRule.model_validate(rule) for name, rule in tiers.items()}
    return policy.using(policy.current().model_copy(update={"tiers": rules}))


def test_what_is_on_its_way_back_is_not_spent(db: Database) -> None:
    """Until it is refunded, and then it is not taken away twice."""
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        row = small.order(session, status=RETURNING)
        row.change_requested_at = NOW
        row.lines[0].going_back = True  # 16.00 of 75.00
        session.flush()
        assert purchases.own(session, "ada", NOW).spent == 5900
        row.payments.append(Payment(position=1, kind="refund", amount_minor=1600, method_id="card", at=NOW))
        row.paid_minor -= 1600
        session.flush()
        assert purchases.own(session, "ada", NOW).spent == 5900
        assert [one.spent for one in purchases.everybodys(session, NOW)] == [5900]


def test_a_tier_by_threshold(db: Database) -> None:
    """What is named must all hold, and the words say what was asked."""
    with db.transaction() as session:
        small.catalogue(session)
        for name, spent, days in (
            ("rich", 90_000, 400),
            ("new", 90_000, 3),
            ("often", 20_000, 10),
            ("late", 50_000, 90),
        ):
            small.customer(session, name)
            for number in range(2 if name == "often" else 1):
                small.order(
                    session, f"#W{name}{number}", name,
                    moves=(("payment", spent, "card"),), placed_at=NOW - timedelta(days=days),
                )  # fmt: skip
        with ruled(best={"spent": "800.00"}, loyal={"orders": 2}, recent={"spent": "100.00", "bought_within_days": 30}):
            names = {name: value.tier(session, name, NOW).name for name in ("rich", "new", "often", "late")}
            assert names == {"rich": "standard", "new": "best", "often": "loyal", "late": "standard"}
            assert value.tier(session, "new", NOW).why == (
                "$900.00 spent in the last 12 months in 1 order, the last 3 days ago: at least $800.00"
            )
            assert value.customers_of(session, "loyal", NOW) == ["often"]
        with ruled(best={"top_percent": 80, "orders": 2}):
            assert value.tier(session, "often", NOW).why == (
                "$400.00 spent in the last 12 months: number 3 of 3 customers who bought, among the top 80 %; "
                "at least 2 orders"
            )
            assert value.tier(session, "new", NOW).name == "standard"


def test_who_sends_most_of_it_back_is_of_no_better_tier(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        small.order(session, "#W1")
        row = small.order(session, "#W2", status=RETURNING)
        for line in row.lines:
            line.going_back = True
        session.flush()
        with ruled(best={"spent": "10.00", "returned_percent": 50}):
            assert value.tier(session, "ada", NOW).why.endswith("at most 50 % sent back, and it was 50 %")
        with ruled(best={"spent": "10.00", "returned_percent": 49}):
            assert value.tier(session, "ada", NOW).name == "standard"


def test_a_tier_set_by_hand_counts_before_all_others(db: Database) -> None:
    with db.transaction() as session:
        buyers(session, 40)
        pins.pin(session, "c1", "gold", "Writes for a design magazine", "Grace Kim", NOW)
        pins.pin(session, "c40", "silver", "Asked for no calls", "Grace Kim", NOW)
        pins.pin(session, "c40", "standard", "Asked for no calls at all", "Grace Kim", NOW)
        assert value.tier(session, "c1", NOW) == value.Tier("gold", "Set by Grace Kim: Writes for a design magazine")
        assert value.tier(session, "c40", NOW).name == "standard"
        assert value.customers_of(session, "gold", NOW) == ["c39", "c1"]
        assert [pin.customer_id for pin in pins.all_current(session)] == ["c40", "c1"]
        pins.unpin(session, "c1", NOW)
        assert value.tier(session, "c1", NOW).name == "standard"
        with ruled(platinum={"top_percent": 1}):  # there is no silver any more: what it was set to decides nothing
            pins_left = pins.of(session, "c40")
            assert pins_left and pins_left.tier == "standard"


@pytest.mark.parametrize(
    ("customer", "tier", "reason", "said"),
    [
        ("nobody", "gold", "why", "no customer"),
        ("c1", "bronze", "why", "no tier bronze"),
        ("c1", "gold", " ", "reason"),
    ],
)
def test_a_tier_is_not_set_without_sense(db: Database, customer: str, tier: str, reason: str, said: str) -> None:
    with db.transaction() as session:
        buyers(session, 1)
        with pytest.raises(Refusal, match=said):
            pins.pin(session, customer, tier, reason, "Grace Kim", NOW)
        with pytest.raises(NotFound):
            pins.unpin(session, "c1", NOW)


@pytest.mark.parametrize(
    ("days", "back", "name", "why"),
    [
        ((), 0, "new", "Has not bought yet"),
        ((3,), 0, "one_off", "Bought once, 3 days ago"),
        ((600, 3), 0, "returning", "2 orders, the last 3 days ago"),
        ((600, 400, 90, 3), 0, "committed", "4 orders over 597 days, the last 3 days ago, 0 % sent back"),
        ((600, 550, 500, 400), 0, "returning", "4 orders, the last 400 days ago"),
        ((30, 20, 10, 3), 0, "returning", "4 orders, the last 3 days ago"),
        ((600, 400, 90, 3), 2, "returning", "4 orders, the last 3 days ago"),
    ],
)
def test_how_committed_a_customer_is(db: Database, days: tuple[int, ...], back: int, name: str, why: str) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        for number, ago in enumerate(days):
            row = small.order(session, f"#W{number}", placed_at=NOW - timedelta(days=ago))
            if number < back:
                row.status = RETURNING
                for line in row.lines:
                    line.going_back = True
        session.flush()
        assert value.relationship(session, "ada", NOW) == value.Relationship(name, why)
