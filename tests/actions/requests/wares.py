"""Chairs, mugs and vases in several versions, and orders of exactly these."""

from typing import Any

from sqlalchemy import select

from shop.models import DELIVERED, Order, OrderLine, Product, Variant
from tests.actions.calls import Bot

# product -> (option names), {values: (price, available)}
WARES: dict[str, tuple[tuple[str, ...], dict[tuple[str, ...], tuple[int, bool]]]] = {
    "Dining Chair": (
        ("material", "seat"),
        {
            ("oak", "wood"): (12900, True),
            ("oak", "woven"): (15100, True),
            ("walnut", "wood"): (16400, True),
            ("walnut", "woven"): (18600, True),
            ("beech", "wood"): (12900, True),
            ("pine", "wood"): (9900, False),
        },
    ),
    "Stoneware Mug": (("color",), {("blue",): (1600, True), ("white",): (1600, True), ("speckled",): (1800, True)}),
    "Ceramic Vase": (("color",), {("white",): (3900, True), ("sage",): (3900, False)}),
    "Linen Shirt": (
        ("color", "size"),
        {(color, size): (5400, True) for color in ("navy", "white", "black") for size in ("M", "L")},
    ),
}


def buy(bot: Bot, customer_id: str, items: list[tuple[str, ...]], number: int = 1, status: str = DELIVERED) -> str:
    """An order of these items, such as ("Dining Chair", "oak", "wood"), paid by card."""
    catalogue(bot)
    total = sum(WARES[name][1][tuple(values)][0] for name, *values in items)
    order_id = bot.order(customer_id, number, status, moves=(("payment", total, "card"),))
    with bot.db.transaction() as session:
        row = session.get_one(Order, order_id)
        for line in list(row.lines):
            session.delete(line)
        session.flush()
        session.expire(row)
        row.lines = [_line(place, name, tuple(values)) for place, (name, *values) in enumerate(items)]
    return order_id


def catalogue(bot: Bot) -> None:
    with bot.db.transaction() as session:
        if session.get(Product, "Dining Chair") is not None:
            return
        for sequence, (name, (options, versions)) in enumerate(WARES.items(), 100):
            product = Product(id=name, sequence=sequence, name=name)
            product.variants = [
                Variant(
                    id=_id(name, values),
                    position=place,
                    options=dict(zip(options, values, strict=True)),
                    price_minor=price,
                    currency="USD",
                    available=available,
                )
                for place, (values, (price, available)) in enumerate(versions.items())
            ]
            session.add(product)


def contents(bot: Bot, order_id: str, role: str = "ordered") -> list[str]:
    """The variants in the order, by what they are to it: ordered, wanted, replaced."""
    with bot.db.transaction() as session:
        lines = select(OrderLine.variant_id).where(OrderLine.order_id == order_id, OrderLine.role == role)
        return list(session.scalars(lines.order_by(OrderLine.position)))


def going_back(bot: Bot, order_id: str) -> list[str]:
    with bot.db.transaction() as session:
        lines = select(OrderLine.variant_id).where(OrderLine.order_id == order_id, OrderLine.going_back)
        return list(session.scalars(lines.order_by(OrderLine.position)))


def status(bot: Bot, order_id: str) -> str:
    with bot.db.transaction() as session:
        return session.get_one(Order, order_id).status


def _id(name: str, values: tuple[str, ...]) -> str:
    return " ".join((name, *values))


def _line(place: int, name: str, values: tuple[str, ...]) -> OrderLine:
    options, versions = WARES[name]
    fields: dict[str, Any] = {"options": dict(zip(options, values, strict=True)), "price_minor": versions[values][0]}
    return OrderLine(position=place, variant_id=_id(name, values), product_id=name, name=name, **fields)
