"""What may stand in a field of the shop's files: text, ids, money, times, phone numbers, and words of a list."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from shop.ground import money
from shop.ground.errors import BadInput
from shop.models import METHOD_KINDS, PAYMENT_KINDS, STATUSES

LONGEST_ID, LONGEST_TEXT, LONGEST_EMAIL = 200, 1000, 254
AMOUNT = r"^[0-9]{1,12}(\.[0-9]{1,9})?$"
TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$"
EMAIL = r"^[^@\s]+@[^@\s]+$"
BEYOND = Decimal(10) ** 12


@dataclass(frozen=True)
class Shop:
    """What the files leave open: the currency of all money, and the zone of times that name none."""

    currency: str
    zone: ZoneInfo


def _no_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds the character NUL")
    return text


def _shop(info: ValidationInfo) -> Shop:
    assert isinstance(info.context, Shop)
    return info.context


def _amount(given: object, info: ValidationInfo) -> int:
    """Minor units of the shop's currency, exactly as written."""
    if isinstance(given, bool) or not isinstance(given, str | int | Decimal):
        raise ValueError('must be an amount of money, such as "12.50"')
    if isinstance(given, str) and not re.fullmatch(AMOUNT, given):
        raise ValueError(f'{_quoted(given)} is no amount of money, such as "12.50"')
    exact = Decimal(given)
    if not exact.is_finite() or not 0 <= exact < BEYOND:
        raise ValueError(f"{given} is no amount from 0 up to a million millions")
    try:
        return money.parse(exact, _shop(info).currency).minor
    except BadInput as refused:
        raise ValueError(refused.message) from None


def _moment(given: object, info: ValidationInfo) -> datetime:
    if not isinstance(given, str) or not re.fullmatch(TIME, given):
        raise ValueError(f"{_quoted(given)} is no time such as 2026-03-04T15:30:00Z (ISO 8601)")
    try:
        read = datetime.fromisoformat(given)
        return (read if read.tzinfo else read.replace(tzinfo=_shop(info).zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"{given} is no time that there is") from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{_quoted(name)} is no time zone such as America/New_York") from None
    return name


def _email(text: str) -> str:
    if not re.fullmatch(EMAIL, text):
        raise ValueError(f"{_quoted(text)} is no e-mail address")
    return text


def _one_of(words: Sequence[str]) -> Callable[[object], object]:
    def check(given: object) -> object:
        if given not in words:
            raise ValueError(f"{_quoted(given)} is none of: {', '.join(words)}")
        return given

    return check


def _words(words: Sequence[str]) -> Any:
    return Annotated[str, BeforeValidator(_one_of(words)), WithJsonSchema({"enum": list(words)})]


def _quoted(given: object) -> str:
    text = f'"{given}"' if isinstance(given, str) else str(given)
    return text if len(text) <= 60 else text[:56] + "..."


Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(_no_nul)]
Name = Annotated[Text, Field(min_length=1)]
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID), AfterValidator(_no_nul)]
Email = Annotated[
    str,
    Field(max_length=LONGEST_EMAIL, json_schema_extra={"pattern": EMAIL}),
    AfterValidator(_no_nul),
    AfterValidator(_email),
]
ZoneName = Annotated[Name, AfterValidator(_zone)]
LineNumber = Annotated[int, Field(ge=1)]
Status, MethodKind, PaymentKind = _words(STATUSES), _words(METHOD_KINDS), _words(PAYMENT_KINDS)
Minor = Annotated[
    int,
    BeforeValidator(_amount),
    WithJsonSchema(
        {
            "description": "Money: a decimal string or a number, read exactly, with no more decimals than the currency has.",
            "anyOf": [
                {"type": "string", "pattern": AMOUNT},
                {"type": "number", "minimum": 0, "exclusiveMaximum": int(BEYOND)},
            ],
        }
    ),
]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema(
        {"type": "string", "pattern": TIME, "description": "ISO 8601; without an offset it is in the shop's zone."}
    ),
]
