"""The work of `rapport shop`: the files, the database, and what a person at a terminal sees of it."""

import asyncio
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from handoff.entry import migrate
from handoff.entry.seed import transaction, write_vocabulary
from handoff.entry.supervisor import CannotStart
from shop.ground import clock
from shop.ground.db import Database
from shop.ground.errors import Conflict
from shop.ground.settings import Settings
from shop.transfer import checks, export, putting, reading
from shop.transfer.fields import Shop

err = Console(stderr=True, highlight=False)


def bring_in(settings: Settings, folder: Path, check: bool) -> str:
    """Import, or only check; returns what there is to say. Raises `BadShop`, or `CannotStart` with the mend."""
    migrate.must_be_newest(settings)
    with _refusals(), _uncollected(), _progress() as progress:
        rows = reading.read(folder, Shop(settings.shop_currency, settings.zone), progress.begin)
        progress.begin("Checking")
        checks.check(rows)
        if not check:
            _replace(settings, rows, progress)
    many = f"{len(rows.customers)} customers, {len(rows.products)} products, {len(rows.orders)} orders"
    return f"{many}: they can be imported." if check else f"Imported {many}."


def take_out(settings: Settings, folder: Path) -> str:
    """Export; returns what there is to say. Raises `CannotStart` with the mend."""
    migrate.must_be_newest(settings)
    database = Database(settings.database_url)
    try:
        with _refusals(), _progress() as progress:
            written = asyncio.run(database.read(export.write, folder, settings.shop_currency, progress.count))
    finally:
        database.close()
    return f"Wrote {', '.join(f'{name} ({many} rows)' for name, many in written.items())}."


def _replace(settings: Settings, rows: reading.Rows, progress: "_Steps") -> None:
    for name, many in (("products", rows.products), ("customers", rows.customers), ("orders", rows.orders)):
        progress.expect(name, len(many))
    with transaction(settings) as session:
        putting.replace(session, rows, settings.shop_currency, clock.now(), progress.count)
    progress.begin("Writing the vocabulary")
    write_vocabulary(settings)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows point at nothing that points back: the collector would walk over all of them again and again for nothing,
    which is half of the time with 100,000 orders."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (Conflict, OSError) as refused:
        raise CannotStart(str(refused)) from None


class _Steps:
    """What is being done, on a terminal; elsewhere nothing is shown."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.tasks: dict[str, TaskID] = {}

    def begin(self, what: str) -> None:
        self._end()
        self.tasks[what] = self.progress.add_task(what, total=None)

    def expect(self, what: str, total: int) -> None:
        self._end()
        self.tasks[what] = self.progress.add_task(f"Writing {what}", total=total)

    def count(self, what: str, many: int) -> None:
        if what not in self.tasks:
            self.tasks[what] = self.progress.add_task(f"Writing {what}", total=None)
        self.progress.advance(self.tasks[what], many)

    def _end(self) -> None:
        for task in self.progress.tasks:
            if task.total is None:
                self.progress.update(task.id, total=task.completed or 1, completed=task.completed or 1)


@contextmanager
def _progress() -> Iterator[_Steps]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        yield _Steps(progress)
