"""A shop of 100,000 orders: the demo shop as it is, and its customers and orders many times over under other names."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from shop.transfer.reading import CUSTOMERS, ORDERS, PRODUCTS

ORDERS_WANTED = 100_000
FIRST_PHONE, FIRST_ORDER = 2_000_000_000, 10_000_000  # none of the demo shop's own
Row = dict[str, Any]


def write(demo: Path, folder: Path, orders: int = ORDERS_WANTED) -> None:
    """From the demo shop's files, the files of a shop with so many orders; the same every time."""
    folder.mkdir(parents=True, exist_ok=True)
    customers, sold = (json.loads((demo / name).read_text(encoding="utf-8")) for name in (CUSTOMERS, ORDERS))
    copies = range(1, orders // len(sold))
    _write(folder / CUSTOMERS, (row for part in (customers, _customers(customers, copies)) for row in part))
    (folder / PRODUCTS).write_bytes((demo / PRODUCTS).read_bytes())
    _write(folder / ORDERS, (row for part in (_orders(sold, copies), sold) for row in part))


def _customers(rows: list[Row], copies: range) -> Iterator[Row]:
    numbers = count(FIRST_PHONE)
    for copy in copies:
        for row in rows:
            other = {"id": f"{row['id']}_{copy}", "email": f"{copy}.{row['email']}"}
            yield {**row, **other, "phone": f"+1{next(numbers)}"}


def _orders(rows: list[Row], copies: range) -> Iterator[Row]:
    numbers = count(FIRST_ORDER)
    for copy in copies:
        for row in rows:
            yield {**row, "id": f"#W{next(numbers)}", "customer_id": f"{row['customer_id']}_{copy}"}


def _write(path: Path, rows: Iterator[Row]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("[\n")
        file.writelines((",\n" if place else "") + json.dumps(row) for place, row in enumerate(rows))
        file.write("\n]\n")
