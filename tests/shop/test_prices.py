"""Versions and what they cost beside each other."""

import pytest

from shop import prices
from shop.catalogue import Variant
from shop.ground.money import Money
from shop.picking.mentions import Mention


def variant(price: int, available: bool = True, **options: str) -> Variant:
    return Variant(f"V-{price}-{options}", "P-1", "Clock", dict(options), Money(price, "USD"), available)


CLOCKS = [
    variant(4200, wood="oak", dial="white"),
    variant(4200, wood="oak", dial="black"),
    variant(5000, wood="walnut", dial="white"),
    variant(5000, available=False, wood="walnut", dial="black"),
]


def option(*values: str) -> list[Mention]:
    return [Mention("option", value) for value in values]


def test_what_is_spoken_of_is_sorted_by_option() -> None:
    spoken = prices.spoken(CLOCKS, option("Oak", "walnut", "black", "pink", "pink"))
    assert spoken.wishes == {"wood": ["oak", "walnut"], "dial": ["black"]}
    assert spoken.unknown == ("pink",)
    assert [v.options["wood"] for v in CLOCKS if spoken.fit(v)] == ["oak", "walnut"]
    assert all(prices.spoken(CLOCKS, []).fit(v) for v in CLOCKS)


def test_a_version_in_a_line() -> None:
    assert prices.line(CLOCKS[0]) == "Clock (oak, white): $42.00, in stock"
    assert prices.line(CLOCKS[3]) == "Clock (walnut, black): $50.00, sold out"
    assert prices.line(variant(100)) == "Clock: $1.00, in stock"


def test_one_price_or_from_to() -> None:
    assert prices.span(CLOCKS) == "$42.00 to $50.00"
    assert prices.span(CLOCKS[:2]) == "$42.00"


@pytest.mark.parametrize(("minor", "words"), [(800, "$8.00 more"), (-800, "$8.00 less"), (0, "the same price")])
def test_a_difference_in_words(minor: int, words: str) -> None:
    assert prices.more_or_less(Money(minor, "USD")) == words


def test_two_values_are_compared_with_all_else_equal() -> None:
    assert prices.compared(CLOCKS, "wood", "oak", "walnut") == Money(800, "USD")
    assert prices.compared(CLOCKS, "dial", "white", "black") == Money(0, "USD")
    assert prices.compared(CLOCKS, "wood", "oak", "steel") is None
    uneven = [*CLOCKS[:3], variant(6000, wood="walnut", dial="black")]
    assert prices.compared(uneven, "wood", "oak", "walnut") is None
