"""Customers and the trained bot, with real actions over a real database: what is said, and what the shop is left with."""

from concurrent.futures import Future

import httpx
import pytest
from sqlalchemy import Engine

from shop.ground import clock
from tests.conversations import given, state
from tests.conversations.played import Case, Played
from tests.local import LOCALLY
from tests.system.product import Product, eventually

pytestmark = pytest.mark.slow
CASES = [(file, channel) for file in given.FILES for channel in given.script(file, "web").channel]
NAMES = [f"{given.name_of(file)}-{channel}" for file, channel in CASES]


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_a_conversation(case: Case, conversations: "dict[Case, Future[Played]]", product: Product) -> None:
    played = conversations[case].result()
    assert played.wrong == "", f"{played.wrong}\n\n{played.transcript}"
    assert state.differences(played.before, played.script.after, played.after) == [], played.transcript
    # Each receipt was told, and came by mail.
    assert [number for number in played.receipts if number not in played.transcript] == []
    eventually(lambda: mailed(product, played), what="the mail of each receipt")


def mailed(product: Product, played: Played) -> bool:
    sent = httpx.get(f"{product.twin}/twin/mails", **LOCALLY).json()["mails"]
    got = [mail["text"] for mail in sent if played.script.person in mail["receivers"]]
    return all(any(number in text for text in got) for number in played.receipts)


def test_nobody_elses_rows_were_touched(
    conversations: "dict[Case, Future[Played]]", engine: Engine, at_first: state.Rows
) -> None:
    """All rows as they were at first, but for the orders and customers of conversations that end with a receipt."""
    touched: set[str] = set()
    for played in (one.result() for one in conversations.values()):
        if played.script.after:
            touched |= {played.script.person or "", *(name for name in played.before if name.startswith("#"))}
    changed = {str(customer[0]) for customer in at_first["customers"] if touched & set(map(str, customer))}
    now = state.whole(engine, touched | changed)
    assert now == state.without(at_first, touched | changed)


def test_there_are_many_and_each_has_its_own_shop() -> None:
    rows = given.rows_of_all(clock.now())
    for kind in ("customers", "orders"):
        ids = [row["id"] for row in rows[kind]]
        assert len(ids) == len(set(ids))
    phones = [row["phone"] for row in rows["customers"] if row["phone"]]
    assert len(phones) == len(set(phones))
