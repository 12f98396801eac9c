"""The shop of these conversations, in the format of `rapport shop import`: what each script says under `given`.

Each conversation has a customer and orders of its own, and a twin of them for the text messages: other numbers, the
same goods. Times are counted back from today, so that no script grows old.
"""

import itertools
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from handoff.entry.chat.script import Channel, Script, months_ago, parse
from shop.ground import clock

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*/*.yml"))
METHODS = {
    "visa": {"id": "visa_1", "kind": "credit_card", "brand": "visa", "last_four": "4242"},
    "mastercard": {"id": "mastercard_1", "kind": "credit_card", "brand": "mastercard", "last_four": "5454"},
    "paypal": {"id": "paypal_1", "kind": "paypal"},
    "gift": {"id": "gift_1", "kind": "gift_card"},
}
TWIN = [
    (r"(?i)\b(#?w?)1(?=\d{6}\b)", r"\g<1>2"),  # order numbers
    (r"\b8800(?=\d{8}\b)", "8801"),  # tracking numbers
    (r"@mail\.example", "@text.example"),
    (r"\b59(?=\d{3}\b)", "58"),  # ZIP codes by which somebody is found
    (r"\+1212555", "+1646555"),
    (r"\+1917555", "+1332555"),
]
Row = dict[str, Any]


def name_of(file: Path) -> str:
    """Such as cancel/by_options."""
    return f"{file.parent.name}/{file.stem}"


def script(file: Path, channel: Channel, now: datetime | None = None) -> Script:
    """The conversation as it goes on this channel, whose customer is nobody else's."""
    text = file.read_text(encoding="utf-8")
    if channel == "sms":
        for written, twin in TWIN:
            text = re.sub(written, twin, text)
    return parse(text, now)


def write(folder: Path) -> None:
    """The three files of the import."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in rows_of_all(clock.now()).items():
        (folder / f"{name}.json").write_text(json.dumps(rows, indent=1))


def rows_of_all(now: datetime) -> dict[str, list[Row]]:
    catalogue = Catalogue()
    customers: list[Row] = []
    orders: list[Row] = []
    for file in FILES:
        for channel in ("web", "sms"):
            played = script(file, channel, now)
            if channel in played.channel or channel == "web":
                made = Given(played, catalogue, now)
                customers += made.customers
                orders += made.orders
    return {
        "customers": customers,
        "products": catalogue.rows,
        "orders": sorted(orders, key=lambda order: order["placed_at"]),
    }


class Catalogue:
    """The products, and each variant by its words: product and values."""

    def __init__(self) -> None:
        listed = yaml.safe_load((HERE / "products.yml").read_text(encoding="utf-8"))
        self.rows = [self._product(product) for product in listed]
        self.lines = {
            _words(row["name"], variant["options"]): {
                "product_id": row["id"],
                "variant_id": variant["id"],
                "name": row["name"],
                "price": variant["price"],
                "options": variant["options"],
            }
            for row in self.rows
            for variant in row["variants"]
        }

    @staticmethod
    def _product(listed: Row) -> Row:
        names, values = list(listed["options"]), [one.items() for one in listed["options"].values()]
        made = []
        for chosen in itertools.product(*values):
            options = {name: value for name, (value, _) in zip(names, chosen, strict=True)}
            words = _words(listed["name"], options)
            price = listed["price"] + sum(more for _, more in chosen)
            made.append(
                {
                    "id": words.lower().replace(" ", "_"),
                    "options": options,
                    "price": f"{price}.00",
                    "available": words not in listed.get("sold out", []),
                }
            )
        return {"id": f"product_{listed['name'].lower().replace(' ', '_')}", "name": listed["name"], "variants": made}


class Given:
    """What one script says there is: its customer, and whoever else."""

    def __init__(self, played: Script, catalogue: Catalogue, now: datetime) -> None:
        self.catalogue, self.now = catalogue, now
        assert played.person and played.phone, f"{played.about}: as and phone are missing"
        first, last = played.person.partition("@")[0].split(".")
        place = "web" if "@mail." in played.person else "sms"
        self.id = f"{first}_{last}_{place}"
        # The phone of somebody who texts as a visitor is none that the shop knows.
        phone = played.phone if played.who == "customer" or place == "web" else None
        given = played.given
        self.customers = [_customer(self.id, first, last, played.person, phone, given)]
        self.orders = [self._order(order, self.id, nth) for nth, order in enumerate(given.get("orders", []))]
        for nth, order in enumerate(given.get("other", [])):
            somebody = f"{self.id}_{order.get('of', 'other')}"
            if somebody not in [row["id"] for row in self.customers]:
                mail = f"{somebody}@else.example"
                self.customers.append(_customer(somebody, "Somebody", "Else", mail, None, {"methods": ["visa"]}))
            self.orders.append(self._order(order, somebody, nth))

    def _order(self, order: Row, customer: str, nth: int) -> Row:
        status = order.get("status", "pending")
        arrived = status in ("delivered", "return requested", "exchange requested")
        lines = [dict(self.catalogue.lines[words]) for words in order["lines"]]
        placed = self._at(order.get("placed", str((14 if arrived else 3) + nth)))
        row = {
            "id": order["id"],
            "customer_id": customer,
            "status": status,
            "address": HOME,
            "lines": lines,
            "payments": self._payments(order, lines, placed),
            "placed_at": placed,
            "fulfilments": [_parcel(parcel, lines) for parcel in order.get("parcels", [])],
        }
        if arrived:
            row["delivered_at"] = self._at(order.get("delivered", "6"))
        if status == "cancelled":
            row |= {"cancelled_at": self._at(order.get("cancelled", "1")), "cancel_reason": "no longer needed"}
        if status == "return requested":
            back = [order["lines"].index(words) + 1 for words in order.get("back", order["lines"])]
            row |= {"return_lines": back, "return_payment_method_id": "visa_1", "return_requested_at": self._at("2")}
        if status == "exchange requested":
            row |= {"exchange_requested_at": self._at("2"), "exchange_payment_method_id": "visa_1"}
        return row

    def _payments(self, order: Row, lines: list[Row], placed: str) -> list[Row]:
        total = sum(int(line["price"].partition(".")[0]) for line in lines)
        paid = order.get("paid", [f"{total}.00 {self._first_method()}"])
        payments = [_payment("payment", words, placed) for words in paid]
        if order.get("status") == "cancelled":
            payments += [_payment("refund", words, self._at(order.get("cancelled", "1"))) for words in paid]
        return payments

    def _first_method(self) -> str:
        first: str = self.customers[0]["payment_methods"][0]["id"]
        return first.removesuffix("_1")

    def _at(self, when: str) -> str:
        """So many days ago, or in the middle of a month that is so many months back."""
        months = re.fullmatch(r"(\d+) months? ago", when)
        moment = months_ago(self.now, int(months[1])) if months else self.now - timedelta(days=int(when))
        return moment.isoformat(timespec="seconds")


HOME = {
    "address1": "12 Maple Street",
    "address2": "Apt 3",
    "city": "Boston",
    "state": "MA",
    "zip": "02110",
    "country": "USA",
}


def _customer(id_: str, first: str, last: str, email: str, phone: str | None, given: Row) -> Row:
    return {
        "id": id_,
        "first_name": first.title(),
        "last_name": last.title(),
        "email": email,
        "phone": phone,
        "address": {**HOME, "zip": given.get("zip", HOME["zip"])},
        "payment_methods": [_method(words) for words in given.get("methods", ["visa"])],
    }


def _method(words: str) -> Row:
    name, _, balance = words.partition(" ")
    return METHODS[name] | ({"balance": balance} if balance else {})


def _payment(kind: str, words: str, at: str) -> Row:
    amount, method = words.split()
    return {"kind": kind, "amount": amount, "payment_method_id": METHODS[method]["id"], "at": at}


def _parcel(parcel: Row, lines: list[Row]) -> Row:
    inside = [lines[int(number) - 1]["variant_id"] for number in parcel["lines"]]
    return {"tracking_ids": [parcel["tracking"]], "variant_ids": inside, "carrier": "UPS"}


def _words(name: str, options: dict[str, str]) -> str:
    return " ".join((name, *options.values()))
