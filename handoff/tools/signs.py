"""Signs of life: who is writing, who looks at a thread, how far each side has read. They travel as rings of the bell do, to
whoever listens now and on PostgreSQL to all gateways; nothing here is kept for longer than it is true."""

import asyncio
import contextlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MARK = "sign "
LOOKS_FOR_S = 25.0  # a page that is open says so every 10 seconds
BEHIND = 100  # a listener that is further behind than this misses what is told meanwhile


@dataclass(frozen=True)
class Sign:
    """`typing` {kind, name, shown: is the customer told; of a customer's draft: to, draft}, `looking` {id, name} of an agent,
    `marks` {customer, agent}."""

    conversation: str
    kind: str
    data: dict[str, Any]

    @property
    def topic(self) -> str:
        """As the bell carries it."""
        return MARK + json.dumps([self.conversation, self.kind, self.data])


class Signs:
    """Those who listen in this process: to one conversation, or to all."""

    def __init__(self) -> None:
        self._listeners: dict[str | None, set[asyncio.Queue[Sign]]] = defaultdict(set)
        self._looking: dict[str, dict[str, tuple[str, float]]] = defaultdict(dict)

    def hear(self, topic: str) -> None:
        """One came with the bell."""
        sign = Sign(*json.loads(topic.removeprefix(MARK)))
        if sign.kind == "looking":
            self._looking[sign.conversation][sign.data["id"]] = (sign.data["name"], time.monotonic() + LOOKS_FOR_S)
        for queue in [*self._listeners.get(sign.conversation, ()), *self._listeners.get(None, ())]:
            with contextlib.suppress(asyncio.QueueFull):
                queue.put_nowait(sign)

    @contextlib.contextmanager
    def hearing(self, conversation: str | None = None) -> Iterator[asyncio.Queue[Sign]]:
        """What is told from now on, of one conversation or of all."""
        queue: asyncio.Queue[Sign] = asyncio.Queue(BEHIND)
        self._listeners[conversation].add(queue)
        try:
            yield queue
        finally:
            self._listeners[conversation].discard(queue)
            if not self._listeners[conversation]:
                del self._listeners[conversation]

    def looking(self, conversation: str) -> list[dict[str, str]]:
        """The agents who have it before them now, by name."""
        now = time.monotonic()
        there = self._looking.get(conversation, {})
        for agent, (_, until) in list(there.items()):
            if until < now:
                del there[agent]
        if not there:
            self._looking.pop(conversation, None)
        return sorted(({"id": agent, "name": name} for agent, (name, _) in there.items()), key=lambda one: one["name"])
