"""The shop's tables: customers, the catalogue and orders; what we note about them is in `shop.records`.

Ids of customers, products, variants and orders are the shop's own, opaque strings. `sequence` and `position` keep the
order in which things were read, which decides where dates are missing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from shop.ground.db import Base

PENDING, MODIFIED, PROCESSED, DELIVERED, CANCELLED, RETURNING, EXCHANGING = STATUSES = (
    "pending",
    "pending (item modified)",
    "processed",
    "delivered",
    "cancelled",
    "return requested",
    "exchange requested",
)
METHOD_KINDS = ("credit_card", "paypal", "gift_card")
PAYMENT_KINDS = ("payment", "refund")
LINE_ROLES = ("ordered", "replaced", "wanted")

# Money in minor units; the currency stands in the same row, or in its order.
Minor = Annotated[int, mapped_column(BigInteger)]


def _one_of(column: str, words: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


@dataclass(frozen=True)
class Address:
    address1: str
    address2: str
    city: str
    state: str
    zip: str
    country: str

    def __str__(self) -> str:
        street = ", ".join(part for part in (self.address1, self.address2) if part)
        return f"{street}, {self.city}, {self.state} {self.zip}, {self.country}"


def _address() -> Any:
    return composite(Address, *(mapped_column(name, default="") for name in Address.__dataclass_fields__))


class Customer(Base):
    """Who buys. `email_key` is the e-mail as it is compared; `*_changed_at` guards codes sent to fresh contacts."""

    __tablename__ = "customers"

    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    first_name: Mapped[str]
    last_name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(index=True)
    email_changed_at: Mapped[datetime | None]
    phone: Mapped[str | None] = mapped_column(index=True)
    phone_confirmed: Mapped[bool] = mapped_column(default=True)
    phone_changed_at: Mapped[datetime | None]
    address: Mapped[Address] = _address()
    time_zone: Mapped[str | None]
    created_at: Mapped[datetime | None]

    methods: Mapped[list["PaymentMethod"]] = relationship(order_by="PaymentMethod.position")

    __table_args__ = (Index("ix_customers_zip", "zip"),)


class PaymentMethod(Base):
    """A customer's own way to pay. Ids are unique within the customer; only gift cards have a balance."""

    __tablename__ = "payment_methods"

    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    kind: Mapped[str]
    brand: Mapped[str | None]
    last_four: Mapped[str | None]
    balance_minor: Mapped[Minor | None]
    currency: Mapped[str]

    __table_args__ = (_one_of("kind", METHOD_KINDS),)


class Product(Base):
    """A product type, such as a desk lamp; what is bought is one of its variants."""

    __tablename__ = "products"

    id: Mapped[str] = mapped_column(primary_key=True)
    sequence: Mapped[int]
    name: Mapped[str]

    variants: Mapped[list["Variant"]] = relationship(order_by="Variant.position", back_populates="product")


class Variant(Base):
    """One item for sale. `available` is whether it can be bought now."""

    __tablename__ = "variants"

    id: Mapped[str] = mapped_column(primary_key=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    options: Mapped[dict[str, Any]]
    price_minor: Mapped[Minor]
    currency: Mapped[str]
    available: Mapped[bool]

    product: Mapped[Product] = relationship(back_populates="variants")


class Order(Base):
    """`version` rises with every change of the row, and voids the plans made before. `paid_minor` is net of refunds.

    `change_*` say when a return or an exchange was asked for and which method settles it.
    """

    __tablename__ = "orders"

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[str]
    address: Mapped[Address] = _address()
    currency: Mapped[str]
    paid_minor: Mapped[Minor]
    placed_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    change_requested_at: Mapped[datetime | None]
    change_method_id: Mapped[str | None]

    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position")
    parcels: Mapped[list["Parcel"]] = relationship(order_by="Parcel.position")
    payments: Mapped[list["Payment"]] = relationship(order_by="Payment.position")

    __table_args__ = (
        _one_of("status", STATUSES),
        # Covers the latest orders of a customer and everybody's spend in a period.
        Index("ix_orders_customer", "customer_id", "placed_at", "paid_minor"),
        Index("ix_orders_sequence", "sequence"),
    )
    __mapper_args__ = {"version_id_col": version}


class OrderLine(Base):
    """One item of an order; two of the same are two lines.

    `role`: ordered = in the order; replaced = it was until the items were changed; wanted = asked for in an exchange.
    `replaces_id` pairs a new line with the old one; `going_back` marks what a return or an exchange sends back.
    """

    __tablename__ = "order_lines"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    variant_id: Mapped[str] = mapped_column(ForeignKey("variants.id"), index=True)
    product_id: Mapped[str] = mapped_column(ForeignKey("products.id"), index=True)
    name: Mapped[str]
    options: Mapped[dict[str, Any]]
    price_minor: Mapped[Minor]
    role: Mapped[str] = mapped_column(default="ordered")
    going_back: Mapped[bool] = mapped_column(default=False)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("order_lines.id", ondelete="CASCADE"), unique=True)

    replaces: Mapped["OrderLine | None"] = relationship(remote_side=id)

    __table_args__ = (_one_of("role", LINE_ROLES),)


class Parcel(Base):
    """A fulfilment: what left the warehouse together, with the last that the carrier said."""

    __tablename__ = "parcels"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    tracking_ids: Mapped[list[str]]
    carrier: Mapped[str | None]
    status: Mapped[str | None]
    last_event: Mapped[str | None]
    last_event_at: Mapped[datetime | None]

    contents: Mapped[list["ParcelLine"]] = relationship(order_by="ParcelLine.position")


class ParcelLine(Base):
    """Which line travels in which parcel."""

    __tablename__ = "parcel_lines"

    parcel_id: Mapped[int] = mapped_column(ForeignKey("parcels.id", ondelete="CASCADE"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("order_lines.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]

    line: Mapped[OrderLine] = relationship()


class Payment(Base):
    """Money that moved for an order, in the order's currency; a refund's amount is positive too."""

    __tablename__ = "payments"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    order_id: Mapped[str] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str]
    amount_minor: Mapped[Minor]
    method_id: Mapped[str]
    at: Mapped[datetime | None]

    __table_args__ = (_one_of("kind", PAYMENT_KINDS), CheckConstraint("amount_minor >= 0", name="amount_minor"))
