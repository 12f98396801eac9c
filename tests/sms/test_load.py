"""The benchmark's load, in small: 30 % of the texts come twice, and each is one row, one turn and one reply."""

from pathlib import Path

import pytest

from bench import webhook
from shop.ground.db import Database

pytestmark = pytest.mark.slow  # starts a gateway


def test_of_what_comes_twice_one_row_one_turn_and_one_reply(db: Database, tmp_path: Path) -> None:
    found = webhook.run(tmp_path / "gateway", db.url, per_s=25, seconds=2)
    assert found["posts"] == 50
    assert found["texts"] < 50
    assert found["rows"] == found["turns"] == found["replies"] == found["sent"] == found["texts"]
    assert (found["refused"], found["twice"]) == (0, 0)
    assert "one row, one turn, one reply each: yes" in webhook.table({"one": found})
