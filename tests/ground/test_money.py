"""Money is exact: what is read comes out the same, and currencies never mix."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.ground.errors import BadInput
from shop.ground.money import Money, exponent, parse

CURRENCIES = st.sampled_from(["USD", "EUR", "GBP", "CHF", "JPY", "KWD"])
MINOR = st.integers(min_value=-(10**15), max_value=10**15)


def figure(money: Money) -> str:
    """What is shown, without sign, commas and currency."""
    return "".join(char for char in str(money) if char in "-.0123456789")


@given(MINOR, CURRENCIES)
def test_what_is_shown_reads_back_as_the_same_money(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse(figure(money), currency) == money


@given(MINOR, MINOR, CURRENCIES)
def test_adding_and_taking_away_are_exact(a: int, b: int, currency: str) -> None:
    one, other = Money(a, currency), Money(b, currency)
    assert (one + other).minor == a + b
    assert one + other - other == one
    assert one + -one == Money(0, currency)


@given(st.decimals(allow_nan=True, allow_infinity=True), CURRENCIES)
def test_a_decimal_is_read_exactly_or_refused(amount: Decimal, currency: str) -> None:
    try:
        money = parse(amount, currency)
    except BadInput:
        return
    assert Decimal(money.minor).scaleb(-exponent(currency)) == amount


@given(st.text(max_size=12), CURRENCIES)
def test_words_are_refused_or_read_never_broken_on(words: str, currency: str) -> None:
    try:
        parse(words, currency)
    except BadInput as refusal:
        assert refusal.status == 400


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (123450, "USD", "$1,234.50"),
        (-5, "USD", "-$0.05"),
        (0, "EUR", "€0.00"),
        (1234, "JPY", "¥1,234"),
        (1234500, "KWD", "1,234.500 KWD"),
        (-99, "CHF", "-0.99 CHF"),
    ],
)
def test_money_is_shown_as_a_customer_reads_it(minor: int, currency: str, shown: str) -> None:
    assert str(Money(minor, currency)) == shown


def test_more_decimals_than_the_currency_has_are_refused() -> None:
    for amount, currency in (("1.005", "USD"), ("1.5", "JPY"), ("0.0001", "KWD")):
        with pytest.raises(BadInput, match="decimals"):
            parse(amount, currency)


def test_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="USD and EUR"):
        Money(1, "USD") + Money(1, "EUR")
