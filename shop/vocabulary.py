"""The shop's own words - product names and option values - as a file that recognition reads again when it changes."""

import json
import os
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shop.models import Product, Variant

NAME = "vocabulary.json"


def words(session: Session) -> dict[str, Any]:
    """`{"products": [name, ...], "options": {name: [value, ...]}}`, each once, in the shop's order."""
    products = dict.fromkeys(session.scalars(select(Product.name).order_by(Product.sequence)))
    options: dict[str, dict[str, None]] = {}
    in_order = select(Variant.options).join(Product).order_by(Product.sequence, Variant.position)
    for variant in session.scalars(in_order):
        for name, value in variant.items():
            options.setdefault(name, {})[str(value)] = None
    return {"products": list(products), "options": {name: list(values) for name, values in options.items()}}


def write(session: Session, directory: Path) -> Path:
    """Write the file into `directory` (the settings' `var_dir`), whole or not at all; returns its path."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / NAME
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(words(session), ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(path)
    return path
