"""One running product over the shop of these conversations; they are played by several customers at a time."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from tests.conversations import state
from tests.conversations.opened import opened
from tests.conversations.played import Case, Played, Player
from tests.system.product import Product

HERE = Path(__file__).parent
AT_ONCE = 3  # a customer waits most of the time


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    started = opened(tmp_path_factory.mktemp("conversations") / "var")
    try:
        yield started.ready()
    finally:
        started.close()


@pytest.fixture(scope="session")
def engine(product: Product) -> Iterator[Engine]:
    opened = create_engine(product.database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def at_first(engine: Engine) -> state.Rows:
    """Every row of the shop, before anybody said anything."""
    return state.whole(engine, set())


@pytest.fixture(scope="session")
def conversations(
    request: pytest.FixtureRequest, product: Product, engine: Engine, at_first: state.Rows
) -> Iterator[dict[Case, "Future[Played]"]]:
    """All conversations that this run asks for, as they come to an end."""
    player = Player(product, engine)
    ours = [item for item in request.session.items if item.path.parent == HERE]
    params = [getattr(item, "callspec", None) for item in ours]
    cases = [spec.params["case"] for spec in params if spec and "case" in spec.params]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {case: pool.submit(player.play, *case) for case in cases}
        pool.shutdown(cancel_futures=True)
