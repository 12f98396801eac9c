"""Whether the process keeps up: work that can wait lets those go first who wait at the door."""

import asyncio
from collections.abc import Callable

BEAT_S = 0.02
LATE_S = 0.03  # so late a beat means that somebody waits
MOST_S = 1.0  # and so long can the other work wait for its turn: it slows down, and never stands still


class Breath:
    """Feels how late the event loop is, and asks how long somebody has been `waiting` at the door (seconds). `calm`
    returns at once while nobody does."""

    def __init__(self, waiting: Callable[[], float] = lambda: 0.0) -> None:
        self._waiting = waiting
        self._late_s = 0.0

    async def run(self) -> None:
        """Beat until cancelled."""
        clock = asyncio.get_running_loop().time
        while True:
            began = clock()
            await asyncio.sleep(BEAT_S)
            self._late_s = max(clock() - began - BEAT_S, self._waiting(), self._late_s / 2)

    async def calm(self) -> None:
        """Wait until the loop is on time again, `MOST_S` at the most."""
        deadline = asyncio.get_running_loop().time() + MOST_S
        while self._late_s > LATE_S and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(BEAT_S)
