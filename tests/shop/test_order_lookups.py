"""Orders by their parcels and by their refunds, and what a return or an exchange leaves in them."""

from shop import orders
from shop.ground.db import Database
from shop.models import CANCELLED, EXCHANGING, PROCESSED, RETURNING, OrderLine, Parcel
from tests.shop import small
from tests.shop.small import NOW


def test_an_order_is_found_by_the_number_of_a_parcel(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        small.customer(session, "bob")
        for place, number in enumerate(("1Z1", "1ZA2")):
            row = small.order(session, f"#W{place}", status=PROCESSED, sequence=place)
            row.parcels = [Parcel(position=0, tracking_ids=["other", number])]
        session.flush()
        found = orders.by_tracking(session, "ada", " 1za2 ")
        assert found is not None and found.id == "#W1"
        assert orders.by_tracking(session, "ada", "1Z") is None
        assert orders.by_tracking(session, "bob", "1ZA2") is None


def test_orders_with_money_on_its_way_back(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        back = (("payment", 7500, "card"), ("refund", 7500, "card"))
        small.order(session, "#W1", status=CANCELLED, moves=back, sequence=1)
        small.order(session, "#W2", status=RETURNING, sequence=2)
        small.order(session, "#W3", sequence=3)
        assert [order.id for order in orders.with_refunds(session, "ada", 5)] == ["#W2", "#W1"]
        assert [order.id for order in orders.with_refunds(session, "ada", 1)] == ["#W2"]
        assert orders.with_refunds(session, "bob", 5) == []


def test_an_exchange_knows_what_goes_back_and_what_is_wanted(db: Database) -> None:
    with db.transaction() as session:
        small.catalogue(session)
        small.customer(session)
        row = small.order(session, status=EXCHANGING)
        row.change_requested_at, row.change_method_id = NOW, "gift"
        old = row.lines[0]
        old.going_back = True
        fields = {"product_id": old.product_id, "options": {"color": "blue"}, "price_minor": 1600}
        row.lines.append(OrderLine(position=2, variant_id="V-mug", name="Mug", role="wanted", replaces=old, **fields))
        session.flush()
        order = orders.find(session, "ada", row.id)
    assert order is not None
    assert [line.going_back for line in order.lines] == [True, False]
    assert [line.replaces_id for line in order.wanted] == [order.lines[0].id]
    assert (order.change_requested_at, order.change_method, order.change_method_kind) == (NOW, "gift card", "gift_card")
    assert str(order.total) == "$75.00"
