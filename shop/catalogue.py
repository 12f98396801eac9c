"""The shop's products and their variants, as anybody may see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shop.ground.money import Money
from shop.models import Product as ProductRow
from shop.models import Variant as VariantRow
from shop.picking.mentions import Stems, ends, stems


@dataclass(frozen=True)
class Product:
    """A product type, such as a desk lamp."""

    id: str
    name: str


@dataclass(frozen=True)
class Variant:
    """One item for sale; `name` is its product's."""

    id: str
    product_id: str
    name: str
    options: dict[str, Any]
    price: Money
    available: bool


def products(session: Session) -> list[Product]:
    """All product types in the shop's order."""
    return [Product(*row) for row in session.execute(_products())]


def product(session: Session, product_id: str) -> Product | None:
    row = session.execute(_products().where(ProductRow.id == product_id)).first()
    return Product(*row) if row else None


def variants(session: Session, product_id: str, available_only: bool = False) -> list[Variant]:
    """One product's variants in the shop's order."""
    query = _variants().where(VariantRow.product_id == product_id).order_by(VariantRow.position)
    if available_only:
        query = query.where(VariantRow.available)
    return [_variant(row, name) for row, name in session.execute(query)]


def variant(session: Session, variant_id: str) -> Variant | None:
    found = session.execute(_variants().where(VariantRow.id == variant_id)).first()
    return _variant(*found) if found else None


def by_words(session: Session, words: str) -> list[Product]:
    """The products called so: by the whole name, else by its last words ("lamp"), else by any words that are all in it."""
    told = stems(words)
    if not told:
        return []
    named = [(product, stems(product.name)) for product in products(session)]
    for fits in (_is, ends, _holds):
        found = [product for product, name in named if fits(name, told)]
        if found:
            return found
    return []


def _is(name: Stems, told: Stems) -> bool:
    return name == told


def _holds(name: Stems, told: Stems) -> bool:
    return set(told) <= set(name)


def _products() -> Select[str, str]:
    return select(ProductRow.id, ProductRow.name).order_by(ProductRow.sequence)


def _variants() -> Select[VariantRow, str]:
    return select(VariantRow, ProductRow.name).join(ProductRow, ProductRow.id == VariantRow.product_id)


def _variant(row: VariantRow, name: str) -> Variant:
    price = Money(row.price_minor, row.currency)
    return Variant(row.id, row.product_id, name, dict(row.options), price, row.available)
