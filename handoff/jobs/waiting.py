"""Jobs `queue_opens`, `promise_due` and `overflow_due`: what was said to somebody who waits comes due."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from sqlalchemy.orm import Session

from handoff.routing import overflow, requests
from shop.ground import jobs
from shop.ground.db import Database

Rule = Callable[[Session, str, int], None]

RULES: dict[str, Rule] = {
    "queue_opens": requests.queue_opens,
    "promise_due": requests.promise_due,
    "overflow_due": overflow.overflow_due,
}


class Parts(Protocol):
    """What these jobs need of the wiring."""

    @property
    def db(self) -> Database: ...


def _handler(rule: Rule) -> Callable[[Parts, jobs.Claimed], Awaitable[None]]:
    def settle(session: Session, job: jobs.Claimed) -> None:
        if jobs.finish(session, job):
            rule(session, job.payload["conversation"], job.payload["version"])

    async def run(parts: Parts, job: jobs.Claimed) -> None:
        await parts.db.write(settle, job)

    return run


HANDLERS = {kind: _handler(rule) for kind, rule in RULES.items()}
