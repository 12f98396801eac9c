"""Reads the three files exactly: decimals as they are written, every key known, none twice."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from shop.transfer.fields import Shop
from shop.transfer.problems import BadShop, Problem, of_row, told
from shop.transfer.rows import CustomerRow, OrderRow, ProductRow

CUSTOMERS, PRODUCTS, ORDERS = FILES = ("customers.json", "products.json", "orders.json")
Row = TypeVar("Row", bound=BaseModel)


@dataclass(frozen=True)
class Rows:
    """A whole shop, its rows well-formed but not yet checked against each other."""

    customers: list[CustomerRow]
    products: list[ProductRow]
    orders: list[OrderRow]


def read(folder: Path, shop: Shop, step: Callable[[str], None] = lambda _: None) -> Rows:
    """The shop that lies in a folder; `BadShop` names every row that is not well-formed. `step` is told what begins."""
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise BadShop([f"{folder} holds no {' and no '.join(missing)}"])
    problems: list[Problem] = []

    def rows(name: str, model: type[Row]) -> list[Row]:
        step(f"Reading {name}")
        return _rows(name, _parsed(folder / name), model, shop, problems)

    found = Rows(rows(CUSTOMERS, CustomerRow), rows(PRODUCTS, ProductRow), rows(ORDERS, OrderRow))
    if problems:
        raise BadShop(told(problems))
    return found


def _rows(name: str, raws: list[Any], model: type[Row], shop: Shop, problems: list[Problem]) -> list[Row]:
    validate = TypeAdapter(model).validate_python
    rows = []
    for number, raw in enumerate(raws, start=1):
        raws[number - 1] = None  # a large shop is not held twice
        try:
            rows.append(validate(raw, context=shop))
        except ValidationError as error:
            problems += of_row(name, number, raw, model, error)
    return rows


def _parsed(path: Path) -> list[Any]:
    try:
        parsed = json.loads(
            path.read_text(encoding="utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise BadShop([f"{path.name}, line {error.lineno}, column {error.colno}: {error.msg}"]) from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BadShop([f"{path.name}: {error}"]) from None
    if not isinstance(parsed, list):
        raise BadShop([f"{path.name}: must be a list of rows"])
    return parsed


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key that stands in it twice would be lost silently."""
    made = dict(pairs)
    if len(made) < len(pairs):
        twice = next(key for place, (key, _) in enumerate(pairs) if key in dict(pairs[:place]))
        raise ValueError(f'"{twice}" stands twice in one object')
    return made
