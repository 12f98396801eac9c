"""The only source of the time: aware UTC, and a hand to stop it for tests and simulations."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _real() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _real


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source()


@contextmanager
def reading(source: Callable[[], datetime]) -> Iterator[None]:
    """Let everybody in this process read `source` instead of the real clock."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before


def iso(moment: datetime) -> str:
    """ISO 8601 with a Z and milliseconds, as every API answer shows times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
