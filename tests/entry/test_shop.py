"""`rapport shop import` and `rapport shop export`, as a person meets them."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from handoff.entry import cli, migrate, seed
from handoff.models import Agent, Book
from handoff.rules import board
from shop import identity
from shop.ground.db import Database
from shop.ground.settings import Settings
from shop.models import Customer
from tests.conftest import development
from tests.handoff import world
from tests.shop.transfer.shops import Files, put, small, taken

GUIDE = (Path(__file__).parents[2] / "docs" / "shop-data.md").read_text()
Rapport = Callable[..., "Ran"]


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("RAPPORT_ENV", "development")
    return development(tmp_path / "var")


@pytest.fixture
def rapport(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """`rapport shop ...` over a database that is migrated."""
    migrate.upgrade(settings)

    def run(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["rapport", "shop", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        return Ran(int(left.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def db(settings: Settings, rapport: Rapport) -> Iterator[Database]:
    opened = Database(settings.database_url)
    yield opened
    opened.close()


def test_a_shop_comes_in_and_goes_out(rapport: Rapport, settings: Settings, tmp_path: Path) -> None:
    came = rapport("import", put(tmp_path / "in", small()))
    assert came == Ran(0, "Imported 1 customers, 1 products, 1 orders.\n", "")
    words = json.loads((settings.var_dir / "vocabulary.json").read_text())
    assert words == {"products": ["Mug"], "options": {"color": ["blue", "red"]}}
    went = rapport("export", tmp_path / "out")
    assert went == Ran(0, "Wrote customers.json (1 rows), products.json (1 rows), orders.json (1 rows).\n", "")
    assert taken(tmp_path / "out") == small()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(small())


def test_a_bad_row_is_told_and_nothing_is_imported(rapport: Rapport, settings: Settings, tmp_path: Path) -> None:
    assert rapport("import", put(tmp_path / "in", small())).code == 0
    files = small()
    files["customers.json"][0]["first_name"] = "Eve"
    files["orders.json"][0]["lines"][1]["price"] = 16.001
    vocabulary = (settings.var_dir / "vocabulary.json").stat().st_mtime_ns
    refused = rapport("import", put(tmp_path / "bad", files))
    told = "rapport: orders.json, row 1 (#W1000001): lines.2.price: 16.001 has more decimals than USD has\n"
    assert refused == Ran(2, "", told)
    assert (settings.var_dir / "vocabulary.json").stat().st_mtime_ns == vocabulary
    rapport("export", tmp_path / "out")
    assert taken(tmp_path / "out") == small()


def test_a_check_changes_nothing(rapport: Rapport, db: Database, tmp_path: Path) -> None:
    checked = rapport("import", "--check", put(tmp_path / "in", small()))
    assert checked == Ran(0, "1 customers, 1 products, 1 orders: they can be imported.\n", "")
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 0


def test_what_is_in_the_way_is_one_line(rapport: Rapport, tmp_path: Path) -> None:
    missing = rapport("import", tmp_path / "nowhere")
    assert missing.code == 2 and "holds no customers.json and no products.json and no orders.json" in missing.err
    (tmp_path / "file").write_text("")
    blocked = rapport("export", tmp_path / "file")
    assert blocked.code == 2 and blocked.err.startswith("rapport: ") and blocked.err.count("\n") == 1


def test_agents_keep_their_books_and_conversations(rapport: Rapport, db: Database, tmp_path: Path) -> None:
    """The shop's rows are exchanged; what names customers and orders stays, also where they are gone."""
    with db.transaction() as session:
        grace = world.customer(session, "Grace")
        nora = world.agent(session, "Nora")
        world.book(session, grace, nora)
        conversation = world.asks_for_a_person(session, grace)
    assert rapport("import", put(tmp_path / "in", small())).code == 0
    with db.transaction() as session:
        assert session.scalars(select(Book.customer_id).where(Book.agent_id == nora)).all() == [grace]
        assert identity.of(session, conversation).customer_id is None
        shown = board.lists(session, nora)
        assert conversation in [row["id"] for row in (*shown.mine, *shown.dedicated, *shown.general)]
        assert board.conversation(session, nora, conversation)["customer"] is None
    back = {**small(), "orders.json": []}
    back["customers.json"] = [{**row, "id": grace} for row in back["customers.json"]]
    assert rapport("import", put(tmp_path / "back", back)).code == 0
    with db.transaction() as session:
        assert identity.of(session, conversation).customer_id == grace
        assert board.conversation(session, nora, conversation)["customer"]["representative"]["id"] == nora


def test_the_demo_shop_gives_way(rapport: Rapport, settings: Settings, db: Database, tmp_path: Path) -> None:
    """And does not come back at the next start."""
    assert seed.fill_if_empty(settings)
    assert rapport("import", put(tmp_path / "in", small())).code == 0
    assert not seed.fill_if_empty(settings)
    with db.transaction() as session:
        assert session.scalars(select(Customer.id)).all() == ["ada"]
        assert session.scalar(select(func.count()).select_from(Agent))


def example() -> Files:
    names = re.findall(r"^`(\w+\.json)`", GUIDE, re.M)
    rows: list[Any] = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.S)]
    return dict(zip(names, rows, strict=True))


def test_the_example_of_the_guide_can_be_imported(rapport: Rapport, tmp_path: Path) -> None:
    assert rapport("import", put(tmp_path / "in", example())).code == 0
    rapport("export", tmp_path / "out")
    order = taken(tmp_path / "out")["orders.json"][0]
    assert order["exchange_lines"][0]["line"] == 2 and order["placed_at"] == "2026-03-04T20:30:00Z"
    files = example()
    files["orders.json"][0]["status"] = "shipped"
    assert rapport("import", put(tmp_path / "bad", files)).err in GUIDE


def test_the_guide_names_every_field() -> None:
    from shop.transfer import rows

    for row in (rows.CustomerRow, rows.MethodRow, rows.ProductRow, rows.VariantRow, rows.OrderRow, rows.FulfilmentRow):
        for name, field in row.model_fields.items():
            assert re.search(rf"`{name}{'' if field.is_required() else '[?]?'}`", GUIDE), f"{row.__name__}.{name}"
