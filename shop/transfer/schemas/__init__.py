"""The JSON Schemas of the files, for whoever writes them: made from the rows, kept beside. `python -m shop.transfer.schemas`
writes them anew after a change of the rows."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from shop.transfer.reading import CUSTOMERS, ORDERS, PRODUCTS
from shop.transfer.rows import CustomerRow, OrderRow, ProductRow

HERE = Path(__file__).parent
ROWS: dict[str, type[BaseModel]] = {CUSTOMERS: CustomerRow, PRODUCTS: ProductRow, ORDERS: OrderRow}
DESCRIPTIONS = {
    CUSTOMERS: "The shop's customers. Ids are unique, as are those of the payment methods within a customer.",
    PRODUCTS: "The shop's products. Ids are unique, as are those of all variants.",
    ORDERS: "The shop's orders, the oldest first. What they name stands in the other two files.",
}


def path_of(name: str) -> Path:
    return HERE / name.replace(".json", ".schema.json")


def made(name: str) -> dict[str, Any]:
    """The schema of a file, from its rows."""
    row = _plain(ROWS[name].model_json_schema(ref_template="#/$defs/{model}"))
    defs = row.pop("$defs", {})
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": name,
        "description": DESCRIPTIONS[name],
        "type": "array",
        "items": {"$ref": f"#/$defs/{ROWS[name].__name__}"},
        "$defs": {ROWS[name].__name__: row, **defs},
    }


def _plain(schema: Any) -> Any:
    """Without the titles that only repeat a field's name, and without "missing is null"."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    idle = {"title"} | ({"default"} if schema.get("default", "") is None else set())
    return {key: _plain(part) for key, part in schema.items() if key not in idle or isinstance(part, dict)}


def text_of(name: str) -> str:
    return json.dumps(made(name), indent=1) + "\n"


def write() -> None:
    for name in ROWS:
        path_of(name).write_text(text_of(name), encoding="utf-8")
