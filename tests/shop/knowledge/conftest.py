"""The demo's articles, loaded once; and folders of articles of a test's own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from shop.ground.db import Database
from shop.knowledge import articles, files
from tests.shop.small import NOW

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "shop" / "demo" / "articles"
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The demo's help pages as they are."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("knowledge") / "demo.db")
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        articles.load(session, files.read(DEMO), NOW)
        yield session
    database.close()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes an article into the folder of this test, and returns the folder."""

    def written(name: str, body: str = "Some words.", title: str = "A title", more: str = "") -> Path:
        folder = tmp_path / "articles"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.md").write_text(f"---\ntitle: {title}\ncategory: Returns\n{more}---\n\n{body}\n")
        return folder

    return written
