"""Shops as files, for the tests of their way in and out: a small one by hand, and any number of generated ones."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from shop.models import METHOD_KINDS, STATUSES
from shop.transfer.fields import Shop
from shop.transfer.reading import FILES

Row = dict[str, Any]
Files = dict[str, list[Row]]

USD = Shop("USD", ZoneInfo("America/New_York"))
HOME = {
    "address1": "12 Maple Street",
    "address2": "",
    "city": "Boston",
    "state": "MA",
    "zip": "02134",
    "country": "USA",
}
MUG = {"product_id": "P-1", "variant_id": "V-blue", "name": "Mug", "price": "16.00", "options": {"color": "blue"}}
RED = {"product_id": "P-1", "variant_id": "V-red", "name": "Mug", "price": "18.00", "options": {"color": "red"}}
PAID = {"kind": "payment", "amount": "32.00", "payment_method_id": "card"}
SMALL: Files = {
    "customers.json": [
        {
            "id": "ada",
            "first_name": "Ada",
            "last_name": "Byron",
            "email": "Ada@Example.com",
            "phone": "+16175550123",
            "address": HOME,
            "payment_methods": [
                {"id": "card", "kind": "credit_card", "brand": "visa", "last_four": "1234"},
                {"id": "gift", "kind": "gift_card", "balance": "10.50"},
            ],
        }
    ],
    "products.json": [
        {
            "id": "P-1",
            "name": "Mug",
            "variants": [
                {"id": "V-blue", "options": {"color": "blue"}, "price": "16.00", "available": True},
                {"id": "V-red", "options": {"color": "red"}, "price": "18.00", "available": False},
            ],
        }
    ],
    "orders.json": [
        {
            "id": "#W1000001",
            "customer_id": "ada",
            "status": "delivered",
            "address": HOME,
            "lines": [MUG, MUG],
            "fulfilments": [{"tracking_ids": ["1Z9"], "variant_ids": ["V-blue", "V-blue"]}],
            "payments": [PAID],
        }
    ],
}


def small() -> Files:
    copied: Files = json.loads(json.dumps(SMALL))
    return copied


def put(folder: Path, files: Files) -> Path:
    """Write the files down as somebody's script would."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        (folder / name).write_text(json.dumps(rows), encoding="utf-8")
    return folder


def taken(folder: Path) -> Files:
    return {name: json.loads((folder / name).read_text(encoding="utf-8")) for name in FILES}


words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
ids = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=6)
cents = st.integers(0, 10**7)
times = st.datetimes(timezones=st.just(ZoneInfo("UTC"))).map(lambda at: at.isoformat().replace("+00:00", "Z"))


def money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


amounts = cents.map(money)
addresses = st.fixed_dictionaries(dict.fromkeys(HOME, words))


def maybe(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def methods(draw: st.DrawFn) -> list[Row]:
    made = []
    for method_id in draw(st.lists(ids, unique=True, max_size=3)):
        kind = draw(st.sampled_from(METHOD_KINDS))
        own = (
            maybe(balance=amounts)
            if kind == "gift_card"
            else maybe(brand=words, last_four=st.from_regex(r"[0-9]{4}", fullmatch=True))
        )
        made.append({"id": method_id, "kind": kind, **draw(own)})
    return made


@st.composite
def customers(draw: st.DrawFn) -> list[Row]:
    optional = maybe(
        phone=st.integers(2_000_000_000, 9_999_999_999).map(lambda number: f"+1{number}"),
        phone_confirmed=st.just(False),
        time_zone=st.sampled_from(("Europe/Berlin", "America/Chicago")),
        created_at=times,
        email_changed_at=times,
        phone_changed_at=times,
    )
    return [
        {
            "id": customer_id,
            "first_name": draw(words),
            "last_name": draw(words),
            "email": f"{number}@Example.com",
            "address": draw(addresses),
            "payment_methods": draw(methods()),
            **draw(optional),
        }
        for number, customer_id in enumerate(draw(st.lists(ids, unique=True, min_size=1, max_size=3)))
    ]


@st.composite
def products(draw: st.DrawFn) -> list[Row]:
    variant_ids = draw(st.lists(ids, unique=True, min_size=1, max_size=5))
    product_ids = draw(st.lists(ids, unique=True, min_size=1, max_size=3))
    made: list[Row] = [{"id": product_id, "name": draw(words), "variants": []} for product_id in product_ids]
    for variant_id in variant_ids:
        options = draw(st.dictionaries(words, words, max_size=2))
        variant = {"id": variant_id, "options": options, "price": draw(amounts), "available": draw(st.booleans())}
        draw(st.sampled_from(made))["variants"].append(variant)
    return made


@st.composite
def lines(draw: st.DrawFn, catalogue: Sequence[Row]) -> Row:
    product = draw(st.sampled_from([row for row in catalogue if row["variants"]]))
    variant = draw(st.sampled_from(product["variants"]))
    name, price, options = draw(words), draw(amounts), draw(st.dictionaries(words, words, max_size=2))
    return {"product_id": product["id"], "variant_id": variant["id"], "name": name, "price": price, "options": options}


@st.composite
def orders(draw: st.DrawFn, order_id: str, people: Sequence[Row], catalogue: Sequence[Row]) -> Row:
    customer = draw(st.sampled_from(people))
    own = [method["id"] for method in customer["payment_methods"]]
    items = draw(st.lists(lines(catalogue), min_size=1, max_size=4))
    status = draw(st.sampled_from(STATUSES))
    optional = maybe(placed_at=times, delivered_at=times, cancelled_at=times, cancel_reason=words)
    return {
        "id": order_id,
        "customer_id": customer["id"],
        "status": status,
        "address": draw(addresses),
        "lines": items,
        "fulfilments": draw(parcels([item["variant_id"] for item in items])),
        "payments": draw(payments(own)) if own else [],
        **draw(optional),
        **draw(pairs("replaced_lines", items, catalogue)),
        **draw(changes(status, items, own, catalogue)),
    }


@st.composite
def parcels(draw: st.DrawFn, variant_ids: list[str]) -> list[Row]:
    packed = draw(st.permutations(variant_ids))[: draw(st.integers(0, len(variant_ids)))]
    cut = draw(st.integers(0, len(packed)))
    optional = maybe(carrier=words, status=words, last_event=words, last_event_at=times)
    return [
        {"tracking_ids": draw(st.lists(ids, max_size=2)), "variant_ids": part, **draw(optional)}
        for part in (packed[:cut], packed[cut:])
        if part
    ]


@st.composite
def payments(draw: st.DrawFn, own: list[str]) -> list[Row]:
    paid = draw(st.lists(cents, max_size=3))
    back = draw(st.lists(st.integers(0, sum(paid) // 2), max_size=2))
    moved = [("payment", minor) for minor in paid] + [("refund", minor) for minor in back]
    return [
        {"kind": kind, "amount": money(minor), "payment_method_id": draw(st.sampled_from(own)), **draw(maybe(at=times))}
        for kind, minor in moved
    ]


@st.composite
def pairs(draw: st.DrawFn, name: str, items: list[Row], catalogue: Sequence[Row]) -> Row:
    numbers = draw(st.lists(st.integers(1, len(items)), unique=True))
    return {name: [{"line": number, **draw(lines(catalogue))} for number in numbers]} if numbers else {}


@st.composite
def changes(draw: st.DrawFn, status: str, items: list[Row], own: list[str], catalogue: Sequence[Row]) -> Row:
    kind = {"return requested": "return", "exchange requested": "exchange"}.get(status)
    if kind is None:
        return {}
    how = {f"{kind}_payment_method_id": draw(st.sampled_from(own))} if own and draw(st.booleans()) else {}
    when = draw(maybe(**{f"{kind}_requested_at": times}))
    if kind == "exchange":
        return {**draw(pairs("exchange_lines", items, catalogue)), **how, **when}
    numbers = sorted(draw(st.sets(st.integers(1, len(items)))))
    return {**({"return_lines": numbers} if numbers else {}), **how, **when}


@st.composite
def shops(draw: st.DrawFn) -> Files:
    """A whole shop, in the shape and with the words that an export has."""
    people, catalogue = draw(customers()), draw(products())
    sold = [draw(orders(order_id, people, catalogue)) for order_id in draw(st.lists(ids, unique=True, max_size=4))]
    return {"customers.json": people, "products.json": catalogue, "orders.json": sold}
