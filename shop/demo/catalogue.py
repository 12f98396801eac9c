"""The demo shop's products and customers, made from two lists and one seed."""

import itertools
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from shop.customers import email_key
from shop.models import Address, Customer, PaymentMethod, Product, Variant

HERE = Path(__file__).parent
CURRENCY = "USD"
CUSTOMERS = 200
IN_STOCK = 0.85
BRANDS = ("visa", "mastercard", "american express", "discover")
NO_PHONE, UNCONFIRMED = 60, 45  # one customer in so many


def products(random: Random) -> list[Product]:
    """All products with all their variants; some variants are sold out, never all of a product."""
    return [_product(number, entry, random) for number, entry in enumerate(_load("products.yml"))]


def customers(random: Random, now: datetime) -> list[Customer]:
    """People with different names, e-mails and phone numbers, and one to three ways to pay."""
    places = _load("people.yml")
    names = random.sample(list(itertools.product(places["first_names"], places["last_names"])), CUSTOMERS)
    numbers = {city["area"]: random.sample(range(100), 100) for city in places["cities"]}
    return [_customer(sequence, *name, places, numbers, random, now) for sequence, name in enumerate(names)]


def _product(number: int, entry: dict[str, Any], random: Random) -> Product:
    product_id = f"P-{1001 + number}"
    names = list(entry["options"])
    choices = itertools.product(*(values.items() for values in entry["options"].values()))
    variants = [
        Variant(
            id=f"V-{1001 + number}-{position + 1:02}",
            position=position,
            options={name: value for name, (value, _) in zip(names, chosen, strict=True)},
            price_minor=100 * (entry["price"] + sum(extra for _, extra in chosen)),
            currency=CURRENCY,
            available=position == 0 or random.random() < IN_STOCK,
        )
        for position, chosen in enumerate(choices)
    ]
    return Product(id=product_id, sequence=number, name=entry["name"], variants=variants)


def _customer(
    sequence: int,
    first: str,
    last: str,
    places: dict[str, Any],
    numbers: dict[int, list[int]],
    random: Random,
    now: datetime,
) -> Customer:
    city = random.choice(places["cities"])
    email = f"{first}.{last}@{random.choice(('example.com', 'example.org', 'example.net'))}".lower()
    return Customer(
        id=f"{first}_{last}_{random.randrange(1000, 10000)}".lower(),
        sequence=sequence,
        first_name=first,
        last_name=last,
        email=email,
        email_key=email_key(email),
        phone=None if sequence % NO_PHONE == NO_PHONE - 1 else f"+1{city['area']}55501{numbers[city['area']].pop():02}",
        phone_confirmed=sequence % UNCONFIRMED != UNCONFIRMED - 1,
        address=_address(city, places["streets"], random),
        time_zone=city["zone"],
        created_at=now - timedelta(days=random.randrange(735, 1800)),
        methods=_methods(sequence, random),
    )


def _address(city: dict[str, Any], streets: list[str], random: Random) -> Address:
    flat = f"Apt {random.randrange(1, 40)}" if random.random() < 0.3 else ""
    street = f"{random.randrange(10, 990)} {random.choice(streets)}"
    return Address(street, flat, city["city"], city["state"], f"{city['zip']:03}{random.randrange(1, 60):02}", "USA")


def _methods(sequence: int, random: Random) -> list[PaymentMethod]:
    """Everybody has a card or PayPal, and many a gift card besides."""
    card = PaymentMethod(
        id=f"credit_card_{10000 + sequence}",
        kind="credit_card",
        brand=random.choice(BRANDS),
        last_four=f"{random.randrange(10000):04}",
    )
    paypal = PaymentMethod(id=f"paypal_{10000 + sequence}", kind="paypal")
    gift = PaymentMethod(
        id=f"gift_card_{10000 + sequence}", kind="gift_card", balance_minor=random.randrange(0, 200) * 50
    )
    chosen = random.choice(([card], [card, paypal], [paypal], [card, gift], [paypal, gift], [card, paypal, gift]))
    for position, method in enumerate(chosen):
        method.position, method.currency = position, CURRENCY
    return chosen


def _load(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
