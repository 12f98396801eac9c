"""Money: whole minor units and a currency, never a float."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from shop.ground.errors import BadInput

# ISO 4217 currencies whose minor unit is not a hundredth.
_EXPONENTS = {"JPY": 0, "KRW": 0, "VND": 0, "CLP": 0, "ISK": 0, "BHD": 3, "KWD": 3, "TND": 3, "OMR": 3, "JOD": 3}
LARGEST, DIGITS = Decimal(10) ** 18, 28
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def exponent(currency: str) -> int:
    """How many decimals the currency has."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, order=False)
class Money:
    """An amount in minor units (cents) of one currency."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        """As a customer reads it: $1,234.50, or 1,234.50 CHF where no sign is usual."""
        places = exponent(self.currency)
        figure = f"{Decimal(abs(self.minor)).scaleb(-places):,.{places}f}"
        minus = "-" if self.minor < 0 else ""
        sign = _SIGNS.get(self.currency)
        return f"{minus}{sign}{figure}" if sign else f"{minus}{figure} {self.currency}"

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")
        return other


def parse(amount: str | int | Decimal, currency: str) -> Money:
    """Read a decimal amount exactly; more decimals than the currency has is `BadInput`."""
    try:
        exact = Decimal(amount)
    except (InvalidOperation, ValueError):
        raise BadInput(f"{amount!r} is not an amount of money") from None
    if exact.is_nan() or abs(exact) > LARGEST or len(exact.as_tuple().digits) > DIGITS:  # beyond which Decimal rounds
        raise BadInput(f"{amount} is no amount that an order could have")
    scaled = exact.scaleb(exponent(currency))
    whole = int(scaled)
    if scaled != whole:
        raise BadInput(f"{amount} has more decimals than {currency} has")
    return Money(whole, currency)
