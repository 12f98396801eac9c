"""The office over HTTP."""

from handoff.http import Endpoint


def endpoints() -> list[Endpoint]:
    return []
