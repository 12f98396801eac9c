"""The rows of customers.json, products.json and orders.json: the format, declared once. The schemas are made from it."""

from datetime import datetime

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from shop.transfer.fields import (
    Email,
    Id,
    LineNumber,
    MethodKind,
    Minor,
    Moment,
    Name,
    PaymentKind,
    Status,
    Text,
    ZoneName,
)

GIFT_CARD = "gift_card"
US = {"usa": "US", "us": "US", "united states": "US", "united states of america": "US"}


class _Row(BaseModel):
    """Nothing is converted and nothing overlooked: "1" is no number, and an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AddressRow(_Row):
    address1: Text
    address2: Text = ""
    city: Text
    state: Text
    zip: Text
    country: Text


class MethodRow(_Row):
    """A way to pay."""

    id: Id
    kind: MethodKind
    brand: Name | None = None
    last_four: str | None = Field(None, pattern="^[0-9]{4}$")
    balance: Minor | None = Field(None, description="Gift cards only.")

    @field_validator("balance")
    @classmethod
    def _only_gift_cards_hold_money(cls, balance: int | None, info: ValidationInfo) -> int | None:
        if balance is not None and info.data.get("kind", GIFT_CARD) != GIFT_CARD:
            raise ValueError(f"is for a {GIFT_CARD} only")
        return balance


class CustomerRow(_Row):
    id: Id
    first_name: Text
    last_name: Text
    email: Email
    address: AddressRow
    phone: str | None = Field(  # after the address, whose country it may need
        None, description="With + and country code; without, it is read as a number of the address's country."
    )
    payment_methods: list[MethodRow] = []
    phone_confirmed: bool = Field(True, description="Whether the number is known to be the customer's.")
    time_zone: ZoneName | None = None
    created_at: Moment | None = None
    email_changed_at: Moment | None = Field(None, description="A fresh contact gets no codes for some days.")
    phone_changed_at: Moment | None = None

    @field_validator("phone")
    @classmethod
    def _as_kept(cls, phone: str | None, info: ValidationInfo) -> str | None:
        address = info.data.get("address")
        return None if phone is None else _e164(phone, address.country if address else "")


class VariantRow(_Row):
    id: Id
    options: dict[Name, Text]
    price: Minor
    available: bool


class ProductRow(_Row):
    id: Id
    name: Name
    variants: list[VariantRow]


class LineRow(_Row):
    """One item of an order; two of the same are two lines."""

    product_id: Id
    variant_id: Id
    name: Name | None = Field(None, description="As it was sold; the product's name where it is missing.")
    price: Minor
    options: dict[Name, Text]


class PairedLineRow(LineRow):
    """An item that belongs to a line of the order."""

    line: LineNumber = Field(description="Which of `lines`, counted from 1.")


class FulfilmentRow(_Row):
    """A parcel."""

    tracking_ids: list[Id]
    variant_ids: list[Id] = Field(description="What is in it; a variant as often as it was packed.")
    carrier: Name | None = None
    status: Name | None = None
    last_event: Name | None = None
    last_event_at: Moment | None = None


class PaymentRow(_Row):
    kind: PaymentKind
    amount: Minor = Field(description="Positive for refunds, too.")
    payment_method_id: Id
    at: Moment | None = None


class OrderRow(_Row):
    id: Id
    customer_id: Id
    status: Status
    address: AddressRow
    lines: list[LineRow] = Field(min_length=1, description="The items as they stand, without what was replaced.")
    fulfilments: list[FulfilmentRow] = []
    payments: list[PaymentRow] = []
    placed_at: Moment | None = None
    delivered_at: Moment | None = None
    cancelled_at: Moment | None = None
    cancel_reason: Name | None = None
    replaced_lines: list[PairedLineRow] = Field([], description="What a line of the order took the place of.")
    return_lines: list[LineNumber] = Field([], description="Which of `lines`, counted from 1, go back.")
    return_payment_method_id: Id | None = Field(None, description="Where the money goes.")
    return_requested_at: Moment | None = None
    exchange_lines: list[PairedLineRow] = Field([], description="What is wanted for a line, which goes back.")
    exchange_payment_method_id: Id | None = Field(None, description="What settles the difference.")
    exchange_requested_at: Moment | None = None

    @property
    def change_method_id(self) -> str | None:
        return self.return_payment_method_id or self.exchange_payment_method_id

    @property
    def change_requested_at(self) -> datetime | None:
        return self.return_requested_at or self.exchange_requested_at


def _e164(text: str, country: str) -> str:
    region = US.get(country.strip().casefold(), country.strip().upper())
    try:
        number = phonenumbers.parse(text, region if region in phonenumbers.SUPPORTED_REGIONS else None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or number.extension or not phonenumbers.is_possible_number(number):
        raise ValueError(f'"{text[:40]}" is no phone number such as +16175550123')
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
