"""Entities with a shape of their own: order ids, e-mails, phones, tracking ids, amounts, zips, payment methods."""

import re
from decimal import Decimal

from bot.nlu.found import Pattern, pattern


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _order_id(match: re.Match[str]) -> str:
    return f"#W{_digits(match.group('it'))}"


def _phone(match: re.Match[str]) -> str:
    return f"+1{_digits(match.group())[-10:]}"


def _amount(match: re.Match[str]) -> str:
    return f"{Decimal(match.group('number').replace(',', '')):.2f}"


ORDER_IDS = [
    pattern("order_id", r"(?<![\w@.])(?P<it>(?:#\s?)?w\s?[-#]?\s?\d{5,9})(?!\w)", _order_id),
    pattern("order_id", r"(?<![\w@.])(?P<it>#\s?\d{6,9})(?![\w-])", _order_id),
    pattern(
        "order_id", r"\border\s*(?:number|num|no|nr|id)?\.?\s*(?:is\s*)?[:#]*\s*(?P<it>\d{6,9})(?![\w-])", _order_id
    ),
    # Seven digits alone are an order id: a zip has five, a code six, a phone ten, a parcel twelve.
    pattern("order_id", r"(?<![\w$#.,+/-])(?P<it>\d{7})(?![\w-]|\.\d)", _order_id),
]

CONTACTS = [
    pattern("email", r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+", lambda m: m.group().lower().strip("'")),
    pattern("tracking_id", r"\b1Z[0-9A-Z]{16}\b", lambda m: m.group().upper()),
    pattern("tracking_id", r"(?<![\w+])\d{12,15}(?!\w)", lambda m: m.group()),
    pattern("phone", r"(?<![\w#])(?:\+?1[\s.-]?)?\(?[2-9]\d{2}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\w)", _phone),
]

AMOUNTS = [
    pattern("amount", r"(?:us)?\$\s?(?P<number>\d[\d,]*(?:\.\d{1,2})?)(?!\d)", _amount),
    pattern("amount", r"(?<![\w.])(?P<number>\d[\d,]*(?:\.\d{1,2})?)\s?(?:dollars?|bucks|usd)\b", _amount),
    pattern("amount", r"(?<![\w.$])(?P<number>\d[\d,]*\.\d{2})(?![\w.])", _amount),
]

ZIPS = [pattern("zip", r"(?<![\w$#.,-])\d{5}(?:-\d{4})?(?![\w-]|\.\d)", lambda m: m.group()[:5])]

PAYMENTS = [
    pattern(
        "last_four",
        r"(?:\bend(?:ing|s|ed)?(?:\s+(?:in|with|on))?|\blast\s+(?:four|4)(?:\s+digits)?(?:\s+(?:are|is))?:?|[x*]{2,})[\s-]?"
        r"(?P<it>\d{4})(?!\d)",
        lambda m: m.group("it"),
    ),
    pattern(
        "last_four",
        r"\b(?:visa|master\s?card|amex|american express|discover|card)\s+(?:number\s+|no\.?\s+)?#?(?P<it>\d{4})(?![\d-]|\s\d)",
        lambda m: m.group("it"),
    ),
    pattern("last_four", r"^\W*(?P<it>\d{4})\W*$", lambda m: m.group("it")),
    pattern("payment", r"\bpay\s?pal\b", "paypal"),
    pattern("payment", r"\bgift\s?-?(?:cards?|cert(?:ificate)?s?|vouchers?)\b", "gift_card"),
    pattern(
        "payment",
        r"\b(?:credit|debit|bank)\s?-?cards?\b|\b(?:visa|master\s?card|amex|american express|discover(?=\s+(?:card|ending|\d{4})))\b"
        r"(?:\s+cards?\b)?",
        "credit_card",
    ),
]

SHAPES: list[Pattern] = [*CONTACTS, *ORDER_IDS, *PAYMENTS, *AMOUNTS]
