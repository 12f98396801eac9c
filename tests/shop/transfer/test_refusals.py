"""A shop with a fault is refused as a whole, and every bad row is named: file, row, field, reason."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sqlalchemy import select, update

from shop.ground.db import Database
from shop.ground.errors import Conflict
from shop.models import Customer, Order
from shop.operations import cancel
from shop.records import PlanRow
from shop.transfer import checks, export, putting, reading, schemas
from shop.transfer.fields import Shop
from shop.transfer.problems import SHOWN, BadShop
from shop.transfer.reading import CUSTOMERS, ORDERS, PRODUCTS
from tests.shop.small import NOW, proved
from tests.shop.transfer.shops import MUG, PAID, RED, USD, Files, put, small

GONE = object()
RETURN = {"status": "return requested"}


def lines_of(folder: Path, files: Files, shop: Shop = USD) -> list[str]:
    with pytest.raises(BadShop) as refused:
        checks.check(reading.read(put(folder, files), shop))
    return refused.value.lines


def changed(file: str, path: str, value: object) -> Files:
    """The small shop with one field of its first row as given; places in the path count from 1."""
    files = small()
    at: Any = files[file][0]
    *steps, last = (int(step) - 1 if step.isdigit() else step for step in path.split("."))
    for step in steps:
        at = at[step]
    if value is GONE:
        del at[last]
    else:
        at[last] = value
    return files


# What no row may hold, whatever the others do: the schemas refuse it, too, unless it hangs on the shop's settings.
SHAPE = [
    (CUSTOMERS, "id", 7, "must be text"),
    (CUSTOMERS, "id", "", "is empty"),
    (CUSTOMERS, "email", GONE, "is missing"),
    (CUSTOMERS, "email", "ada at example", '"ada at example" is no e-mail address'),
    (CUSTOMERS, "phone_confirmed", "yes", "must be true or false"),
    (CUSTOMERS, "address", "Boston", "must be an object"),
    (CUSTOMERS, "address.zip", 2134, "must be text"),
    (CUSTOMERS, "nickname", "Countess", "there is no such field"),
    (CUSTOMERS, "payment_method", [], "there is no such field; is payment_methods meant?"),
    (CUSTOMERS, "created_at", "yesterday", '"yesterday" is no time such as 2026-03-04T15:30:00Z (ISO 8601)'),
    (CUSTOMERS, "payment_methods.1.kind", "cash", '"cash" is none of: credit_card, paypal, gift_card'),
    (CUSTOMERS, "payment_methods.1.last_four", "12345678", "does not fit ^[0-9]{4}$"),
    (PRODUCTS, "variants", {}, "must be a list"),
    (PRODUCTS, "variants.2.available", 1, "must be true or false"),
    (PRODUCTS, "variants.2.options.color", 7, "must be text"),
    (PRODUCTS, "variants.2.price", "12,50", '"12,50" is no amount of money, such as "12.50"'),
    (PRODUCTS, "variants.2.price", True, 'must be an amount of money, such as "12.50"'),
    (PRODUCTS, "variants.2.price", "1e3", '"1e3" is no amount of money, such as "12.50"'),
    (PRODUCTS, "variants.2.price", -1, "-1 is no amount from 0 up to a million millions"),
    (PRODUCTS, "variants.2.price", 10**12, "1000000000000 is no amount from 0 up to a million millions"),
    (
        ORDERS,
        "status",
        "shipped",
        '"shipped" is none of: pending, pending (item modified), processed, delivered, cancelled, return requested,'
        " exchange requested",
    ),
    (ORDERS, "lines", [], "needs one at least"),
    (ORDERS, "placed_on", "2026-01-01", "there is no such field; is placed_at meant?"),
    (ORDERS, "payments.1.kind", "credit", '"credit" is none of: payment, refund'),
    (ORDERS, "payments.1.amount", GONE, "is missing"),
    (ORDERS, "fulfilments.1.tracking_ids", "1Z9", "must be a list"),
    (ORDERS, "return_lines", [0], "counts from 1"),
]
MEANING = [
    (CUSTOMERS, "phone", "555", '"555" is no phone number such as +16175550123'),
    (CUSTOMERS, "time_zone", "Boston", '"Boston" is no time zone such as America/New_York'),
    (CUSTOMERS, "payment_methods.1.balance", "1.00", "is for a gift_card only"),
    (PRODUCTS, "variants.2.price", "12.345", "12.345 has more decimals than USD has"),
    (PRODUCTS, "name", "Mu\0g", "holds the character NUL"),
    (ORDERS, "payments.1.amount", 12.345, "12.345 has more decimals than USD has"),
    (ORDERS, "placed_at", "2026-02-30T10:00:00Z", "2026-02-30T10:00:00Z is no time that there is"),
    (ORDERS, "placed_at", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00 is no time that there is"),
]
TOGETHER = [
    (CUSTOMERS, "payment_methods.2.id", "card", '"card" was there before'),
    (PRODUCTS, "variants.2.id", "V-blue", '"V-blue" was there before'),
    (ORDERS, "customer_id", "eve", 'there is no customer "eve"'),
    (ORDERS, "lines.2.variant_id", "V-green", 'there is no variant "V-green"'),
    (ORDERS, "lines.2.product_id", "P-2", 'variant "V-blue" is one of "P-1", not of "P-2"'),
    (ORDERS, "fulfilments.1.variant_ids.2", "V-red", 'no line is left for "V-red"'),
    (ORDERS, "payments.1.payment_method_id", "cash", 'the customer has no payment method "cash"'),
    (ORDERS, "return_lines", [1], 'goes with the status "return requested" only'),
    (ORDERS, "exchange_requested_at", "2026-01-01", 'goes with the status "exchange requested" only'),
    (ORDERS, "replaced_lines", [{"line": 3, **RED}], "there is no line 3"),
    (ORDERS, "replaced_lines", [{"line": 1, **RED}] * 2, "line 1 stands there more than once"),
]


@pytest.mark.parametrize(("file", "field", "value", "reason"), SHAPE + MEANING + TOGETHER)
def test_the_field_and_the_reason_are_told(tmp_path: Path, file: str, field: str, value: object, reason: str) -> None:
    (told,) = lines_of(tmp_path, changed(file, field, value))
    assert re.fullmatch(rf"{file}, row 1( \(.+\))?: {field}(\.1)?: {re.escape(reason)}(; .+)?", told), told


@pytest.mark.parametrize(("file", "field", "value", "reason"), SHAPE)
def test_the_schemas_refuse_what_the_import_refuses(file: str, field: str, value: object, reason: str) -> None:
    schema = json.loads(schemas.path_of(file).read_text())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(changed(file, field, value)[file])


def test_more_may_not_go_back_than_was_paid(tmp_path: Path) -> None:
    files = small()
    files[ORDERS][0]["payments"] = [PAID, {**PAID, "kind": "refund"}, {**PAID, "kind": "refund", "amount": "0.01"}]
    assert lines_of(tmp_path, files) == ["orders.json, row 1 (#W1000001): payments: more was refunded than paid"]


def test_what_goes_back_names_lines_and_own_methods(tmp_path: Path) -> None:
    files = small()
    files[ORDERS][0] |= {**RETURN, "return_lines": [1, 1, 5], "return_payment_method_id": "cash"}
    assert lines_of(tmp_path, files) == [
        'orders.json, row 1 (#W1000001): return_payment_method_id: the customer has no payment method "cash";'
        " return_lines: line 1 stands there more than once; return_lines: there is no line 5"
    ]


def test_ids_stand_once(tmp_path: Path) -> None:
    files = {name: rows * 2 for name, rows in small().items()}
    assert lines_of(tmp_path, files) == [
        'customers.json, row 2 (ada): id: "ada" was there before',
        'products.json, row 2 (P-1): id: "P-1" was there before; variants.1.id: "V-blue" was there before;'
        ' variants.2.id: "V-red" was there before',
        'orders.json, row 2 (#W1000001): id: "#W1000001" was there before',
    ]


def test_a_line_for_each_bad_row_and_how_many_more(tmp_path: Path) -> None:
    files = small()
    files[ORDERS] = [
        {**files[ORDERS][0], "id": f"O-{n}", "status": "lost", "lines": [{**MUG, "price": "x"}]} for n in range(33)
    ]
    told = lines_of(tmp_path, files)
    assert len(told) == SHOWN + 1 and told[-1] == "and 13 more"
    assert told[4].startswith('orders.json, row 5 (O-4): status: "lost" is none of')
    assert 'lines.1.price: "x" is no amount' in told[4]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"id": "a"', "line 1, column 12"),
        ('{"id": "a"}', "must be a list of rows"),
        ('[{"id": "a", "id": "b"}]', '"id" stands twice in one object'),
        ("[NaN]", "NaN is no number"),
        ("[7]", "row 1: must be an object"),
        ("[" * 100_000, "recursion"),
    ],
)
def test_what_is_no_list_of_rows(tmp_path: Path, text: str, reason: str) -> None:
    put(tmp_path, small())
    (tmp_path / ORDERS).write_text(text)
    with pytest.raises(BadShop, match=r"orders\.json") as refused:
        reading.read(tmp_path, USD)
    assert reason in refused.value.lines[0]


def test_other_text_than_utf_8_and_a_missing_file(tmp_path: Path) -> None:
    put(tmp_path, small())
    (tmp_path / ORDERS).write_bytes(b'["\xff"]')
    with pytest.raises(BadShop, match=r"orders\.json: 'utf-8' codec"):
        reading.read(tmp_path, USD)
    (tmp_path / ORDERS).unlink()
    with pytest.raises(BadShop, match=r"holds no orders\.json$"):
        reading.read(tmp_path, USD)


def test_a_problem_is_one_line_whatever_the_row_holds(tmp_path: Path) -> None:
    assert "\n" not in lines_of(tmp_path, changed(ORDERS, "status", "x\ny\x1b[31m"))[0]
    assert "\x1b" not in lines_of(tmp_path, changed(ORDERS, "status", "x\ny\x1b[31m"))[0]


def test_a_currency_without_decimals_has_none(tmp_path: Path) -> None:
    told = lines_of(tmp_path, small(), Shop("JPY", USD.zone))
    assert "10.50 has more decimals than JPY has" in told[0] and "16.00" not in "".join(told)


def with_open_plan(db: Database, folder: Path) -> str:
    files = changed(ORDERS, "status", "pending")
    with db.transaction() as session:
        putting.replace(session, reading.read(put(folder, files), USD), "USD", NOW)
        return cancel.prepare(session, proved(session), "#W1000001", "no longer needed", "m1", NOW).id


def import_again(db: Database, folder: Path, now: Any) -> None:
    with db.transaction() as session:
        putting.replace(session, reading.read(folder, USD), "USD", now)


def test_not_while_a_customer_could_say_yes(db: Database, tmp_path: Path) -> None:
    plan_id = with_open_plan(db, tmp_path)
    with pytest.raises(Conflict, match=r"^1 plan waits for a customer's yes, until 2026-11-20T12:10:00.000Z"):
        import_again(db, tmp_path, NOW)
    with db.transaction() as session:
        assert session.scalars(select(Order.version)).one() == 1  # nothing was exchanged
        session.execute(update(PlanRow).where(PlanRow.id == plan_id).values(dropped_at=NOW))
    import_again(db, tmp_path, NOW)


@pytest.mark.parametrize("how", ["expired", "done"])
def test_a_plan_that_is_over_is_in_nobodys_way(db: Database, tmp_path: Path, how: str) -> None:
    plan_id = with_open_plan(db, tmp_path)
    now = NOW
    if how == "done":
        from shop import operations

        with db.transaction() as session:
            operations.commit(session, proved(session), plan_id, "m2", NOW)
    else:
        now = NOW.replace(hour=13)
    import_again(db, tmp_path, now)


def test_what_fails_halfway_leaves_the_shop_that_was_there(db: Database, tmp_path: Path) -> None:
    import_again(db, put(tmp_path / "a", small()), NOW)
    other = changed(CUSTOMERS, "first_name", "Eve")

    def fail(name: str, many: int) -> None:
        if name == "orders":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), db.transaction() as session:
        putting.replace(session, reading.read(put(tmp_path / "b", other), USD), "USD", NOW, fail)
    with db.transaction() as session:
        assert session.scalars(select(Customer.first_name)).one() == "Ada"


def test_money_in_another_currency_is_not_written_as_if_it_were_ours(sqlite_db: Database, tmp_path: Path) -> None:
    import_again(sqlite_db, put(tmp_path, small()), NOW)
    refused = pytest.raises(Conflict, match="SHOP_CURRENCY is EUR, but there is money in USD")
    with refused, sqlite_db.transaction() as session:
        export.write(session, tmp_path / "out", "EUR")
    assert not (tmp_path / "out").exists()
